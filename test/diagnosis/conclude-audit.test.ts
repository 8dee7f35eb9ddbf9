/** The engine of the audit: every item is asked, whatever is missing and whatever one of them does. */
import { describe, expect, it } from '@jest/globals';
import { auditItems } from '../../src/audit/index.js';
import { type AuditItem, defineAuditItem } from '../../src/diagnosis/audit.js';
import { concludeAudit } from '../../src/diagnosis/conclude-audit.js';
import { someAlarms, someDeliveries } from '../builders/audit.js';
import { aBag, aBalancer, collected, now, someMetrics, unavailable } from '../builders/evidence.js';

const audit = { alarms: collected(someAlarms()), logDelivery: collected(someDeliveries()) };
const texts = {
  title: 'Item',
  why: 'https://docs.aws.amazon.com/x.html',
  matters: 'It matters.',
  offers: 'It is offered.',
};
const citations = [{ kind: 'configuration', ref: 'r', fact: 'f' }] as const;
const fix = { action: 'Do it.', terraform: null, cloudFormation: null };
const item = (id: string, state: 'in-place' | 'missing' | 'at-risk'): AuditItem =>
  defineAuditItem({
    ...texts,
    id,
    needs: ['distribution'],
    evaluate: () =>
      state === 'in-place' ? { state, because: 'So.', citations } : { state, because: 'So.', citations, fix },
  });

describe('concludeAudit', () => {
  it('puts the worst first, and within a state keeps the order of importance', () => {
    const items = [item('a', 'in-place'), item('b', 'missing'), item('c', 'at-risk'), item('d', 'missing')];
    const scorecard = concludeAudit(aBag(), items, now);
    expect(scorecard.items.map(({ id }) => id)).toEqual(['c', 'b', 'd', 'a']);
    expect(scorecard).toMatchObject({
      outcome: 'complete',
      counts: { 'at-risk': 1, missing: 2, unknown: 0, 'in-place': 1 },
      headline: 'Of 4 precautions against 502s on E1A2B3C4D5E6F7: 1 in place, 1 at risk and 2 missing.',
    });
  });

  it('turns missing evidence into unknown, with what would supply it, and asks the others', () => {
    const metrics = unavailable({ message: 'AWS refused it.', remedy: 'Allow it.' });
    const { items } = concludeAudit({ ...aBag({ metrics }), audit }, auditItems, now);
    expect(items.find(({ id }) => id === 'additional-metrics')).toMatchObject({
      state: 'unknown',
      because: 'AWS refused it.',
      missing: [{ remedy: 'Allow it.' }],
      fix: null,
    });
    expect(items).toHaveLength(auditItems.length);
  });

  it('keeps an item that throws to itself', () => {
    const broken = defineAuditItem({
      ...texts,
      id: 'broken',
      needs: ['distribution'],
      evaluate: () => {
        throw new Error('lost');
      },
    });
    const { items } = concludeAudit(aBag(), [broken, item('a', 'missing')], now);
    expect(items).toMatchObject([
      { id: 'a' },
      {
        id: 'broken',
        state: 'unknown',
        because: expect.stringContaining('fault of cf502'),
        missing: [{ kind: 'bug', message: 'lost' }],
      },
    ]);
  });

  it('has no items and says why where the distribution could not be read', () => {
    const distribution = unavailable({ message: 'There is none.', remedy: 'Check the id.' });
    expect(concludeAudit(aBag({ distribution }), auditItems, now)).toMatchObject({
      outcome: 'failed',
      headline: 'The audit of E1A2B3C4D5E6F7 could not be made: There is none.',
      remedy: 'Check the id.',
      items: [],
    });
  });

  it('says of a bag that a check collected what it lacks', () => {
    const { items } = concludeAudit(aBag(), auditItems, now);
    expect(items.find(({ id }) => id === 'immediate-logs')).toMatchObject({
      state: 'unknown',
      missing: [{ remedy: 'Run cf502 audit.' }],
    });
  });

  it('hands over every balancer and probe at once', () => {
    const seen: unknown[] = [];
    const looking = defineAuditItem({
      ...texts,
      id: 'looking',
      needs: ['load-balancers', 'origin-probes'],
      uses: ['cloudfront-metrics'],
      evaluate: (evidence) => {
        seen.push(
          evidence['load-balancers'].collected.length,
          evidence['origin-probes'].missing.length,
          evidence['cloudfront-metrics'].state,
        );
        return { state: 'in-place', because: 'So.', citations };
      },
    });
    const bag = aBag({ balancers: [aBalancer(), aBalancer({ originId: 'b' })], probes: [], metrics: someMetrics() });
    concludeAudit({ ...bag, originProbes: { x: unavailable() } }, [looking], now);
    expect(seen).toEqual([2, 1, 'collected']);
  });
});
