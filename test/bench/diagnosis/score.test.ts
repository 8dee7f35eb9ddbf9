/** The scoring of the bench, on answers made by hand: what counts as right, and that every wrong answer is told. */
import { describe, expect, it } from '@jest/globals';
import type { Answer } from './answer.js';
import type { Expected, Family } from './bench-case.js';
import { confusions, listFaults, missedGoals, type Scored, scoreAnswers } from './score.js';

const expected: Expected = {
  outcome: 'cause-found',
  top: 'expired-certificate',
  causes: ['expired-certificate', 'refused-connection'],
};
const nothing: Expected = { outcome: 'no-502s', top: null, causes: [] };
const abstains: Expected = { outcome: 'inconclusive', top: null, causes: [] };

function said(
  outcome: Answer['outcome'],
  ...causes: (readonly [string, Answer['causes'][number]['strength']])[]
): Answer {
  return {
    outcome,
    causes: causes.map(([id, strength]) => ({ id, strength })),
    crashed: [],
    elapsedMs: 1,
    headline: '',
  };
}
const scored = (family: Family, of: Expected, answer: Answer): Scored => ({
  bench: { id: `${family}/one`, family, expected: of },
  answer,
});

const right = scored(
  'pairs',
  expected,
  said('cause-found', ['expired-certificate', 'proven'], ['refused-connection', 'supported']),
);

describe('scores', () => {
  it('are full marks for right answers, abstentions among them', () => {
    const all = [
      right,
      scored('healthy', nothing, said('no-502s')),
      scored('blind', abstains, said('inconclusive', ['refused-connection', 'possible'])),
    ];
    const scores = scoreAnswers(all);
    expect(scores).toEqual({
      cases: 3,
      top1: 1,
      everyCauseRecall: 1,
      falseProven: 0,
      falseSupported: 0,
      falseAlarms: 0,
      blindAbstained: 1,
    });
    expect(missedGoals(scores)).toEqual([]);
    expect(all.flatMap(listFaults)).toEqual([]);
  });

  it('hold strength and explained share against what a world allows', () => {
    const of: Expected = { outcome: 'cause-found', top: 'a', causes: ['a'], mustNotProve: ['a'], explains: [0.4, 0.6] };
    const half = { ...said('cause-found', ['a', 'supported']), explained: 0.5 };
    const all = { ...said('cause-found', ['a', 'proven']), explained: 1 };
    expect(listFaults(scored('tls', of, half))).toEqual([]);
    expect(listFaults(scored('tls', of, all))).toEqual(['false proven a', 'explains 100 %']);
    expect(scoreAnswers([scored('tls', of, all)])).toMatchObject({ top1: 1, falseProven: 1 });
  });

  it('count what was missed, made up, alarmed and guessed', () => {
    const all = [
      scored('pairs', expected, said('cause-found', ['refused-connection', 'proven'], ['relayed-502', 'proven'])),
      scored('healthy', nothing, said('cause-found', ['slow-origin', 'supported'])),
      scored('blind', abstains, said('cause-found', ['unreachable-origin', 'supported'])),
    ];
    const scores = scoreAnswers(all);
    expect(scores).toEqual({
      cases: 3,
      top1: 0,
      everyCauseRecall: 0.5,
      falseProven: 1,
      falseSupported: 2,
      falseAlarms: 1,
      blindAbstained: 0,
    });
    expect(missedGoals(scores)).toHaveLength(4);
    expect(all.map(listFaults)).toEqual([
      ['first answer refused-connection', 'missed expired-certificate', 'false proven relayed-502'],
      ['first answer slow-origin', 'outcome cause-found', 'false supported slow-origin'],
      ['first answer unreachable-origin', 'outcome cause-found', 'false supported unreachable-origin'],
    ]);
  });

  it('accept another name of the same defect, and refuse what must not be said at any strength', () => {
    const lenient = { ...expected, orTop: ['refused-connection'], mayAlsoSay: ['relayed-502'] };
    const answer = said(
      'cause-found',
      ['refused-connection', 'proven'],
      ['expired-certificate', 'proven'],
      ['relayed-502', 'proven'],
      ['truncated-body', 'possible'],
    );
    expect(listFaults(scored('pairs', lenient, answer))).toEqual([]);
    expect(listFaults(scored('pairs', { ...lenient, mustNotSay: ['truncated-body'] }, answer))).toEqual([
      'must not say truncated-body',
    ]);
  });

  it('take a crash for a fault', () => {
    expect(listFaults({ ...right, answer: { ...right.answer, crashed: ['slow-origin'] } })).toEqual([
      'crashed slow-origin',
    ]);
  });

  it('show who was taken for whom', () => {
    const wrong = scored('tls', expected, said('inconclusive'));
    expect(confusions([right, wrong, wrong])).toEqual([
      { expected: 'expired-certificate', said: 'inconclusive', count: 2 },
      { expected: 'expired-certificate', said: 'expired-certificate', count: 1 },
    ]);
  });
});
