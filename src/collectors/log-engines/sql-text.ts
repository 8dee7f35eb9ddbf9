/** The only two ways by which a value gets into SQL: as a checked name, or as a quoted string. Pure. */
import { Failure } from '../../failure.js';

/** @throws Failure `misconfigured` for anything but small letters, digits and underscores. */
export function sqlName(name: string): string {
  if (!/^[a-z0-9_]{1,128}$/.test(name))
    throw new Failure('misconfigured', 'A table, column or database has a name that cf502 does not put into a query.');
  return `"${name}"`;
}

/** @throws Failure `bad-input` for control characters and for what is longer than any value of ours. */
export function sqlString(text: string): string {
  if (/\p{Cc}/u.test(text) || text.length > 64 * 1024)
    throw new Failure('bad-input', 'A value holds control characters, so no query can be made with it.');
  return `'${text.replaceAll("'", "''")}'`;
}

/** @throws Failure `bug` for anything but a whole number. */
export function sqlInteger(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Failure('bug', 'A query was to be made with a number that is not whole.');
  return String(value);
}
