/** What the thread of a proposal is told of each step of its life, and the lines of code that keep a change from being deployed away. */
import type { RichTextBlock } from '@slack/types';
import type { IacLines } from '../../remediation/iac.js';
import type { Proposal, Step } from '../../remediation/proposal.js';
import { context, list, paragraph, type RenderedMessage, withinLimits } from './blocks.js';
import { renderBreakGlassStep } from './break-glass.js';
import { stepSpoken, subjectSpoken } from './change-words.js';
import { renderNotice } from './notice.js';
import { bold, cleanText, fallbackText, type Piece, person, when } from './text.js';

const noteLength = 900;
const linesLength = 2_500;

/** @returns null where the card says enough. */
export function renderStep(proposal: Proposal, { event, by, note, at }: Step): RenderedMessage | null {
  const who: Piece = by === null ? 'cf502' : person(by);
  const told = note === null ? '' : cleanText(note, noteLength);
  switch (event) {
    case 'approve':
      return spoken('Approved.', bold('Approved'), ' by ', who, `. ${told}`.trimEnd());
    case 'break-glass':
      return renderBreakGlassStep(by, note);
    case 'reject':
      return spoken(`Rejected: ${told}`, bold('Rejected'), ' by ', who, `: ${told}`);
    case 'revoke':
      return spoken(
        'Revoked. Nothing was changed.',
        bold('Revoked'),
        ' by ',
        who,
        told === '' ? '. Nothing was changed.' : `: ${told}`,
      );
    case 'expire':
      return renderNotice(bold('Expired.'), ` ${told === '' ? 'Nothing was changed.' : told}`);
    case 'rebase':
    case 'hold':
      return renderNotice(told);
    case 'turned-out-applied':
      return renderNotice(
        bold('It turned out to be applied.'),
        ` ${told} ${subjectSpoken(proposal.change)} went ${stepSpoken(proposal.change)}. CloudFront takes it to all its locations; it can be rolled back as every other change.`,
      );
    case 'retry':
      return renderNotice(`${told} It is taken up once more.`);
    case 'void':
      return renderNotice(bold('The approval is void.'), ` ${told}`);
    case 'fail':
      return renderNotice(bold('Failed.'), ` ${told}`);
    case 'try':
      return renderNotice(bold('The trial begins.'), ' Every step is told here; viewers notice nothing at first.');
    case 'end-trial':
      return spoken(
        'The trial is over. Nothing was changed.',
        bold('The trial is over'),
        ', ended by ',
        who,
        `. ${told} Nothing was changed.`,
      );
    case 'rehearse':
      return renderNotice(bold('Dry run: nothing was sent.'), ` ${told}`);
    case 'applied':
      return spoken(
        `Applied: ${subjectSpoken(proposal.change)} went ${stepSpoken(proposal.change)}.`,
        bold('Applied: '),
        `${subjectSpoken(proposal.change)} went ${stepSpoken(proposal.change)}, at `,
        ...when(at),
        '. ',
        requestSentence(proposal),
        proposal.change.target.kind === 'origin'
          ? 'CloudFront now takes it to all its locations; that takes some minutes.'
          : 'The load balancer takes it at once.',
      );
    case 'deployed':
      return spoken(
        'Deployed. Now the change is tested.',
        bold(proposal.change.target.kind === 'origin' ? 'Deployed' : 'In force'),
        ' at ',
        ...when(at),
        `. Now it is tested: ${cleanText(proposal.successTest.sentence, noteLength)}`,
      );
    case 'verify':
    case 'refute':
      return renderProof(proposal);
    case 'rolled-back':
      return renderNotice(bold('Rolled back.'), ` ${told}`);
    default:
      return null;
  }
}

/** Names and times are elements, which notifications do not read. */
function spoken(sentence: string, ...pieces: readonly Piece[]): RenderedMessage {
  return { text: fallbackText(sentence), blocks: [paragraph(...pieces)] };
}

function requestSentence({ application }: Proposal): string {
  const requestId = application?.requestId ?? null;
  return requestId === null
    ? 'AWS had not answered the request; the live configuration shows that it was taken. '
    : `Request ${cleanText(requestId, 80)} in CloudTrail. `;
}

function renderProof({ proof }: Proposal): RenderedMessage | null {
  const [first, ...others] = proof?.sentences ?? [];
  if (first === undefined) return null;
  return withinLimits(fallbackText(cleanText(first, noteLength)), [
    paragraph(bold(cleanText(first, noteLength))),
    ...(others.length === 0
      ? []
      : [
          list(
            [],
            others.map((sentence) => [cleanText(sentence, noteLength)]),
          ),
        ]),
  ]);
}

/** The change as code. */
export function renderIacLines({ change, rollbackOf }: Proposal, lines: IacLines): RenderedMessage {
  const wanted =
    rollbackOf === null
      ? 'Change the code as well, or its next deployment takes this back'
      : 'Look at the code as well: where it was changed meanwhile, change it back';
  return withinLimits(fallbackText(`${wanted}: ${subjectSpoken(change)}.`), [
    paragraph(bold(`${wanted}.`)),
    snippet('Terraform', lines.terraform),
    snippet('CDK', lines.cdk),
    snippet('CloudFormation', lines.cloudFormation),
    ...(lines.remarks.length === 0 ? [] : [context(...lines.remarks)]),
  ]);
}

function snippet(title: string, lines: string): RichTextBlock {
  return {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_section', elements: [{ type: 'text', text: title, style: { bold: true } }] },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: lines.slice(0, linesLength) }] },
    ],
  };
}
