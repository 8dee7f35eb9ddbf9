/** For any proposal at all, its card, its forms and its lists are taken by Slack, fit, and hold nothing live that came from input. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { proposalStates } from '../../../src/remediation/proposal.js';
import { type RenderedMessage, textLength } from '../../../src/slack/render/blocks.js';
import { renderBreakGlassAlarm, renderBreakGlassStep } from '../../../src/slack/render/break-glass.js';
import { degradableTypes, degrade } from '../../../src/slack/render/degrade.js';
import { renderExamination } from '../../../src/slack/render/examination.js';
import { renderBreakGlassForm, renderProposeForm, renderRejectForm } from '../../../src/slack/render/forms.js';
import { slackLimits } from '../../../src/slack/render/limits.js';
import { renderNoOffer, renderOffer } from '../../../src/slack/render/offer.js';
import { renderProposal } from '../../../src/slack/render/proposal.js';
import { renderProposalList } from '../../../src/slack/render/proposal-list.js';
import { renderReach } from '../../../src/slack/render/proposal-reach.js';
import { anyChange, anyForecast, anyProposal } from '../../builders/arbitrary-proposal.js';
import { hostileText, many } from '../../builders/arbitrary-verdict.js';
import { application, proofResult, proposal, step } from '../../builders/proposal.js';
import { validateBlocks } from '../../world/slack/validate-blocks.js';
import { validateView } from '../../world/slack/views.js';

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [{ ...value }, ...Object.values(value).flatMap(objectsIn)];
}

/** Whether the element could do something that came from input. Ids of people and groups are the only live things on a card. */
function isLive(object: Record<string, unknown>): boolean {
  const { type, text, user_id: userId, usergroup_id: groupId, emoji } = object;
  if (['mrkdwn', 'broadcast', 'channel', 'link'].includes(String(type))) return true;
  if (type === 'user' && !/^[UW][A-Z0-9]+$/.test(String(userId))) return true;
  if (type === 'usergroup' && !/^S[A-Z0-9]+$/.test(String(groupId))) return true;
  if (type === 'plain_text' && emoji !== false) return true;
  return typeof text === 'string' && /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069\u200B]/u.test(text);
}

function expectAcceptable(message: RenderedMessage): void {
  expect(validateBlocks(message.blocks)).toEqual([]);
  expect(message.blocks.length).toBeGreaterThan(0);
  expect(textLength(message.blocks)).toBeLessThanOrEqual(13_000);
  expect(message.text.trim().length).toBeGreaterThan(0);
  expect(message.text.length).toBeLessThanOrEqual(slackLimits.fallbackText);
  expect(message.text).not.toMatch(/[<>]|:\/\/\S/);
  expect(objectsIn(message.blocks).filter(isLive)).toEqual([]);
  expect(validateBlocks(degrade(message).blocks, { refused: degradableTypes })).toEqual([]);
}

