/** A log object that is whole and yet cannot be read: damaged inside, of a kind that is not known, or too large for its kind. */

export class UnreadableLogError extends Error {
  override readonly name = 'UnreadableLogError';
  /** What would help, in a sentence; null where nothing is known to. */
  readonly remedy: string | null;

  constructor(message: string, { remedy, ...options }: ErrorOptions & { readonly remedy?: string } = {}) {
    super(message, options);
    this.remedy = remedy ?? null;
  }
}
