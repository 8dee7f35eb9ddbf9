/** The scorecard in Slack: the worst in the message, everything in the thread, and nothing that Slack would refuse whatever the input. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { auditStates } from '../../../src/diagnosis/audit.js';
import type { Scorecard, ScoredItem } from '../../../src/diagnosis/scorecard.js';
import { renderScorecard, renderScorecardThread } from '../../../src/slack/render/audit.js';
import { type RenderedMessage, textLength } from '../../../src/slack/render/blocks.js';
import { degradableTypes, degrade } from '../../../src/slack/render/degrade.js';
import { slackLimits } from '../../../src/slack/render/limits.js';
import { anyProgress, hostileText, many } from '../../builders/arbitrary-verdict.js';
import { aScorecard, aScoredItem } from '../../builders/audit.js';
import { readMessage } from '../../builders/read-message.js';
import { progress } from '../../builders/verdict.js';
import { validateBlocks } from '../../world/slack/validate-blocks.js';

const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const anyItem: fc.Arbitrary<ScoredItem> = fc
  .record({
    title: hostileText,
    why: hostileText,
    matters: hostileText,
    offers: hostileText,
    state: fc.constantFrom(...auditStates),
    because: hostileText,
    fix: nullable(
      fc.record({ action: hostileText, terraform: nullable(hostileText), cloudFormation: nullable(hostileText) }),
    ),
    missing: many(
      fc.record(
        { kind: hostileText, message: hostileText, remedy: hostileText },
        { requiredKeys: ['kind', 'message'] },
      ),
    ),
  })
  .map((fields) => aScoredItem(fields));
const anyScorecard: fc.Arbitrary<Scorecard> = fc
  .record({
    checkId: hostileText,
    headline: hostileText,
    remedy: nullable(hostileText),
    outcome: fc.constantFrom('complete' as const, 'cancelled' as const, 'failed' as const),
    target: fc.record({ asked: hostileText, distributionId: nullable(hostileText), domainName: nullable(hostileText) }),
    items: many(anyItem),
  })
  .map((fields) => aScorecard(fields));

function elementsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(elementsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [{ ...value }, ...Object.values(value).flatMap(elementsIn)];
}

function isRefused({ type, url, text }: Record<string, unknown>): boolean {
  if (type === 'mrkdwn') return true;
  if (type === 'link' && !/^https:\/\/(docs|repost)\.aws\.amazon\.com\//.test(String(url))) return true;
  // Line ends stand in preformatted text only.
  return typeof text === 'string' && /[\p{Cc}\p{Cs}\u202A-\u202E\u200B]/u.test(text.replaceAll('\n', ''));
}

function expectAcceptable(message: RenderedMessage): void {
  for (const form of [message, degrade(message)]) {
    expect(validateBlocks(form.blocks)).toEqual([]);
    expect(form.blocks.length).toBeGreaterThan(0);
    expect(textLength(form.blocks)).toBeLessThanOrEqual(13_000);
    expect(form.text.length).toBeLessThanOrEqual(slackLimits.fallbackText);
    expect(form.text).not.toMatch(/[<>]|:\/\/\S/);
    expect(elementsIn(form.blocks).filter(isRefused)).toEqual([]);
  }
  expect(validateBlocks(degrade(message).blocks, { refused: degradableTypes })).toEqual([]);
}

describe('any scorecard', () => {
  it('is a message that Slack takes', () => {
    fc.assert(
      fc.property(anyScorecard, nullable(anyProgress), (scorecard, asked) =>
        expectAcceptable(renderScorecard(scorecard, asked)),
      ),
      { numRuns: 40 },
    );
  });

  it('has a thread that Slack takes, of few messages', () => {
    fc.assert(
      fc.property(anyScorecard, (scorecard) => {
        const messages = renderScorecardThread(scorecard);
        expect(messages.length).toBeLessThanOrEqual(20);
        for (const message of messages) expectAcceptable(message);
      }),
      { numRuns: 40 },
    );
  });
});

const mixed = aScorecard({
  items: [
    aScoredItem({ title: 'Time-outs in order', state: 'at-risk', because: 'The balancer drops first.' }),
    aScoredItem(),
    aScoredItem({
      title: 'Security groups',
      state: 'unknown',
      because: 'Not read.',
      fix: null,
      missing: [{ kind: 'not-observable', message: 'Not to be seen.', remedy: 'Look at the group.' }],
    }),
    aScoredItem({ title: 'Origin failover', state: 'in-place', because: 'Every behaviour fails over.', fix: null }),
  ],
});

describe('the message', () => {
  it('says the sum, the worst with what to do, and offers to do it again', () => {
    const message = renderScorecard(mixed, progress());
    const read = readMessage(message);
    expect(read).toContain('Of 1 precaution against 502s');
    expect(read).toMatch(/Time-outs in order \(at risk\): .*The balancer drops first\..*Do: .*Turn them on\./s);
    expect(read).not.toContain('Origin failover');
    expect(JSON.stringify(message.blocks)).toContain('Audit again');
    expect(message.text).toContain('First of all: Time-outs in order; Additional metrics.');
  });

  it('says why there is none', () => {
    const failed = aScorecard({
      outcome: 'failed',
      headline: 'The audit could not be made.',
      remedy: 'Check the id.',
      items: [],
    });
    expect(readMessage(renderScorecard(failed, null))).toContain('Check the id.');
    expect(renderScorecardThread(failed)).toEqual([]);
  });

  it('names who cancelled it', () => {
    const cancelled = aScorecard({ outcome: 'cancelled', headline: 'The audit was cancelled.', items: [] });
    const message = renderScorecard(cancelled, progress({ cancelledBy: 'U0COLLEAG' }));
    expect(JSON.stringify(message.blocks)).toContain('"user_id":"U0COLLEAG"');
  });
});

describe('the thread', () => {
  it('groups by state, each with its fix, setting, or what is needed', () => {
    const [message, ...others] = renderScorecardThread(mixed);
    expect(others).toEqual([]);
    const read = message === undefined ? '' : readMessage(message);
    const order = ['At risk (1)', 'Missing (1)', 'Not to be seen from here (1)', 'In place (1)'].map((words) =>
      read.indexOf(words),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(-1);
    expect(read).toContain('Do: Turn them on.');
    expect(read).toContain('Needs: Not to be seen. Look at the group.');
    expect(JSON.stringify(message?.blocks)).toContain('\\n  status = \\"Enabled\\"\\n');
  });
});
