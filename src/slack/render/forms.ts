/** The forms: proposing a change, and giving the reason for a rejection or for breaking the glass. */
import type { InputBlock, KnownBlock, ModalView, PlainTextInput } from '@slack/types';
import { fieldNames, sayValue } from '../../remediation/field-names.js';
import type { ChangeField, ChangeValue, Forecast, Proposal } from '../../remediation/proposal.js';
import { context, list, paragraph } from './blocks.js';
import { fieldWords, stepSpoken, subjectSpoken, valueTyped } from './change-words.js';
import { firstOf } from './limits.js';
import { bold, cleanText, code, type Piece, plain } from './text.js';

/** Block id, and action id of the one element in it, of everything that can be filled in. */
export const inputs = { origin: 'cf502_origin', value: 'cf502_value', reason: 'cf502_reason' } as const;

/** Longest reason that is taken; the card shows 600 of it. */
export const longestReason = 600;
/** Slack's limits: https://docs.slack.dev/reference/block-kit/composition-objects/option-object, https://docs.slack.dev/reference/views/modal-views */
const longestOption = 75;
const mostOptions = 100;
const mostSentences = 6;

export interface ProposeFormContent {
  readonly callbackId: string;
  readonly privateMetadata: string;
  readonly distributionId: string;
  readonly field: ChangeField;
  /** null: to be chosen. */
  readonly originId: string | null;
  readonly origins: readonly string[];
  /** undefined where it is not known. */
  readonly current: ChangeValue | undefined;
  readonly after: ChangeValue;
  /** null where it is made once the origin is known. */
  readonly forecast: Forecast | null;
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
  /** What is kept when the form is shown again. */
  readonly reason: string | null;
  /** Said on top when the form is shown again. */
  readonly remark: string | null;
}

export function renderProposeForm(form: ProposeFormContent): ModalView {
  const { field, originId, current } = form;
  const rows: Piece[][] = [
    [bold('Setting: '), `${fieldNames[field]} (`, code(fieldWords[field].api), ')'],
    [bold('Distribution: '), code(cleanText(form.distributionId, 64))],
    ...(originId === null ? [] : [[bold('Origin: '), code(cleanText(originId, 255))]]),
    [
      bold('Now: '),
      current === undefined ? 'not known to cf502 yet' : `${sayValue(field, current)}, by the newest check`,
    ],
  ];
  const blocks: KnownBlock[] = [
    ...(form.remark === null ? [] : [paragraph(bold(cleanText(form.remark, 300)))]),
    list([], rows),
    ...(originId === null ? [originInput(form.origins)] : []),
    valueInput(field, form.after),
    ...forecastBlocks(form),
    reasonInput('Why this change', form.reason, 'Shown on the card to whoever approves.'),
    context(
      'Nothing is changed by this form. A card appears in the channel, and somebody else has to approve it there.',
    ),
  ];
  return modal(form, 'Propose a change', 'Propose', blocks);
}

function forecastBlocks({ forecast, problems, remarks }: ProposeFormContent): KnownBlock[] {
  const lines = [...problems.map((problem) => [bold('Would be refused: '), cleanText(problem, 400)])];
  const sentences =
    forecast === null ? ['It is shown once the origin is known, before anything is proposed.'] : forecast.sentences;
  const { shown } = firstOf([...sentences, ...remarks], mostSentences);
  return [
    ...(lines.length === 0 ? [] : [list([], lines.slice(0, 3))]),
    ...(forecast === null || forecast.stance === 'supports'
      ? []
      : [
          paragraph(
            bold(
              forecast.stance === 'unknown' && forecast.touched === null
                ? 'This could not be held against evidence.'
                : 'The evidence does not support this.',
            ),
            ' It can be proposed all the same; the card says so too.',
          ),
        ]),
    list(
      [bold('What the evidence says')],
      shown.map((sentence) => [cleanText(sentence, 300)]),
    ),
  ];
}

function originInput(origins: readonly string[]): InputBlock {
  const label = plain('Origin', 100);
  const fits = origins.length > 0 && origins.length <= mostOptions && origins.every(isOption);
  const block = { type: 'input' as const, block_id: inputs.origin, label };
  if (fits)
    return {
      ...block,
      element: {
        type: 'static_select',
        action_id: inputs.origin,
        options: [...new Set(origins)].map((id) => ({ text: plain(id, longestOption), value: id })),
      },
    };
  return {
    ...block,
    element: { type: 'plain_text_input', action_id: inputs.origin, max_length: 128 },
    hint: plain('The id of the origin, as in the configuration of the distribution.', 200),
  };
}

/** Ids that can stand in a menu as they are. */
function isOption(id: string): boolean {
  return id.length > 0 && id.length <= longestOption && id === cleanText(id, longestOption);
}

function valueInput(field: ChangeField, after: ChangeValue): InputBlock {
  const unit =
    field === 'connection-attempts'
      ? 'A number of attempts.'
      : `Whole seconds${field === 'response-completion-timeout' ? ', or none for no limit' : ''}.`;
  return {
    type: 'input',
    block_id: inputs.value,
    label: plain('New value', 100),
    element: { type: 'plain_text_input', action_id: inputs.value, initial_value: valueTyped(after), max_length: 20 },
    hint: plain(`${unit} A value other than the one above gets its own forecast first.`, 200),
  };
}

export interface ReasonFormContent {
  readonly callbackId: string;
  readonly privateMetadata: string;
  readonly proposal: Proposal;
}

export function renderRejectForm(form: ReasonFormContent): ModalView {
  return modal(form, 'Reject the proposal', 'Reject', [
    paragraph(...described(form.proposal)),
    reasonInput('Why not', null, 'Shown on the card, so that whoever asked knows what to do instead.'),
  ]);
}

export function renderBreakGlassForm(form: ReasonFormContent): ModalView {
  const { dryRun } = form.proposal;
  return modal(form, 'Break glass', 'Go ahead', [
    paragraph(bold('This goes ahead at once, without the approvals that the policy asks for.')),
    paragraph(...described(form.proposal)),
    ...(dryRun ? [paragraph(bold('DRY RUN: nothing is sent to AWS.'))] : []),
    reasonInput(
      'Why it cannot wait',
      null,
      'The whole channel is told, with your name and this reason, and it is in the audit log.',
    ),
  ]);
}

function described({ change, requester }: Proposal): Piece[] {
  const words = `${subjectSpoken(change, 128)} ${stepSpoken(change)}`;
  return [
    `${words}, asked by `,
    /^[UW][A-Z0-9]{2,20}$/.test(requester.userId) ? { type: 'user', user_id: requester.userId } : 'somebody',
    '.',
  ];
}

function reasonInput(label: string, initial: string | null, hint: string): InputBlock {
  const element: PlainTextInput = {
    type: 'plain_text_input',
    action_id: inputs.reason,
    multiline: true,
    max_length: longestReason,
    ...(initial === null ? {} : { initial_value: initial.slice(0, longestReason) }),
  };
  return { type: 'input', block_id: inputs.reason, label: plain(label, 100), element, hint: plain(hint, 200) };
}

function modal(
  { callbackId, privateMetadata }: { readonly callbackId: string; readonly privateMetadata: string },
  title: string,
  submit: string,
  blocks: KnownBlock[],
): ModalView {
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: privateMetadata,
    title: plain(title, 24),
    submit: plain(submit, 24),
    close: plain('Not now', 24),
    blocks,
  };
}
