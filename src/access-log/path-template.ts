/** Turns a path into a template: what differs from request to request becomes a placeholder. */

/** Folders kept apart; what lies deeper is folded into one placeholder. */
const maxSegments = 8;
const maxSegmentLength = 64;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const hexadecimal = /^[0-9a-f]{12,}$/i;
/** 2026-11-20, 20261120 and the like are read as dates before they are read as numbers. */
const date = /^(?:19|20)\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])$/;
const number = /^[+-]?\d+(?:[.,]\d+)?$/;
/** A version such as v2 names an interface, not an item. */
const version = /^v\d{1,3}(?:\.\d{1,3})*$/i;

/**
 * `/orders/8812/items/3f2a…` becomes `/orders/{number}/items/{hash}`. Personal data in paths (mail addresses, tokens, ids) goes with it.
 *
 * @param path decoded, without a query string.
 */
export function templatePath(path: string): string {
  const segments = (path.split('?', 1)[0] ?? '').split('/').slice(1);
  if (segments.length > maxSegments) segments.splice(maxSegments - 1, Infinity, '{more}');
  return `/${segments.map(templateSegment).join('/')}`;
}

function templateSegment(segment: string): string {
  if (segment === '' || segment === '{more}') return segment;
  if (segment.includes('@')) return '{address}';
  // Most segments are plain words; none of the tests below could say otherwise.
  if (segment.length <= 32 && !/\d/.test(segment)) return segment;
  const dot = segment.lastIndexOf('.');
  // An extension of letters says what kind of thing it is, so it stays.
  const extension = dot > 0 && /^\.[a-z]{1,5}[0-9]?$/i.test(segment.slice(dot)) ? segment.slice(dot) : '';
  const stem = extension === '' ? segment : segment.slice(0, dot);
  const placeholder = classify(stem);
  if (placeholder !== null) return `${placeholder}${extension}`;
  return (stem.length > maxSegmentLength ? `${stem.slice(0, maxSegmentLength)}…` : stem) + extension;
}

function classify(stem: string): string | null {
  if (uuid.test(stem)) return '{uuid}';
  if (date.test(stem)) return '{date}';
  if (number.test(stem)) return '{number}';
  if (version.test(stem)) return null;
  if (hexadecimal.test(stem) && /\d/.test(stem)) return '{hash}';
  return looksLikeId(stem) ? '{id}' : null;
}

/**
 * Long with digits and letters mixed (`AKx92jKwq01`, `order-20391`, a token, a content hash in a file name), or longer than a word ever is
 * without a separator.
 */
function looksLikeId(stem: string): boolean {
  if (/^[A-Za-z]+[-_]\d{3,}$/.test(stem)) return true;
  const digits = stem.replace(/\D/g, '').length;
  if (stem.length >= 10 && digits >= 3 && /[A-Za-z]/.test(stem)) return true;
  return stem.length > 32 && !/[-_.\s]/.test(stem);
}
