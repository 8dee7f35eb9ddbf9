/** How far an object may unpack: no log compresses as well as what is made to fill a memory or a processor. */
import { UnreadableLogError } from './unreadable-log.js';

/** Logs come to some 5 to 30 times their size, rows that are all alike to about 100. */
const maxRatio = 250;
/** However small the object. */
const alwaysAllowed = 16 * 1024 * 1024;
/** Far beyond what CloudFront writes into one object. */
const maxBytes = 64 * 1024 ** 3;

/** @throws UnreadableLogError */
export function checkUnpacked(packed: number, unpacked: number): void {
  if (unpacked <= alwaysAllowed || (unpacked <= maxBytes && unpacked <= packed * maxRatio + alwaysAllowed)) return;
  throw new UnreadableLogError('The log object unpacks to far more than a log does.', {
    remedy: 'It may be made to overload whoever reads it: look at what wrote it, and take it out of the bucket.',
  });
}
