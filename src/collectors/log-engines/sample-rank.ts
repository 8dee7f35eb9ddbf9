/** By which samples are chosen where parts of a count come together: the rank that reading the row would have given it. Pure. */
import { hashBytes } from '../../access-log/hash-bytes.js';

/** The first half of the hash of a request id, without a sign; 0 where there is no id. */
export function sampleRank(requestId: string): number {
  if (requestId === '' || requestId === '-') return 0;
  const bytes = Buffer.from(requestId, 'utf8');
  const hash = new Int32Array(2);
  hashBytes(bytes, 0, bytes.length, hash);
  return (hash[0] ?? 0) >>> 0;
}
