/** The form of `/cf502 propose`: opened with what the newest evidence says, and read when it comes back. */
import type { ModalView } from '@slack/types';
import { type ProposeCommand, parseFieldValue } from '../diagnosis/command-propose.js';
import type { EvidenceBag } from '../diagnosis/evidence.js';
import { toFailure } from '../failure.js';
import type { Changes } from '../queue/changes.js';
import type { ChangeValue } from '../remediation/proposal.js';
import { type Ask, type Desk, refuseChange } from './ask.js';
import { withDeadline } from './deadline.js';
import type { ProposeFormData } from './form-data.js';
import { previewChange } from './preview-change.js';
import { explainUnproposed } from './propose.js';
import { inputs, longestReason, renderProposeForm } from './render/forms.js';
import { renderNotice } from './render/notice.js';
import { slackErrorOf, toSlackFailure } from './slack-failure.js';
import { forms } from './surface.js';

/** A form must open within three seconds of the gesture (https://docs.slack.dev/interactivity/handling-user-interaction). */
const evidenceTimeoutMs = 1_000;

interface Evidence {
  readonly checkId: string;
  readonly bag: EvidenceBag;
}

export async function openProposeForm(desk: Desk, ask: Ask, command: ProposeCommand, triggerId: string): Promise<void> {
  const refusal = refuseChange(desk, ask, command.distributionId);
  const { changes } = desk;
  if (refusal !== null || changes === null) return await ask.tell(renderNotice(refusal ?? ''));
  let evidence: Evidence | null;
  try {
    evidence = await findEvidence(changes, command.distributionId);
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'bug') throw failure;
    return await ask.tell(renderNotice(explainUnproposed(failure)));
  }
  const { origins } = preview(desk, { ...command, originId: null, after: command.value }, evidence);
  const data: ProposeFormData = {
    v: 1,
    channelId: ask.channelId,
    threadTs: ask.threadTs,
    distributionId: command.distributionId,
    field: command.field,
    originId: command.originId ?? (origins.length === 1 ? (origins[0] ?? null) : null),
    checkId: evidence?.checkId ?? null,
    forecastOf: null,
  };
  await openView(
    desk,
    ask,
    triggerId,
    buildForm(desk, data, { after: command.value, evidence, reason: null, remark: null }),
  );
}

/** Opens a form, or tells why it could not be opened. */
export async function openView(desk: Desk, ask: Ask, triggerId: string, view: ModalView): Promise<void> {
  try {
    await desk.clients.interactive.views.open({ trigger_id: triggerId, view });
  } catch (error) {
    const failure = toSlackFailure(error);
    desk.log.warn({ view: view.callback_id, kind: failure.kind, ...failure.details }, 'form not opened');
    const late = slackErrorOf(failure) === 'expired_trigger_id' || failure.kind === 'service-down';
    await ask.tell(
      renderNotice(
        late
          ? 'The form could not be opened within the three seconds that Slack gives for it. Nothing was done; try again.'
          : `${failure.message} The form could not be opened, and nothing was done. Try again; if it stays like this, tell whoever runs cf502.`,
      ),
    );
  }
}

export type FormReading =
  /** Shown at the inputs, by block id. */
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>> }
  | { readonly kind: 'wish'; readonly originId: string; readonly after: ChangeValue; readonly reason: string };

/** @param values what stands in the inputs, by block id. */
export function readProposeForm(data: ProposeFormData, values: Readonly<Record<string, string>>): FormReading {
  const errors: Record<string, string> = {};
  const originId = data.originId ?? (values[inputs.origin] ?? '').trim();
  if (originId === '' || originId.length > 128)
    errors[inputs.origin] = 'Write the id of the origin, at most 128 characters.';
  const value = parseFieldValue(data.field, values[inputs.value] ?? '');
  if (!value.ok) errors[inputs.value] = value.problem;
  const reason = (values[inputs.reason] ?? '').trim();
  const problem = judgeReason(reason);
  if (problem !== null) errors[inputs.reason] = problem;
  return Object.keys(errors).length > 0 || !value.ok
    ? { kind: 'errors', errors }
    : { kind: 'wish', originId, after: value.value, reason };
}

/** @returns null where it is one. */
export function judgeReason(reason: string): string | null {
  if (!/[\p{L}\p{N}]/u.test(reason)) return 'Give a reason; it is shown to whoever decides.';
  return reason.length > longestReason ? `The reason is too long: at most ${longestReason} characters.` : null;
}

export type Review =
  | { readonly kind: 'propose'; readonly checkId: string | null }
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>> }
  /** The forecast was of something else; this is the form with the one for what is wished now. */
  | { readonly kind: 'show-again'; readonly view: ModalView };

/** What the evidence says about what was filled in. Evidence that cannot be read now does not keep anybody: the worker reads it again. */
export async function reviewWish(
  desk: Desk,
  changes: Changes,
  data: ProposeFormData,
  wish: { readonly originId: string; readonly after: ChangeValue; readonly reason: string },
): Promise<Review> {
  let evidence: Evidence | null = null;
  try {
    evidence = await findEvidence(changes, data.distributionId);
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'bug') throw failure;
    return { kind: 'propose', checkId: data.checkId };
  }
  const { problems } = preview(desk, { ...data, ...wish }, evidence);
  if (problems[0] !== undefined) return { kind: 'errors', errors: { [inputs.value]: problems[0] } };
  const { forecastOf } = data;
  if (forecastOf !== null && forecastOf.originId === wish.originId && forecastOf.after === wish.after)
    return { kind: 'propose', checkId: evidence?.checkId ?? null };
  const remark = 'The forecast below is of what you filled in now. Look at it, and send the form again to propose it.';
  const next = { ...data, originId: wish.originId, checkId: evidence?.checkId ?? null };
  return {
    kind: 'show-again',
    view: buildForm(desk, next, { after: wish.after, evidence, reason: wish.reason, remark }),
  };
}

function buildForm(
  desk: Desk,
  data: ProposeFormData,
  shown: {
    readonly after: ChangeValue;
    readonly evidence: Evidence | null;
    readonly reason: string | null;
    readonly remark: string | null;
  },
): ModalView {
  const { after, evidence, reason, remark } = shown;
  const { originId } = data;
  const looked = preview(desk, { ...data, after }, evidence);
  const carried: ProposeFormData = { ...data, forecastOf: originId === null ? null : { originId, after } };
  return renderProposeForm({
    ...looked,
    callbackId: forms.propose,
    privateMetadata: JSON.stringify(carried),
    distributionId: data.distributionId,
    field: data.field,
    originId,
    after,
    reason,
    remark,
  });
}

function preview(
  desk: Desk,
  wish: Parameters<typeof previewChange>[0],
  evidence: Evidence | null,
): ReturnType<typeof previewChange> {
  return previewChange(wish, evidence?.bag ?? null, desk.policy.changes ?? { bounds: {} });
}

async function findEvidence(changes: Changes, distributionId: string): Promise<Evidence | null> {
  return await withDeadline(
    changes.newestEvidence(distributionId),
    evidenceTimeoutMs,
    'The evidence could not be read in time.',
  );
}
