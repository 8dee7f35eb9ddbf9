/** Units for `fc.string`. */
import fc from 'fast-check';

const surrogates = { first: 0xd800, count: 0x800 };

/** Any code point but halves of pairs. fast-check's own `binary` makes a table of all 1.1 million of them first, which takes a second per test file. */
export const anyCharacter = fc.nat({ max: 0x10ffff - surrogates.count }).map(
  (index) => String.fromCodePoint(index < surrogates.first ? index : index + surrogates.count),
  (text) => {
    const point = typeof text === 'string' ? text.codePointAt(0) : undefined;
    if (point === undefined || text !== String.fromCodePoint(point)) throw new Error('no character');
    const index = point < surrogates.first ? point : point - surrogates.count;
    if (point >= surrogates.first && index < surrogates.first) throw new Error('half of a pair');
    return index;
  },
);
