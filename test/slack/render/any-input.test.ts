/** For any input at all, what we render is taken by Slack, fits, and holds nothing live that came from input. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RenderedMessage, textLength } from '../../../src/slack/render/blocks.js';
import { degradableTypes, degrade } from '../../../src/slack/render/degrade.js';
import { slackLimits } from '../../../src/slack/render/limits.js';
import { renderCorrection, renderNotice } from '../../../src/slack/render/notice.js';
import { renderProgress } from '../../../src/slack/render/progress.js';
import { renderThread } from '../../../src/slack/render/thread.js';
import { renderVerdict } from '../../../src/slack/render/verdict.js';
import { anyBag, anyProgress, anyVerdict, hostileText } from '../../builders/arbitrary-verdict.js';
import { validateBlocks } from '../../world/slack/validate-blocks.js';

/** Every object in the value, however deep. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [{ ...value }, ...Object.values(value).flatMap(objectsIn)];
}

function expectAcceptable(message: RenderedMessage): void {
  expect(validateBlocks(message.blocks)).toEqual([]);
  expect(message.blocks.length).toBeGreaterThan(0);
  expect(textLength(message.blocks)).toBeLessThanOrEqual(13_000);
  expect(message.text.trim().length).toBeGreaterThan(0);
  expect(message.text.length).toBeLessThanOrEqual(slackLimits.fallbackText);
  // Slack parses the top-level text: nothing in it may open a mention, a link or a date.
  expect(message.text).not.toMatch(/[<>]|:\/\/\S/);
  expect(objectsIn(message.blocks).filter(isLive)).toEqual([]);
}

/** Whether the element could do something that came from input. */
function isLive(object: Record<string, unknown>): boolean {
  const { type, text, url, user_id: userId, emoji } = object;
  if (type === 'mrkdwn' || type === 'broadcast' || type === 'channel' || type === 'usergroup') return true;
  if (type === 'link' && !/^https:\/\/(docs|repost)\.aws\.amazon\.com\//.test(String(url))) return true;
  if (type === 'user' && !/^[UW][A-Z0-9]+$/.test(String(userId))) return true;
  if (type === 'plain_text' && emoji !== false) return true;
  return typeof text === 'string' && /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069\u200B]/u.test(text);
}

function expectAcceptableInEveryForm(message: RenderedMessage): void {
  expectAcceptable(message);
  const classic = degrade(message);
  expectAcceptable(classic);
  expect(validateBlocks(classic.blocks, { refused: degradableTypes })).toEqual([]);
}

describe('any input', () => {
  it('progress is acceptable and always the same for the same state', () => {
    fc.assert(
      fc.property(anyProgress, fc.boolean(), (progress, usePlan) => {
        const message = renderProgress(progress, { usePlan });
        expectAcceptableInEveryForm(message);
        expect(JSON.stringify(renderProgress(structuredClone(progress), { usePlan }))).toBe(JSON.stringify(message));
      }),
      { numRuns: 60 },
    );
  });

  it('a verdict is acceptable', () => {
    fc.assert(
      fc.property(anyVerdict, fc.option(anyProgress, { nil: null }), (verdict, progress) => {
        expectAcceptableInEveryForm(renderVerdict(verdict, progress));
      }),
      { numRuns: 60 },
    );
  });

  it('a thread is acceptable, and few messages', () => {
    fc.assert(
      fc.property(anyVerdict, fc.option(anyBag, { nil: null }), (verdict, bag) => {
        const messages = renderThread(verdict, bag);
        expect(messages.length).toBeLessThanOrEqual(5);
        for (const message of messages) expectAcceptableInEveryForm(message);
      }),
      { numRuns: 60 },
    );
  });

  it('a notice is acceptable', () => {
    fc.assert(
      fc.property(hostileText, fc.array(hostileText), (problem, lines) => {
        expectAcceptable(renderNotice(problem));
        expectAcceptable(renderCorrection(problem, lines));
      }),
      { numRuns: 60 },
    );
  });
});
