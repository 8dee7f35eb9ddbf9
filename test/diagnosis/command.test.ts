/** The grammar shared by Slack and the terminal, and the corrected line for what does not follow it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPathPattern, parseCommand } from '../../src/diagnosis/command.js';
import { anyCharacter } from '../builders/any-character.js';

const now = new Date('2026-11-20T10:15:00Z');
const limits = { defaultSinceMinutes: 60, maxWindowHours: 24 };
const names = { shop: 'E1SHOP0000001' };
const parse = (text: string) => parseCommand(text, names, now, limits);
const lastHour = { from: '2026-11-20T09:15:00.000Z', to: '2026-11-20T10:15:00.000Z' };
const lastTwoHours = { from: '2026-11-20T08:15:00.000Z', to: '2026-11-20T10:15:00.000Z' };
const tenToHalfPast = { from: '2026-11-20T09:00:00.000Z', to: '2026-11-20T09:30:00.000Z' };
const e123 = { kind: 'distribution-id', id: 'E123' };

describe('check', () => {
  it.each([
    ['check E123', lastHour, null],
    ['  check   E123  ', lastHour, null],
    ['CHECK E123', lastHour, null],
    ['/cf502 check E123', lastHour, null],
    ['@cf502 check E123', lastHour, null],
    ['<@U0BOT|cf502> check E123', lastHour, null],
    ['check E123 --since 2h', lastTwoHours, null],
    ['check --since 2h E123', lastTwoHours, null],
    ['check E123 --since=2h', lastTwoHours, null],
    ['check E123 --SINCE 2h', lastTwoHours, null],
    ['check E123 —since 2h', lastTwoHours, null],
    ['check E123 –since “2h”', lastTwoHours, null],
    ['check E123 ---since 2h', lastTwoHours, null],
    ['check\u00a0“E123”\u00a0--since\u00a02h', lastTwoHours, null],
    ['check E123 --since "2 hours"', lastTwoHours, null],
    ["check 'E123' --since='2h'", lastTwoHours, null],
    ['check E123 --from 2026-11-20T09:00 --to 2026-11-20T09:30', tenToHalfPast, null],
    ['check E123 --from "2026-11-20 09:00" --to “2026-11-20 09:30”', tenToHalfPast, null],
    ['check E123 --path /api/*', lastHour, '/api/*'],
    ['check E123 --path *.jpg', lastHour, '*.jpg'],
    ['check E123 --path /a?b&amp;c', lastHour, '/a?b&c'],
    ['check <https://console.aws.amazon.com/cloudfront/v4/home#/distributions/E123|E 123>', lastHour, null],
  ])('%s', (text, window, pathPattern) => {
    expect(parse(text)).toMatchObject({ ok: true, command: { kind: 'check', target: e123, window, pathPattern } });
  });

  it('keeps the short form of the target and of the window to compare by', () => {
    expect(parse('check <https://www.example.com/x|www.example.com> --since 2h')).toMatchObject({
      command: { asked: 'www.example.com', windowAsked: 'since 120m' },
    });
    expect(parse('check Shop')).toMatchObject({ command: { asked: 'shop', target: { id: 'E1SHOP0000001' } } });
  });
});

describe('audit', () => {
  it.each([
    ['audit E123', e123],
    ['/cf502 audit <https://console.aws.amazon.com/cloudfront/v4/home#/distributions/E123|E 123>', e123],
    ['audit shop', { kind: 'distribution-id', id: 'E1SHOP0000001' }],
  ])('%s', (text, target) => {
    expect(parse(text)).toMatchObject({
      ok: true,
      command: { kind: 'audit', target, window: lastHour, windowAsked: 'since 60m', pathPattern: null },
    });
  });
});

describe('cancel and help', () => {
  it.each([
    ['cancel', { kind: 'cancel', asked: null, target: null }],
    ['cancel E123', { kind: 'cancel', asked: 'E123', target: e123 }],
    ['help', { kind: 'help' }],
    ['--help', { kind: 'help' }],
    ['check --help', { kind: 'help' }],
    ['', { kind: 'help' }],
    ['  <@U0BOT>  ', { kind: 'help' }],
  ])('%j', (text, command) => {
    expect(parse(text)).toEqual({ ok: true, command });
  });
});

describe('a wrong line is answered with the corrected one', () => {
  it.each([
    ['/cf502 chekc E123 --sinc 2h', 'check E123 --since 2h', /“chekc” is not something I do/],
    ['E123', 'check E123', /not something I do/],
    ['E123 --since 2h', 'check E123 --since 2h', /not something I do/],
    ['E123 check', 'check E123', /not something I do/],
    ['why www.example.com', 'check www.example.com', /not something I do/],
    ['stop E123', 'cancel E123', /not something I do/],
    ['shop', 'check shop', /not something I do/],
    ['stop shop', 'cancel shop', /not something I do/],
    ['check E123 --path /ä/*', 'check E123 --path /%C3%A4/*', /not a path/],
    [
      'check E123 --from 2026-11-20 09:00 --to 2026-11-20 09:30',
      'check E123 --from 2026-11-20T09:00 --to 2026-11-20T09:30',
      /what “09:00” is for/,
    ],
    ['hepl', 'help', /not something I do/],
    ['check E123 --sicne 2h', 'check E123 --since 2h', /I do not know the option “--sicne”/],
    ['check E123 -s 2h', 'check E123 --since 2h', /option “-s”/],
    ['check E123 --last 2h', 'check E123 --since 2h', /option “--last”/],
    ['check E123 since 2h', 'check E123 --since 2h', /what “since” is for/],
    ['check E123 2h', 'check E123 --since 2h', /what “2h” is for/],
    ['check E123 --since 2 h', 'check E123 --since 2h', /what “h” is for/],
    ['check E123 /api/*', 'check E123 --path /api/*', /is for/],
    ['check E123 --path api/*', 'check E123 --path /api/*', /is not a path/],
    ['check E123 --path https://www.example.com/api/x', 'check E123 --path /api/x', /is not a path/],
    ['check E123 --since', 'check E123 --since 1h', /--since needs a value/],
    ['check E123 --since soon', 'check E123 --since 1h', /“soon” is not a length/],
    ['check E123 --since 3h --since 2h', 'check E123 --since 2h', /--since was given twice/],
    ['check E123 --since 48h', 'check E123 --since 1h', /too long/],
    ['check E123 --to 2026-11-20T09:00', 'check E123 --since 1h', /--to needs --from/],
    [
      'check E123 2026-11-20T09:00 2026-11-20T09:30',
      'check E123 --from 2026-11-20T09:00 --to 2026-11-20T09:30',
      /is for/,
    ],
    ['check E123 E456', 'check E123', /what “E456” is for/],
    ['check shpo', 'check shop', /did you mean shop/],
    ['cancel E123 --since 2h', 'cancel E123', /cancel takes no --since/],
    ['audit E123 --since 2h', 'audit E123', /audit takes no --since/],
    [
      'audti E123',
      'audit E123',
      /not something I do; I know check, audit, cancel, propose, proposals, doctor and help/,
    ],
    ['prevention E123', 'audit E123', /not something I do/],
  ])('%s -> %s', (text, suggestion, problem) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
    expect(parsed).toMatchObject({ suggestion });
  });

  it.each([
    ['check', /No distribution was named/],
    ['please make it work', /“please” is not something I do/],
    ['check constructor', /is not a distribution/],
    ['x'.repeat(1001), /too long/],
  ])('%.20s has no line near it', (text, problem) => {
    expect(parse(text)).toEqual({ ok: false, problem: expect.stringMatching(problem), suggestion: null });
  });
});

describe('hostile input', () => {
  const word = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 12 }),
    fc.constantFrom(
      'check',
      'chekc',
      'cancel',
      'help',
      'E123',
      'shop',
      '--since',
      '—from',
      '--to',
      '-path',
      '2h',
      '/api/*',
    ),
    fc.constantFrom(
      '"',
      '“',
      "'",
      '<',
      '<@U1>',
      '=',
      '--since=',
      '&lt;',
      '2026-11-20T09:00',
      'www.example.com',
      '\u202e',
    ),
  );
  const line = fc
    .tuple(fc.array(word, { maxLength: 8 }), fc.constantFrom(' ', ''))
    .map(([words, by]) => words.join(by));

  it('never throws; a problem is a sentence, and a suggestion is a right command', () => {
    fc.assert(
      fc.property(line, (text) => {
        const parsed = parse(text);
        if (parsed.ok) return true;
        expect(parsed.problem).toMatch(/^[\s\S]{10,800}\.$/);
        expect(parsed.problem).not.toMatch(/[\p{Cc}\u202e]/u);
        return parsed.suggestion === null || parse(parsed.suggestion).ok;
      }),
      { numRuns: 2000 },
    );
  });
});

describe('isPathPattern', () => {
  it.each([
    ['/', true],
    ['/api/*', true],
    ['*', true],
    ['api/*', false],
    ['/a b', false],
    ['/a\u0000', false],
    [`/${'a'.repeat(255)}`, false],
  ])('%j: %s', (path, expected) => {
    expect(isPathPattern(path)).toBe(expected);
  });
});
