/** What was typed after `cf502` in a terminal. */
import { describe, expect, it } from '@jest/globals';
import { parseTerminalCommand, splitArguments, terminalHelp } from '../../src/terminal/arguments.js';
import { now } from '../builders/evidence.js';

const limits = { defaultSinceMinutes: 60, maxWindowHours: 24 };
const parse = (...words: string[]) => parseTerminalCommand(words, { shop: 'E1SHOP0000001' }, now, limits);

describe('splitArguments', () => {
  it.each([
    [
      ['check', 'E123', '--json', '--since', '1h'],
      { wants: 'check', json: true, words: ['check', 'E123', '--since', '1h'] },
    ],
    [['check', 'E123'], { wants: 'check', json: false, verbose: false, saveTo: null }],
    [['check', '--verbose', 'E123'], { wants: 'check', verbose: true, words: ['check', 'E123'] }],
    [['check', 'E123', '--save', 'a.json'], { saveTo: 'a.json', words: ['check', 'E123'] }],
    [['check', '--save=a.json', 'E123', '--json'], { saveTo: 'a.json', json: true, words: ['check', 'E123'] }],
    [['check', 'E123', '--save', '--json'], { saveTo: '', json: true, words: ['check', 'E123'] }],
    [['replay', 'a.json', '--json'], { wants: 'replay', json: true, words: ['replay', 'a.json'] }],
    [['replay', '--help'], { wants: 'help' }],
    [[], { wants: 'help' }],
    [['help'], { wants: 'help' }],
    [['check', 'E123', '-h'], { wants: 'help' }],
    [['--version'], { wants: 'version' }],
    [['-v'], { wants: 'version' }],
    [['nonsense'], { wants: 'check' }],
  ])('%j', (argv, expected) => {
    expect(splitArguments(argv)).toMatchObject(expected);
  });
});

describe('parseTerminalCommand', () => {
  it('takes words as the shell split them', () => {
    expect(parse('check', 'shop', '--from', '2026-11-20 09:00', '--path', '/api/*')).toMatchObject({
      ok: true,
      command: { asked: 'shop', pathPattern: '/api/*', window: { from: '2026-11-20T09:00:00.000Z' } },
    });
  });

  it.each([
    [['chekc', 'E123', '--sinc', '2h'], /\nDid you mean: cf502 check E123 --since 2h$/],
    [['check', 'E123', '/api/*'], /\nDid you mean: cf502 check E123 --path '\/api\/\*'$/],
    [['check'], /^No distribution was named.*\nType: cf502 help$/],
    [['cancel', 'E123'], /press Ctrl-C to cancel/],
    [['check', '\u001b[31mred'], /^(?!.*\p{Cc}.*\n)/u],
  ])('%j is answered with what was meant', (words, problem) => {
    expect(parse(...words)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });
});

it('takes an audit too', () => {
  expect(parse('audit', 'shop')).toMatchObject({ ok: true, command: { kind: 'audit', asked: 'shop' } });
});

it('the help fits a terminal and names the exit codes', () => {
  for (const line of terminalHelp.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  expect(terminalHelp).toMatch(/Exit code: 0 .* 1 .* 2 /);
});