describe('any proposal', () => {
  it('has a card that fits with all that matters on it, the same for the same state', () => {
    fc.assert(
      fc.property(anyProposal, fc.boolean(), (proposal, mayBreakGlass) => {
        const message = renderProposal(proposal, { mayBreakGlass, windows: null });
        expectAcceptable(message);
        const json = JSON.stringify(message);
        // Nothing on a card is less important than the rest: all of it fits.
        expect(json).not.toContain('The rest did not fit');
        expect(JSON.stringify(renderProposal(structuredClone(proposal), { mayBreakGlass, windows: null }))).toBe(json);
        expect(json.includes('DRY RUN')).toBe(proposal.dryRun || /DRY RUN/.test(JSON.stringify(proposal)));
      }),
      { numRuns: 150 },
    );
  });

  it.each(proposalStates)('fits in %s where every text is as long as can be', (state) => {
    const long = 'a'.repeat(70_000);
    const many = Array.from({ length: 2_000 }, () => long);
    const at = '2026-11-22T22:05:00.000Z';
    const longest = proposal({
      id: long,
      state,
      change: { ...proposal().change, target: { kind: 'origin', distributionId: long, originId: long } },
      binding: { ...proposal().binding, etag: long },
      blastRadius: { behaviours: many, aliases: many, tenants: many, note: long },
      forecast: { stance: 'against', sentences: many, touched: null },
      offeredFrom: { checkId: long, claim: long },
      successTest: { ...proposal().successTest, sentence: long },
      requester: { userId: long, teamId: long },
      reason: long,
      approvers: { users: many, groups: many, quorum: 5, selfApproval: false },
      approvals: many.map((userId) => ({ userId, at })),
      breakGlass: { userId: long, reason: long, at },
      dryRun: true,
      application: application({ requestId: long, etagAfter: long, deployedAt: at }),
      proof: proofResult({ sentences: many }),
      rollbackOf: null,
      failure: long,
      history: Array.from({ length: 50 }, () => step({ event: 'rebase', to: state, by: null, note: long })),
    });
    const windows = Array.from({ length: 50 }, () => ({ days: ['mon' as const], from: '00:00', to: '24:00' }));
    const message = renderProposal(longest, { mayBreakGlass: true, windows });
    expectAcceptable(message);
    expect(JSON.stringify(message)).not.toContain('The rest did not fit');
  });

  it('has buttons that carry its id and nothing else', () => {
    fc.assert(
      fc.property(anyProposal, (proposal) => {
        const buttons = objectsIn(renderProposal(proposal, { mayBreakGlass: true, windows: null }).blocks).filter(
          ({ type }) => type === 'button',
        );
        const values = new Set(buttons.map(({ value }) => value));
        expect(values.size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });

  it('has a thread that names all it reaches, in few messages', () => {
    fc.assert(
      fc.property(anyProposal, (proposal) => {
        const messages = renderReach(proposal);
        expect(messages.length).toBeLessThanOrEqual(24);
        for (const message of [
          ...messages,
          renderBreakGlassAlarm({
            ...proposal,
            breakGlass: { userId: proposal.requester.userId, reason: proposal.reason ?? '', at: proposal.createdAt },
          }),
          renderBreakGlassStep(proposal.requester.userId, proposal.reason),
        ])
          expectAcceptable(message);
      }),
      { numRuns: 60 },
    );
  });

  it('stands in a list', () => {
    fc.assert(
      fc.property(fc.array(anyProposal, { maxLength: 10 }), fc.nat(), hostileText, (proposals, more, permalink) => {
        expectAcceptable(
          renderProposalList(
            proposals.map((proposal) => ({ proposal, permalink })),
            more,
          ),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('has forms that Slack opens', () => {
    fc.assert(
      fc.property(anyProposal, (proposal) => {
        const form = { callbackId: 'x', privateMetadata: '{}', proposal };
        for (const view of [renderRejectForm(form), renderBreakGlassForm(form)]) {
          expect(validateView(view)).toEqual([]);
          expect(objectsIn(view.blocks).filter(isLive)).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('any wish', () => {
  it('has a form that Slack opens', () => {
    fc.assert(
      fc.property(
        fc.record({
          change: anyChange,
          originId: fc.option(hostileText, { nil: null }),
          origins: many(hostileText),
          forecast: fc.option(anyForecast, { nil: null }),
          problems: many(hostileText),
          remarks: many(hostileText),
          reason: fc.option(hostileText, { nil: null }),
          remark: fc.option(hostileText, { nil: null }),
        }),
        ({ change, ...rest }) => {
          const view = renderProposeForm({
            ...rest,
            callbackId: 'x',
            privateMetadata: '{}',
            distributionId: change.target.distributionId,
            field: change.field,
            current: change.before,
            after: change.after,
          });
          expect(validateView(view)).toEqual([]);
          expect(objectsIn(view.blocks).filter(isLive)).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('offered has a message, with a button or without', () => {
    fc.assert(
      fc.property(
        anyChange,
        anyForecast,
        hostileText,
        fc.option(hostileText, { nil: null }),
        (change, forecast, words, by) => {
          expectAcceptable(
            renderOffer(words, 3, { change, forecast, checkId: words, claim: words, sentence: words }, by),
          );
          expectAcceptable(renderNoOffer([words, words], by === null));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('any self-check', () => {
  it('has a message', () => {
    const part = fc.record({
      part: hostileText,
      state: fc.constantFrom('works' as const, 'missing' as const, 'unknown' as const),
      sentence: hostileText,
      remedy: fc.option(hostileText, { nil: null }),
    });
    fc.assert(
      fc.property(many(part), (parts) => expectAcceptable(renderExamination(parts))),
      { numRuns: 60 },
    );
  });
});
