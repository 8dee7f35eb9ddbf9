/** The message of a trial in the thread of its proposal, and what the thread is told of each of its steps. */
import { percentOf } from '../../diagnosis/wording.js';
import type { Proposal } from '../../remediation/proposal.js';
import { listRemains, trialStateWords } from '../../remediation/trial-life.js';
import type { Trial } from '../../remediation/trial-record.js';
import { actions, context, list, paragraph, type RenderedMessage, withinLimits } from './blocks.js';
import { stepSpoken, subjectSpoken } from './change-words.js';
import { renderNotice } from './notice.js';
import { endTrialButton, promoteTrialButton } from './proposal-buttons.js';
import { bold, cleanText, fallbackText, type Piece, person, when } from './text.js';

const sentenceLength = 900;

/** Asks for a decision once there is something to decide on; from then on it shows what the trial has become. */
export function renderTrial(proposal: Proposal, trial: Trial): RenderedMessage {
  const { comparison, state, terms, headerCheck, observedFrom, failure } = trial;
  const what = `${subjectSpoken(proposal.change)} ${stepSpoken(proposal.change)}`;
  const figures =
    comparison === null ? 'Nothing has been compared yet.' : cleanText(comparison.sentence, sentenceLength);
  const isOpen = state === 'compared';
  const mayPromote = isOpen && comparison !== null && ['better', 'no-worse'].includes(comparison.outcome);
  const rows: Piece[][] = [
    [bold('Comparison: '), figures],
    [
      bold('Part of the viewers: '),
      percentOf(terms.weight),
      ...(observedFrom === null ? [] : [', from ', ...when(observedFrom)]),
    ],
    ...(headerCheck === null ? [] : [[bold('Own requests: '), cleanText(headerCheck, sentenceLength)]]),
    ...(isOpen ? [[bold('Ends by itself: '), ...when(terms.endsAt)]] : []),
    ...(failure === null ? [] : [[bold('What happened: '), cleanText(failure, sentenceLength)]]),
  ];
  const buttons = [
    ...(mayPromote ? [promoteTrialButton(proposal)] : []),
    ...(isOpen ? [endTrialButton(proposal)] : []),
  ];
  const title = isOpen ? 'Promote it or end it' : `This trial is ${trialStateWords[state]}`;
  return withinLimits(
    fallbackText(`${title}: ${what}. ${figures}`),
    [
      paragraph(bold(`${title}. `), `On trial: ${what}.`),
      list([], rows),
      context(
        'Counted by CloudWatch, all 5xx of both distributions over the same minutes. The staging distribution has a cache of its own, which is empty at first.',
      ),
    ],
    buttons.length === 0 ? [] : [actions(...buttons)],
  );
}

/** @returns null where the thread need not be told, or another message says it. */
export function renderTrialStep(trial: Trial, step: Trial['history'][number]): RenderedMessage | null {
  const { terms, headerCheck, remains, failure, ending } = trial;
  const who: Piece = step.by === null ? 'cf502' : person(step.by);
  switch (step.event) {
    case 'copied':
      return renderNotice(
        'The staging distribution ',
        bold(remains.stagingDistributionId ?? 'of the trial'),
        ' was made.',
      );
    case 'changed':
      return renderNotice('The staging distribution has the new value, and differs in nothing else.');
    case 'attached':
      return renderNotice(
        `Requests with the header ${terms.header.name} now go to the staging distribution; viewers send none.`,
      );
    case 'header-compared':
      return headerCheck === null ? null : renderNotice(cleanText(headerCheck, sentenceLength));
    case 'weighted':
      return renderNotice(`${percentOf(terms.weight)} of the viewers go to the staging distribution from now on.`);
    case 'promote':
      return spoken(
        'The trial is promoted. The live configuration is looked at once more before.',
        bold('Promoted'),
        ' by ',
        who,
        '. The live configuration is looked at once more before.',
      );
    case 'abort':
      return spoken(
        'The trial is being ended. All viewers go back, and what it made is taken away.',
        bold('The trial is being ended'),
        ' by ',
        who,
        `. ${cleanText(ending?.because ?? '', sentenceLength)} All viewers go back, and what it made is taken away.`,
      );
    case 'fail':
      return step.to === 'aborting'
        ? renderNotice(
            bold('The trial cannot go on.'),
            ` ${cleanText(failure ?? '', sentenceLength)} What it made is taken away.`,
          )
        : renderNotice(
            bold('Please clean up by hand. '),
            `cf502 could not take away ${listRemains(remains).join(', ')}. ${cleanText(failure ?? '', sentenceLength)}`,
          );
    case 'staging-gone':
      return renderNotice('The staging distribution and the policy of the trial are deleted.');
    case 'claim':
    case 'policy-made':
    case 'observed':
    case 'compared':
    case 'promoted':
    case 'found':
    case 'detached':
    case 'policy-gone':
    case 'ended':
      return null;
  }
}

/** With a text of its own for notifications, in which no person can be named. */
function spoken(text: string, ...pieces: readonly Piece[]): RenderedMessage {
  return { ...renderNotice(...pieces), text: fallbackText(text) };
}
