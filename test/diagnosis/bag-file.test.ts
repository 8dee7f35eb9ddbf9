/** Evidence as a file: what is refused, and with which advice. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bagFileFormat, parseBagFile, renderBagFile } from '../../src/diagnosis/bag-file.js';
import { anyCharacter } from '../builders/any-character.js';
import { aBag, now } from '../builders/evidence.js';

const file = () => JSON.parse(renderBagFile({ bag: aBag(), now }, '1.2.3')) as Record<string, unknown>;
const parse = (data: unknown) => parseBagFile(JSON.stringify(data), 'bag.json');

describe('a saved bag', () => {
  it('is read as it was', () => {
    const bag = aBag();
    expect(parseBagFile(renderBagFile({ bag, now }, '1.2.3'), 'bag.json')).toEqual({
      ok: true,
      now,
      bag: JSON.parse(JSON.stringify(bag)) as unknown,
    });
  });

  it('says who saved it', () => {
    expect(file()).toMatchObject({ format: bagFileFormat, savedBy: 'cf502 1.2.3' });
  });

  it('may hold kinds of evidence that this version does not know', () => {
    const saved = file();
    expect(parse({ ...saved, bag: { ...(saved['bag'] as object), tomorrow: { state: 'collected' } } }).ok).toBe(true);
  });
});

describe('anything else is refused with what to do', () => {
  const saved = file();
  const bag = saved['bag'] as Record<string, unknown>;
  it.each([
    [
      'another format of the file',
      { ...saved, format: 'cf502.bag/2' },
      /saved by cf502 1\.2\.3 in the format cf502\.bag\/2, .* Replay it with the version that saved it/,
    ],
    [
      'another format of the evidence',
      { ...saved, bag: { ...bag, format: 'cf502.evidence/9' } },
      /in the format cf502\.evidence\/9/,
    ],
    ['a bare bag', bag, /in the format cf502\.evidence\/1, and this version reads cf502\.bag\/1/],
    ['a report', { format: 'cf502.report/1' }, /is a report and not the evidence for it/],
    ['another JSON file', { name: 'cf502' }, /is not a bag of evidence/],
    ['null', null, /is not a bag of evidence/],
    ['no time', { ...saved, now: 'yesterday' }, /is damaged \(now: /],
    ['a piece that is missing', { ...saved, bag: { ...bag, accessLogs: undefined } }, /is damaged \(bag\.accessLogs: /],
    [
      'a piece of another shape',
      { ...saved, bag: { ...bag, distribution: { state: 'maybe' } } },
      /is damaged \(bag\.distribution/,
    ],
    [
      'probes that are none',
      { ...saved, bag: { ...bag, originProbes: { web: 'fine' } } },
      /is damaged \(bag\.originProbes\.web/,
    ],
  ])('%s', (_, data, problem) => {
    expect(parse(data)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  it('text that is no JSON', () => {
    expect(parseBagFile('{"format": "cf5', 'half.json')).toEqual({
      ok: false,
      problem: expect.stringMatching(/^half\.json is not JSON/),
    });
  });

  it('never throws, and shows no control character', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: anyCharacter }), fc.string({ unit: anyCharacter }), (data, text) => {
        for (const parsed of [
          parse(data),
          parse({ ...saved, bag: data }),
          parse({ ...saved, format: text }),
          parseBagFile(text, text),
        ])
          if (!parsed.ok) expect(parsed.problem).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
