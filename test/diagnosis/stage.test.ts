/** What was ruled out, listed by part of the way; and a row of bars. */
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';
import { sparkline } from '../../src/diagnosis/sparkline.js';
import { groupByStage } from '../../src/diagnosis/stage.js';

const entry = (checkId: string, title: string, layer = 'cloudfront-to-origin' as const) => ({
  checkId,
  title,
  layer,
  because: 'It is sound.',
  citations: [],
});

describe('groupByStage', () => {
  it('lists the titles of a part together, in lower case but for names', () => {
    expect(
      groupByStage([
        entry('unresolvable-origin', 'Origin name does not resolve'),
        entry('rejected-handshake', 'TLS handshake rejected'),
        entry('refused-connection', 'Connection refused'),
        entry('x', 'CloudFront broke it'),
        entry('y', 'Viewer’s Host forwarded'),
        entry('expired-certificate', 'Expired certificate'),
      ]),
    ).toEqual([
      { stage: 'DNS and TCP', titles: ['origin name does not resolve', 'connection refused'] },
      { stage: 'TLS', titles: ['TLS handshake rejected', 'expired certificate'] },
      { stage: 'HTTP', titles: ['CloudFront broke it', 'viewer’s Host forwarded'] },
    ]);
  });

  it('keeps all checks to a few lines', () => {
    const all = checks.map(({ id, title, layer }) => ({ checkId: id, title, layer, because: '', citations: [] }));
    const stages = groupByStage(all);
    expect(stages.length).toBeLessThanOrEqual(9);
    expect(stages.flatMap(({ titles }) => titles)).toHaveLength(checks.length);
  });
});

describe('sparkline', () => {
  it('draws the largest highest, nothing lowest, and what is no number as nothing', () => {
    expect(sparkline([0, 1, 4, 8, Number.NaN])).toBe('▁▂▄█▁');
    expect(sparkline([0, 0])).toBe('');
    expect(sparkline([])).toBe('');
  });
});
