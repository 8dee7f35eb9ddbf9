/** The scorecard in a terminal, for people and as JSON. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderAuditReport } from '../../src/terminal/audit-report.js';
import { renderScorecardText } from '../../src/terminal/scorecard-text.js';
import { hostileText } from '../builders/arbitrary-verdict.js';
import { aScorecard, aScoredItem, denied } from '../builders/audit.js';

const plainPage = { width: 80, colour: false };
const mixed = aScorecard({
  items: [
    aScoredItem({ title: 'Time-outs in order', state: 'at-risk', because: 'The balancer drops first.' }),
    aScoredItem(),
    aScoredItem({ title: 'Security groups', state: 'unknown', because: 'Not read.', fix: null, missing: [denied] }),
    aScoredItem({ title: 'Origin failover', state: 'in-place', because: 'It fails over.', fix: null }),
  ],
});

describe('the page', () => {
  it('says the sum, then each state with what to do and the setting', () => {
    const text = renderScorecardText(mixed, plainPage);
    expect(text).toMatch(/^Of 1 precaution against 502s/);
    expect(text).toMatch(/^At risk \(1\)\n {2}- Time-outs in order: The balancer drops first\.$/m);
    expect(text).toMatch(/^ {4}Do: Turn them on\.$/m);
    expect(text).toMatch(/^ {8}resource "x" "y" \{\n {10}status = "Enabled"\n {8}\}$/m);
    expect(text).toMatch(/^ {4}Needs: Allow it for the role that cf502 reads with\.$/m);
    expect(text).toMatch(/^In place \(1\)\n {2}- Origin failover: It fails over\.$/m);
    for (const line of text.split('\n').filter((one) => !one.includes('https://')))
      expect(line.length).toBeLessThanOrEqual(80);
  });

  it('holds no control characters and stays within its width, whatever the input', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (because, terraform, remedy) => {
        const items = [
          aScoredItem({ because, fix: { action: because, terraform, cloudFormation: null } }),
          aScoredItem({ state: 'unknown', missing: [{ kind: 'x', message: because, remedy }] }),
        ];
        const text = renderScorecardText(aScorecard({ items, headline: remedy }), plainPage);
        expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the JSON', () => {
  it('has the published shape', () => {
    const report = renderAuditReport(mixed);
    expect(report).toMatchObject({
      format: 'cf502.audit/1',
      outcome: 'complete',
      target: { asked: 'shop', distributionId: 'E1A2B3C4D5E6F7' },
      counts: { inPlace: 0, missing: 4, atRisk: 0, unknown: 0 },
    });
    expect(Object.keys(report.items[0] ?? {})).toEqual([
      'id',
      'title',
      'state',
      'because',
      'fix',
      'missing',
      'evidence',
      'whyItMatters',
      'whatAwsOffers',
      'documentation',
    ]);
    expect(report.items[1]?.fix?.terraform).toEqual(['resource "x" "y" {', '  status = "Enabled"', '}']);
    expect(report.items[2]?.missing).toEqual([{ ...denied }]);
  });
});
