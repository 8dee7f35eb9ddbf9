/** The planted story: the failures that were asked for, and no others. */
import { describe, expect, it } from '@jest/globals';
import type { AccessLogRow } from './access-logs.js';
import { plantStory, type Story } from './log-story.js';

const from = new Date('2026-11-20T10:00:00Z');
const to = new Date('2026-11-20T11:00:00Z');
const half = new Date('2026-11-20T10:30:00Z');
const story = (more: Partial<Story> = {}): Story => ({
  seed: 42,
  window: { from, to },
  requestsPerMinute: 60,
  ...more,
});
const failed = (rows: readonly AccessLogRow[]) => rows.filter(({ values }) => values['sc-status'] === '502');
const isOrder = ({ values }: AccessLogRow) => values['cs-uri-stem']?.startsWith('/api/orders/') === true;

describe('plantStory', () => {
  it('fills the window evenly, in time order, without a failure of its own', () => {
    const rows = plantStory(story());
    expect(rows).toHaveLength(3600);
    expect(rows.every(({ at }) => at >= from && at < to)).toBe(true);
    expect(rows.map(({ at }) => at.getTime())).toEqual(rows.map(({ at }) => at.getTime()).sort((a, b) => a - b));
    expect(failed(rows)).toEqual([]);
    const perMinute = new Map<number, number>();
    for (const { at } of rows) perMinute.set(at.getUTCMinutes(), (perMinute.get(at.getUTCMinutes()) ?? 0) + 1);
    expect(perMinute.size).toBe(60);
    expect(Math.min(...perMinute.values())).toBeGreaterThanOrEqual(58);
  });

  it('is the same for the same seed and another for another', () => {
    expect(plantStory(story())).toEqual(plantStory(story()));
    expect(plantStory(story({ seed: 43 }))).not.toEqual(plantStory(story()));
  });

  it('plants failures where a rule says', () => {
    const rows = plantStory(
      story({
        failures: [
          {
            share: 1,
            pathPattern: '/api/orders/*',
            from: half,
            detailedResult: 'OriginConnectError',
            timeTakenSeconds: [2, 3],
          },
        ],
      }),
    );
    const bad = failed(rows);
    expect(bad).toEqual(rows.filter((row) => isOrder(row) && row.at >= half));
    expect(bad.length).toBeGreaterThan(50);
    for (const { values } of bad) {
      expect(values).toMatchObject({
        'x-edge-detailed-result-type': 'OriginConnectError',
        'x-edge-result-type': 'Error',
      });
      expect(Number(values['time-taken'])).toBeGreaterThanOrEqual(2);
      expect(Number(values['time-taken'])).toBeLessThanOrEqual(3);
    }
  });

  it('plants about the share that was asked for', () => {
    const rows = plantStory(
      story({ failures: [{ share: 0.25, pathPattern: '/api/*', detailedResult: 'OriginError' }] }),
    );
    const api = rows.filter(({ values }) => values['cs-uri-stem']?.startsWith('/api/') === true);
    expect(failed(rows).length / api.length).toBeCloseTo(0.25, 1);
    expect(failed(api)).toHaveLength(failed(rows).length);
  });

  it('lets the first rule that matches decide, by edge location and method too', () => {
    const rows = plantStory(
      story({
        failures: [
          { share: 0, edgeLocations: ['FRA56-P1'], detailedResult: 'OriginError' },
          { share: 1, methods: ['POST'], status: 504, detailedResult: 'OriginCommError' },
        ],
      }),
    );
    const bad = rows.filter(({ values }) => values['sc-status'] === '504');
    expect(bad.length).toBeGreaterThan(0);
    expect(bad).toEqual(
      rows.filter(({ values }) => values['cs-method'] === 'POST' && values['x-edge-location'] !== 'FRA56-P1'),
    );
  });

  it('writes placeholders out and holds private values', () => {
    const [row] = plantStory(
      story({
        paths: [{ path: '/u/{id}/{hash}', weight: 1 }],
        viewerHost: 'www.example.com',
        distributionDomain: 'd1.cloudfront.net',
      }),
    );
    expect(row?.values).toMatchObject({
      'cs-uri-stem': expect.stringMatching(/^\/u\/\d{4,5}\/[0-9a-f]{8}$/),
      'cs(Host)': 'd1.cloudfront.net',
      'x-host-header': 'www.example.com',
      'c-ip': expect.stringMatching(/^192\.0\.2\.\d+$/),
      'cs(Cookie)': expect.stringContaining('session='),
      'cs-uri-query': expect.stringContaining('token='),
      'x-edge-request-id': expect.stringMatching(/^[\w-]{54}==$/),
    });
  });
});
