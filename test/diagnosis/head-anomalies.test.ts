/** What may be odd about a response head: the table, its page, and how grave each is. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { gravestAnomaly, type HeadAnomaly, headRules, listAnomalies } from '../../src/diagnosis/head-anomalies.js';
import { anAnswer } from '../builders/evidence.js';

const page = readFileSync(new URL('../../docs/response-heads.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| `/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('docs/response-heads.md', () => {
  it('says of each what the table says', () => {
    expect(rows).toEqual(
      Object.entries(headRules).map(([anomaly, { severity, says, known, source }]) => [
        `\`${anomaly}\``,
        says,
        severity,
        `[${known}](${source})`,
      ]),
    );
  });
});

describe('what AWS does not call an error', () => {
  it('is never certain but where a MUST binds every recipient', () => {
    const certain = Object.entries(headRules).filter(([, { severity }]) => severity === 'certain');
    expect(certain.map(([anomaly]) => anomaly)).toEqual([
      'not-http',
      'no-status',
      'bad-content-length',
      'second-continue',
    ]);
  });
});

describe('listAnomalies', () => {
  it.each<[string, Parameters<typeof anAnswer>[0], readonly HeadAnomaly[], HeadAnomaly | null]>([
    ['nothing', {}, [], null],
    [
      'the gravest first',
      { anomalies: ['no-reason', 'folded-header'] },
      ['folded-header', 'no-reason'],
      'folded-header',
    ],
    ['nothing to mind', { anomalies: ['http-1.0'] }, ['http-1.0'], null],
    ['an earlier bag by its outcome', { outcome: 'malformed-head', status: null }, ['not-http'], 'not-http'],
    ['an earlier bag by its coding', { transferEncoding: 'Deflate' }, ['unsupported-coding'], 'unsupported-coding'],
    ['what is no answer', { outcome: 'closed-inside-head', anomalies: ['folded-header'] }, [], null],
  ])('lists %s', (_title, answer, listed, gravest) => {
    expect(listAnomalies(anAnswer(answer))).toEqual(listed);
    expect(gravestAnomaly(anAnswer(answer))).toBe(gravest);
  });
});
