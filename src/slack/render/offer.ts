/** In the thread of an answer: the change that its evidence asks for, with a button; or why no change of a timeout helps, without one. */
import type { Button } from '@slack/types';
import { fieldNames, sayValue } from '../../remediation/field-names.js';
import type { Offer } from '../../remediation/offer.js';
import { actions, context, list, paragraph, type RenderedMessage, withinLimits } from './blocks.js';
import { actionIds } from './buttons.js';
import { stepSpoken, stepWords, subjectPieces, subjectSpoken } from './change-words.js';
import { firstOf, slackLimits } from './limits.js';
import { bold, cleanText, fallbackText, person, plain } from './text.js';

/** The first is part of the offer's own sentence. */
const mostSentences = 4;

/**
 * One message for each offer, so that its button goes when it has been used.
 * @param index place of the offer among those of the check.
 * @param askedBy who has asked for it; null while nobody has.
 */
export function renderOffer(checkId: string, index: number, offer: Offer, askedBy: string | null): RenderedMessage {
  const { change, claim, forecast, sentence } = offer;
  const sentences = firstOf(forecast.sentences.slice(1), mostSentences).shown.map((one) => [cleanText(one, 300)]);
  return withinLimits(
    fallbackText(`The evidence supports a change: ${subjectSpoken(change)} ${stepSpoken(change)}.`),
    [
      paragraph(bold('The evidence supports a change: '), ...subjectPieces(change), ', ', bold(stepWords(change)), '.'),
      list([], [[cleanText(sentence, 500)], [bold('Found: '), cleanText(claim, 400)], ...sentences]),
      ...(askedBy === null
        ? [context('The button changes nothing: it makes a proposal, which somebody else has to approve.')]
        : [
            paragraph(
              'Asked for by ',
              person(askedBy),
              '. The card of the proposal, or why there is none, follows below.',
            ),
          ]),
    ],
    askedBy === null ? [actions(proposeButton(checkId, index, offer))] : [],
  );
}

/**
 * Why nothing is offered for what was found, or what to do in place of a change or beside it, in the words of remediation.
 * @param besideOffers whether something else is offered.
 */
export function renderNoOffer(remarks: readonly string[], besideOffers: boolean): RenderedMessage {
  const title = besideOffers ? 'About changing timeouts' : 'No change of a timeout is offered';
  const sentences = remarks.slice(0, mostSentences).map((remark) => cleanText(remark, 600));
  return withinLimits(fallbackText(`${title}. ${cleanText(remarks[0] ?? '', 600)}`), [
    list(
      [bold(`${title}.`)],
      sentences.map((sentence) => [sentence]),
    ),
  ]);
}

function proposeButton(checkId: string, index: number, { change: { field, after } }: Offer): Button {
  return {
    type: 'button',
    action_id: actionIds.proposeOffer,
    text: plain('Propose this change', 75),
    value: cleanText(`${checkId}:${index}`, slackLimits.buttonValue),
    accessibility_label: cleanText(`Propose to set the ${fieldNames[field]} to ${sayValue(field, after)}`, 75),
    style: 'primary',
  };
}
