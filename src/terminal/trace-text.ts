/** How an answer came about: what was collected and how long that took, and what each check made of it. Pure. */
import type { Check } from '../diagnosis/check.js';
import { type DescribedMap, describeEvidence } from '../diagnosis/describe-evidence.js';
import type { CheckOutcome } from '../diagnosis/evaluate.js';
import type { EvidenceBag, EvidenceKind, Gathered } from '../diagnosis/evidence.js';
import { formatCount } from '../diagnosis/wording.js';
import { createPage, type Page, type PageOptions, type Style } from './page.js';

export interface Trace {
  readonly bag: EvidenceBag;
  readonly checks: readonly Pick<Check, 'id' | 'needs' | 'uses'>[];
  /** Empty for an audit, whose scorecard says all of its items. */
  readonly outcomes: readonly CheckOutcome[];
  /** By id of the check. */
  readonly elapsedMs: ReadonlyMap<string, number>;
}

interface Collected {
  readonly kind: EvidenceKind;
  /** What it is of, where there are several. */
  readonly of: string | null;
  readonly gathered: Gathered<unknown>;
  readonly phrase: string;
  readonly lines: readonly string[];
}

const stateStyles: Readonly<Record<CheckOutcome['outcome']['state'], Style>> = {
  found: 'red',
  'ruled-out': 'green',
  inconclusive: 'yellow',
  crashed: 'red',
};

export function renderTrace({ bag, checks, outcomes, elapsedMs }: Trace, options: PageOptions): string {
  const page = createPage(options);
  const collected = listCollected(bag);
  page.line('Collected', { style: 'bold' });
  for (const { kind, of, gathered, phrase, lines } of collected) {
    const lead = `${`${formatCount(Math.round(gathered.elapsedMs))} ms`.padStart(10)}  `;
    const what = `${kind}${of === null ? '' : ` ${of}`}: `;
    page.line(`${what}${gathered.state === 'collected' ? '' : 'not collected. '}${phrase}`, { lead });
    for (const line of lines) page.line(line, { indent: 14, style: 'dim' });
  }
  if (outcomes.length === 0) return page.toString();
  page.blank();
  page.line('Checks', { style: 'bold' });
  const missing = new Set(collected.filter(({ gathered }) => gathered.state !== 'collected').map(({ kind }) => kind));
  const present = new Set(collected.map(({ kind }) => kind));
  for (const check of checks) {
    const own = outcomes.filter((outcome) => outcome.check.id === check.id);
    const took = elapsedMs.get(check.id);
    const nameOf = (kind: EvidenceKind): string =>
      missing.has(kind) || !present.has(kind) ? `${kind} (missing)` : kind;
    const read = [...check.needs, ...check.uses].map(nameOf).join(', ');
    page.line(`${check.id}, ${took === undefined ? 'not run' : `${took.toFixed(1)} ms`}, reads ${read}`, { indent: 2 });
    for (const outcome of own) writeOutcome(page, outcome, own.length > 1);
  }
  return page.toString();
}

function writeOutcome(page: Page, { subject, outcome }: CheckOutcome, isOneOfMany: boolean): void {
  const about = isOneOfMany ? (subject.connectionId ?? subject.originId) : null;
  page.line(`${about === null ? '' : `${about}: `}${describeOutcome(outcome)}`, {
    indent: 4,
    lead: `${outcome.state}: `,
    style: stateStyles[outcome.state],
  });
}

function describeOutcome(outcome: CheckOutcome['outcome']): string {
  switch (outcome.state) {
    case 'found':
      return outcome.findings.map(({ claim, strength }) => `${claim} [claimed as ${strength}]`).join('; ');
    case 'ruled-out':
      return outcome.because;
    case 'inconclusive':
      return [outcome.missing[0].message, ...(outcome.lead === undefined ? [] : [outcome.lead])].join(' ');
    case 'crashed':
      return outcome.message;
  }
}

/** Everything in the bag, in the order in which it is collected. */
function listCollected(bag: EvidenceBag): readonly Collected[] {
  const one = <K extends keyof DescribedMap & EvidenceKind>(
    kind: K,
    gathered: Gathered<DescribedMap[K]> | undefined,
    of: string | null = null,
    lines: readonly string[] = [],
  ): readonly Collected[] =>
    gathered === undefined ? [] : [{ kind, of, gathered, phrase: describeEvidence(kind, gathered), lines }];
  const entries = <T>(record: Readonly<Record<string, T>> | undefined): readonly (readonly [string, T])[] =>
    Object.entries(record ?? {});
  return [
    ...one('distribution', bag.distribution),
    ...one('access-logs', bag.accessLogs, null, bag.accessLogs.state === 'collected' ? bag.accessLogs.data.notes : []),
    ...one('cloudfront-metrics', bag.cloudFrontMetrics),
    ...entries(bag.originProbes).flatMap(([id, gathered]) => one('origin-probe', gathered, id, traceOf(gathered))),
    ...entries(bag.keepAliveLabs).flatMap(([id, gathered]) => one('keep-alive', gathered, id, traceOf(gathered))),
    ...entries(bag.loadBalancers).flatMap(([id, gathered]) => one('load-balancer', gathered, id)),
    ...one('edge-functions', bag.edgeFunctions),
    ...one('changes', bag.changes),
    ...one('edge-twin', bag.edgeTwin),
    ...one('alarms', bag.audit?.alarms),
    ...one('log-delivery', bag.audit?.logDelivery),
  ];
}

function traceOf(gathered: Gathered<{ readonly trace: readonly string[] }>): readonly string[] {
  return gathered.state === 'collected' ? gathered.data.trace : [];
}
