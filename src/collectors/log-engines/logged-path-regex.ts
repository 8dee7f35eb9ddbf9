/** CloudFront's path patterns as regular expressions over paths as they stand in logs, where parts of them are URL-encoded. Pure. */
import { Failure } from '../../failure.js';

/** A byte as logs write it: encoded once by CloudFront or by the viewer, or by both. */
const percent = '%(?:25)?';
const lead = (first: string): string => `${percent}${first}[0-9a-fA-F]`;
const next = lead('[89abAB]');
const digit = '[0-9a-fA-F]';
/** One character but a percent sign, which was encoded once: as it is, or as the one to four bytes of its UTF-8. */
const characterOf = (plain: string): string =>
  `(?:${plain}|${percent}(?:[013-7]${digit}|2[0-46-9a-fA-F])|%2525|${lead('[cCdD]')}${next}|${lead('[eE]')}${next}${next}|${lead('[fF]')}${next}${next}${next})`;
const anyCharacter = characterOf('[^%]');
const noDigit = characterOf('[^%0-9a-fA-F]');
/** A percent sign that was encoded once, unless two digits follow: then it begins what was encoded twice. */
const sign = '%25';
/** Several, and digits one by one between them. */
const moreSigns = `(?:${digit}?${sign})*`;
const special = /[\\^$.*+?()[\]{}|/-]/;

/**
 * Matches what `matchesPathPattern` matches once the path is decoded. The syntax is the part that RE2, Java's, Oniguruma's and JavaScript's
 * expressions share, and the text holds nothing but printable ASCII and no quotes.
 * @param isShort takes letters and digits as they are only: a tenth of the length, and blind to paths that encode what needs no encoding.
 * @throws Failure `bad-input` for control characters, which no path pattern holds.
 */
export function loggedPathRegex(pathPattern: string, isShort = false): string {
  if (pathPattern === '*' || pathPattern === '/*') return '^';
  const pattern = pathPattern.startsWith('/') || pathPattern.startsWith('*') ? pathPattern : `/${pathPattern}`;
  const write = (character: string): string => (isShort && /[\w-]/.test(character) ? character : literal(character));
  // Only what may begin with a digit depends on whether a percent sign stands before it.
  const runs = pattern.match(/[*?0-9a-fA-F]+|[^*?0-9a-fA-F]/gu) ?? [];
  return `^${runs.map((run) => runRegex(run, write)).join('')}$`;
}

/** How many digits in a row may not follow: two after a sign, one after a sign and a digit, since they would make a code of it; else any may. */
type Forbidden = 'none' | 'one' | 'two';
/** What comes next, and what may follow it; null where that cannot be. */
type Way = readonly [next: string, rest: string | null];

/**
 * One character, or wildcards and digits that follow one another. None of the engines looks ahead, so what may follow a sign is spelt out. While
 * more than two wildcards are left `%25` is taken for the beginning of what was encoded twice whatever follows: the text would double with each.
 */
function runRegex(run: string, write: (character: string) => string): string {
  const from = (at: number, forbidden: Forbidden): string | null => {
    const character = run[at];
    if (character === undefined) return '';
    const after = (then: Forbidden): string | null => from(at + 1, then);
    const isLong = run.slice(at).replaceAll(/[^*?]/g, '').length > 2;
    if (character === '*') return star(at, forbidden, isLong);
    if (character === '?')
      return forbidden === 'none'
        ? either([anyCharacter, after('none')], [sign, isLong ? null : after('two')])
        : either([noDigit, after('none')], [digit, forbidden === 'one' ? null : after('one')], [sign, after('two')]);
    if (forbidden === 'none') return write(character) + (after('none') ?? '');
    return forbidden === 'one' ? null : either([character, after('one')]);
  };
  const star = (at: number, forbidden: Forbidden, isLong: boolean): string | null => {
    const after = (then: Forbidden): string | null => from(at + 1, then);
    const on = (then: Forbidden): string | null => star(at, then, isLong);
    if (forbidden === 'one') return either(['', after('one')], [noDigit, on('none')], [sign, on('two')]);
    if (forbidden === 'two')
      return `${moreSigns}${either(['', after('two')], [digit, after('one')], [`${digit}?${noDigit}`, on('none')]) ?? ''}`;
    // What stands before a `?` must end where a character ends.
    if (!/^\*+\?/.test(run.slice(at))) return `.*${after('none') ?? ''}`;
    if (isLong) return `${anyCharacter}*${after('none') ?? ''}`;
    const signs = sign + moreSigns;
    const ends = either(['', after('none')], [signs, after('two')], [`${signs}${digit}`, after('one')]);
    return `(?:${anyCharacter}|${signs}${digit}?${noDigit})*${ends ?? ''}`;
  };
  return from(0, 'none') ?? '';
}

/** Ways that go on alike are written once. */
function either(...ways: readonly Way[]): string | null {
  const byRest = new Map<string, string[]>();
  for (const [next, rest] of ways) if (rest !== null) byRest.set(rest, [...(byRest.get(rest) ?? []), next]);
  const texts = [...byRest].map(([rest, each]) => group(each) + rest);
  return texts.length === 0 ? null : group(texts);
}

function group(texts: readonly string[]): string {
  return texts.length === 1 ? texts.join('') : `(?:${texts.join('|')})`;
}

function literal(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 32 || code === 127)
    throw new Failure('bad-input', 'A path pattern holds a control character, so no query can be made for it.');
  // An encoded slash is no separator, and stays encoded.
  if (character === '/') return '/';
  const encoded = [...Buffer.from(character, 'utf8')].map((byte) => percent + hex(byte >> 4) + hex(byte & 15)).join('');
  const isPlain = code < 127 && character !== "'" && character !== '"';
  if (!isPlain) return encoded;
  return `(?:${special.test(character) ? `\\${character}` : character}|${encoded})`;
}

function hex(digit: number): string {
  const text = digit.toString(16);
  return digit < 10 ? text : `[${text}${text.toUpperCase()}]`;
}
