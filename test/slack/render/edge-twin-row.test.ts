import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LoggedRequest } from '../../../src/diagnosis/logged-request.js';
import { textLength } from '../../../src/slack/render/blocks.js';
import { degrade } from '../../../src/slack/render/degrade.js';
import { renderEdgeTwinRow } from '../../../src/slack/render/edge-twin-row.js';
import { slackLimits } from '../../../src/slack/render/limits.js';
import { hostileText } from '../../builders/arbitrary-verdict.js';
import { anEdgeTwin } from '../../builders/evidence.js';
import { validateBlocks } from '../../world/slack/validate-blocks.js';

const row: LoggedRequest = {
  at: '2026-11-20T10:15:07.000Z',
  edgeLocation: 'FRA56-P1',
  status: 502,
  result: 'Error',
  detailedResult: 'OriginConnectError',
  timeTakenSeconds: 0.31,
};
const arrived = 'The log row of our own request through CloudFront has arrived: ';

describe('the row of our own request', () => {
  it.each<[string, Partial<LoggedRequest>, string]>([
    ['whole', {}, 'FRA56-P1 answered 502 after 0.31 s, as Error / OriginConnectError.'],
    ['with one result twice', { detailedResult: 'Error' }, 'FRA56-P1 answered 502 after 0.31 s, as Error.'],
    [
      'with the least that a row has',
      { edgeLocation: null, result: null, detailedResult: null, timeTakenSeconds: null },
      'CloudFront answered 502.',
    ],
    [
      'without a status',
      { status: 0, result: null, detailedResult: null },
      'FRA56-P1 logged that we had left after 0.31 s.',
    ],
  ])('%s', (_what, differing, sentence) => {
    expect(renderEdgeTwinRow(anEdgeTwin(), { ...row, ...differing }).text).toBe(`${arrived}${sentence}`);
  });

  it('stands beside what the request saw', () => {
    const { blocks } = renderEdgeTwinRow(
      anEdgeTwin({ status: 502, xCache: 'Error from cloudfront', elapsedMs: 340 }),
      row,
    );
    const table = blocks.find((block) => block.type === 'table');
    const cells = table?.rows.map((cell) => cell.map((one) => ('text' in one ? one.text : '')));
    expect(cells).toEqual([
      ['Our request', 'What it saw', 'What CloudFront logged'],
      ['Edge location', 'FRA56-P1', 'FRA56-P1'],
      ['Status', '502', '502'],
      ['Result (X-Cache, x-edge-result-type)', 'Error from cloudfront', 'Error'],
      ['Detailed result (x-edge-detailed-result-type)', '–', 'OriginConnectError'],
      ['Time taken', '0.34 s', '0.31 s'],
    ]);
  });

  it('is acceptable and short whatever stands in it', () => {
    const text = fc.option(hostileText, { nil: null });
    const anyRow = fc.record<LoggedRequest>({
      at: hostileText,
      edgeLocation: text,
      status: fc.integer({ min: 0, max: 999 }),
      result: text,
      detailedResult: text,
      timeTakenSeconds: fc.option(fc.double(), { nil: null }),
    });
    const anyTwin = fc
      .record({ edgeLocation: text, xCache: text, requestId: text, elapsedMs: fc.double() })
      .map(anEdgeTwin);
    fc.assert(
      fc.property(anyTwin, anyRow, (twin, logged) => {
        const message = renderEdgeTwinRow(twin, logged);
        for (const { blocks } of [message, degrade(message)]) {
          expect(validateBlocks(blocks)).toEqual([]);
          expect(textLength(blocks)).toBeLessThanOrEqual(4_000);
        }
        expect(message.text).not.toMatch(/[<>]|:\/\/\S/);
        expect(message.text.length).toBeLessThanOrEqual(slackLimits.fallbackText);
      }),
      { numRuns: 150 },
    );
  });
});
