/** The proof of each cause: the claim, how sure and why, the evidence it rests on, what to do, and AWS's page about it. */
import type { KnownBlock } from '@slack/types';
import type { Citation } from '../../diagnosis/finding.js';
import type { Cause, Verdict } from '../../diagnosis/verdict.js';
import { header, list, paragraph, type RenderedMessage, withinLimits } from './blocks.js';
import { andMore, firstOf } from './limits.js';
import { awsPage, bold, cleanText, code, fallbackText, type Piece } from './text.js';
import { explainedWords, layerWords, strengthWords } from './words.js';

const maxCauses = 6;
const maxCitations = 6;

const citationWords: Readonly<Record<Citation['kind'], string>> = {
  'access-log': 'Access logs',
  probe: 'Probe',
  configuration: 'Configuration',
  metric: 'CloudWatch',
  'load-balancer': 'Load balancer',
};

/** null where nothing was found. */
export function renderProof(verdict: Verdict): RenderedMessage | null {
  const causes = firstOf(verdict.causes, maxCauses);
  const others = firstOf(verdict.alsoSeen, maxCauses - causes.shown.length);
  const more = causes.more + others.more;
  if (causes.shown.length + others.shown.length + more === 0) return null;
  return withinLimits(
    fallbackText(
      causes.shown[0] === undefined
        ? 'The evidence for what else was seen.'
        : `The evidence: ${cleanText(causes.shown[0].claim, 400)}`,
    ),
    [
      ...(causes.shown.length === 0 ? [] : [header('What it rests on'), ...causes.shown.flatMap(causeBlocks)]),
      ...(others.shown.length === 0 ? [] : [header('Also seen, not the cause'), ...others.shown.flatMap(causeBlocks)]),
    ],
    more === 0 ? [] : [paragraph(andMore(more), '.')],
  );
}

function causeBlocks(cause: Cause): KnownBlock[] {
  const { shown, more } = firstOf(cause.citations, maxCitations);
  return [
    list([bold(cleanText(cause.claim, 600)), ' ', assessment(cause)], shown.map(citation), more),
    paragraph(
      bold('What to do: '),
      cleanText(cause.remedy, 600),
      ' ',
      awsPage(cause.why, 'What AWS says about it'),
      '.',
    ),
  ];
}

function assessment(cause: Cause): string {
  const explained = explainedWords(cause);
  const words = [
    strengthWords[cause.strength],
    `where: ${layerWords[cause.layer]}`,
    ...(explained === null ? [] : [`explains ${explained} 502s`]),
  ];
  const capped = cause.cappedBecause === null ? '' : ` Not surer because: ${cleanText(cause.cappedBecause, 300)}`;
  return `(${words.join('; ')})${capped}`;
}

/** A citation as one bullet: the kind, the fact, and where to look. */
export function citation({ kind, fact, ref }: Citation): Piece[] {
  return [bold(`${citationWords[kind]}: `), cleanText(fact, 300), ' ', code(cleanText(ref, 200))];
}
