/** What a trial's own requests show. */
import { describe, expect, it } from '@jest/globals';
import { judgeHeaderCheck } from '../../jobs/compare-trial.js';
import type { EdgeTwinEvidence } from '../../src/diagnosis/evidence.js';

const answer = (status: number | null): EdgeTwinEvidence => ({
  host: 'www.example.com',
  method: 'GET',
  path: '/',
  marker: 'cf502-1',
  sentAt: '2026-11-22T22:05:00.000Z',
  outcome: status === null ? 'failed' : 'response',
  error: status === null ? 'ECONNRESET' : null,
  address: '192.0.2.10',
  status,
  requestId: null,
  edgeLocation: null,
  xCache: null,
  server: null,
  via: null,
  serverTiming: [],
  elapsedMs: 10,
});

describe('requests with the header and without it', () => {
  it.each<[string, (number | null)[], (number | null)[], boolean, string]>([
    ['both fine', [200, 200], [200, 200], false, 'with the header 200, 200; without it 200, 200'],
    ['both refused alike', [403, 403], [403, 403], false, 'Its own requests'],
    ['the staging distribution fails', [200, 200], [200, 502], true, 'The staging distribution answers worse'],
    ['the staging distribution does not answer', [200, 200], [null, null], true, 'ECONNRESET'],
    ['both fail: that is what the change is for', [502, 200], [502, 502], false, 'Its own requests'],
    ['nothing reaches the edge', [null, null], [null, null], false, 'tell nothing'],
  ])('%s', (_what, without, withHeader, isWorse, sentence) => {
    const judged = judgeHeaderCheck(without.map(answer), withHeader.map(answer));
    expect(judged.isWorse).toBe(isWorse);
    expect(judged.sentence).toContain(sentence);
  });
});
