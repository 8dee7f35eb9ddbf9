/** CloudFront's path patterns as regular expressions over paths as they stand in logs, where parts of them are URL-encoded. Pure. */
import { Failure } from '../../failure.js';

/** A byte as logs write it: encoded once by CloudFront or by the viewer, or by both. */
const percent = '%(?:25)?';
const lead = (first: string): string => `${percent}${first}[0-9a-fA-F]`;
const next = lead('[89abAB]');
/** One character: as it is, or as the one to four bytes of its UTF-8. `%25` alone begins what was encoded twice. */
const anyCharacter = `(?:[^%]|${percent}(?:[013-7][0-9a-fA-F]|2[0-46-9a-fA-F])|%2525|${lead('[cCdD]')}${next}|${lead('[eE]')}${next}${next}|${lead('[fF]')}${next}${next}${next})`;
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
  const characters = Array.from(pattern);
  const parts = characters.map((character, at) => {
    // What stands before a `?` must end where a character ends.
    const isBeforeAny = () => characters.slice(at).find((each) => each !== '*') === '?';
    if (character === '*') return isBeforeAny() ? `${anyCharacter}*` : '.*';
    if (character === '?') return anyCharacter;
    return isShort && /[\w-]/.test(character) ? character : literal(character);
  });
  return `^${parts.join('')}$`;
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
