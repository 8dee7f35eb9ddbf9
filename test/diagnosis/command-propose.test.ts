/** `propose`, `proposals` and `doctor`: what is read, and the corrected line for what is not. */
import { describe, expect, it } from '@jest/globals';
import { parseCommand } from '../../src/diagnosis/command.js';
import { proposeFields } from '../../src/diagnosis/command-propose.js';
import { changeFields } from '../../src/remediation/proposal.js';

const id = 'E2EXAMPLE1ABCD';
const parse = (text: string) =>
  parseCommand(text, { shop: id }, new Date('2026-11-20T10:00:00Z'), { defaultSinceMinutes: 60, maxWindowHours: 24 });

it('knows every setting that can be changed, and no other', () => {
  expect(Object.values(proposeFields).sort()).toEqual([...changeFields].sort());
});

describe('propose', () => {
  it.each([
    [`propose ${id} --origin api --read-timeout 60`, { originId: 'api', field: 'read-timeout', value: 60 }],
    [`propose ${id} --read-timeout=60s`, { originId: null, field: 'read-timeout', value: 60 }],
    ['propose shop --origin "my origin" —keep-alive-timeout 4', { originId: 'my origin', value: 4, asked: 'shop' }],
    [`propose ${id} --connection-attempts 2`, { field: 'connection-attempts', value: 2 }],
    [`propose ${id} --connection-timeout 5`, { field: 'connection-timeout', value: 5 }],
    [`propose ${id} --response-completion-timeout none`, { field: 'response-completion-timeout', value: null }],
    [`propose ${id} --balancer-idle-timeout 120`, { field: 'balancer-idle-timeout', value: 120 }],
  ])('%s', (text, command) => {
    expect(parse(text)).toMatchObject({ ok: true, command: { kind: 'propose', distributionId: id, ...command } });
  });

  it.each([
    ['propose', /No distribution was named/, null],
    [`propose ${id}`, /Say what to change/, `propose ${id} --read-timeout 60`],
    [
      `propose ${id} --origin api --read-timout 45`,
      /I do not know the option/,
      `propose ${id} --origin api --read-timeout 45`,
    ],
    [
      `propose ${id} origin api OriginReadTimeout 45`,
      /what “origin” is for/,
      `propose ${id} --origin api --read-timeout 45`,
    ],
    [`raise ${id} --origin api timeout 1m`, /not something I do/, `propose ${id} --origin api --read-timeout 60`],
    [`propose ${id} --read-timeout soon`, /is not a value/, `propose ${id} --read-timeout 60`],
    [`propose ${id} --read-timeout none`, /is not a value/, `propose ${id} --read-timeout 60`],
    [`propose ${id} --read-timeout 2m`, /is not a value/, `propose ${id} --read-timeout 120`],
    [
      `propose ${id} --read-timeout 60 --keep-alive-timeout 4`,
      /One proposal changes one/,
      `propose ${id} --read-timeout 60`,
    ],
    ['propose www.example.com --read-timeout 60', /“www.example.com” is neither/, null],
    [`porpose ${id} --read-timeout 60`, /not something I do/, `propose ${id} --read-timeout 60`],
    ['propose shpo --read-timeout 60', /did you mean shop/, 'propose shop --read-timeout 60'],
  ])('%s is answered with a line that works', (text, problem, suggestion) => {
    const parsed = parse(text);
    expect(parsed).toEqual({ ok: false, problem: expect.stringMatching(problem), suggestion });
    if (suggestion !== null) expect(parse(suggestion)).toMatchObject({ ok: true, command: { kind: 'propose' } });
  });
});

describe('proposals and doctor', () => {
  it.each([
    ['proposals', { kind: 'proposals' }],
    ['doctor', { kind: 'doctor' }],
    ['propose --help', { kind: 'help' }],
  ])('%s', (text, command) => {
    expect(parse(text)).toEqual({ ok: true, command });
  });

  it.each([
    ['doctor please', 'doctor'],
    ['docotr', 'doctor'],
    ['proposal', 'proposals'],
  ])('%s -> %s', (text, suggestion) => {
    expect(parse(text)).toMatchObject({ ok: false, suggestion });
  });
});
