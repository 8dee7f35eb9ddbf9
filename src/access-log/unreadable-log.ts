/** A log object that is whole and yet cannot be read: damaged inside, of a kind that is not known, or too large for its kind. */

export class UnreadableLogError extends Error {
  override readonly name = 'UnreadableLogError';
}
