/** How an answer came about, for whoever asks with `--verbose`. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import { timeChecks } from '../../src/terminal/timed-checks.js';
import { renderTrace } from '../../src/terminal/trace-text.js';
import {
  aBag,
  aCell,
  aConnection,
  aDistribution,
  anAddress,
  aProbe,
  aTls,
  now,
  someLogs,
  unavailable,
} from '../builders/evidence.js';

const other = aConnection({ id: 'api/https/b.example.com', host: 'b.example.com' });
const bag = aBag({
  distribution: aDistribution({ connections: [aConnection(), other] }),
  logs: someLogs({ cells: [aCell({ count: 40 })], notes: ['One hour is late.'] }),
  metrics: unavailable(),
  probes: [
    aProbe({ addresses: [anAddress({ tls: aTls({ trustProblems: ['expired'] }) })], trace: ['TCP connected in 8 ms'] }),
    aProbe({ connection: other }),
  ],
});

function trace(): string {
  let at = 0;
  const timed = timeChecks(checks, () => (at += 0.25));
  const outcomes = evaluateEvidence(timed.checks, bag, now);
  return renderTrace({ bag, ...timed, outcomes }, { width: 400, colour: false });
}

describe('renderTrace', () => {
  it('tells what was collected, how long it took and what was seen', () => {
    const text = trace();
    expect(text).toMatch(/^Collected\n +[\d,]+ ms {2}distribution: 1 origin, 1 behaviour, Deployed\n/);
    expect(text).toMatch(/ ms {2}access-logs: 40 502s in 10,000 requests, .*\n +One hour is late\.\n/);
    expect(text).toMatch(/ ms {2}cloudfront-metrics: not collected\. \S/);
    expect(text).toMatch(/ ms {2}origin-probe api\/https\/origin\.example\.com: .*\n +TCP connected in 8 ms\n/);
  });

  it('tells of every check how it ended, once for each subject, what it read and how long it took', () => {
    const text = trace();
    for (const { id } of checks) expect(text).toMatch(new RegExp(`^  ${id}, (?:[\\d.]+ ms|not run), reads `, 'm'));
    expect(text).toMatch(
      /^ {2}expired-certificate, 0\.5 ms, reads origin-probe.*\n {4}found: api\/https\/origin\.example\.com: .* \[claimed as proven\]\n {4}ruled-out: api\/https\/b\.example\.com: /m,
    );
    expect(text).toMatch(/^ {2}missing-access-logs, .*reads .*cloudfront-metrics \(missing\)/m);
    expect(text).toMatch(/^ {4}inconclusive: \S/m);
  });

  it('ends with what was collected for an audit', () => {
    expect(renderTrace({ bag, checks, outcomes: [], elapsedMs: new Map() }, { width: 80, colour: false })).not.toMatch(
      /^Checks$/m,
    );
  });
});

describe('timeChecks', () => {
  it('keeps the time of a check that throws, and its throw', () => {
    const [first] = checks;
    if (first === undefined) throw new Error('there are checks');
    let at = 0;
    const thrower = {
      ...first,
      evaluate: () => {
        throw new Error('out of order');
      },
    };
    const {
      checks: [timed],
      elapsedMs,
    } = timeChecks([thrower], () => (at += 1));
    expect(() => timed?.evaluate({}, now)).toThrow('out of order');
    expect(elapsedMs.get(first.id)).toBe(1);
  });
});
