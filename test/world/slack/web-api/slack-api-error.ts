/** An error that the Web API answers with `ok: false`. */
import type { JsonObject } from '../json.js';

export class SlackApiError extends Error {
  readonly code: string;
  /** More fields of the answer, such as `needed` and `provided`. */
  readonly extra: JsonObject;

  constructor(code: string, extra: JsonObject = {}) {
    super(code);
    this.name = 'SlackApiError';
    this.code = code;
    this.extra = extra;
  }
}
