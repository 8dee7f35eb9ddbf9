/** Being told to answer badly: 429, 5xx, an error code, nothing at all. */
import type { JsonObject } from '../json.js';

/** How a call is answered instead of properly. */
export type BadAnswer =
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'http'; readonly status: number }
  | { readonly kind: 'error'; readonly error: string; readonly extra?: JsonObject }
  /** No answer, until the caller hangs up. */
  | { readonly kind: 'hang' }
  /** The connection is reset. */
  | { readonly kind: 'cut' };

export type AnswerRule = BadAnswer & {
  /** How often; always unless told. */
  readonly times?: number;
  /** Which calls; all unless told. */
  readonly when?: (args: JsonObject) => boolean;
  /** The state is changed first, and only then the caller is answered badly: a post that arrived and was never confirmed. */
  readonly applyFirst?: boolean;
};

export interface RuleHandle {
  /** How often it was used. */
  readonly served: number;
  /** From now on the method answers properly again. */
  stop(): void;
}

export interface AnswerRules {
  /** `*` stands for every method. Later rules go first. */
  add(method: string, rule: AnswerRule): RuleHandle;
  /** The rule for this call, counted as used; null where there is none. */
  take(method: string, args: JsonObject): AnswerRule | null;
}

export function createAnswerRules(): AnswerRules {
  let live: { readonly method: string; readonly rule: AnswerRule; served: number }[] = [];
  return {
    add: (method, rule) => {
      const entry = { method, rule, served: 0 };
      live = [entry, ...live];
      return {
        get served() {
          return entry.served;
        },
        stop: () => {
          live = live.filter((each) => each !== entry);
        },
      };
    },
    take: (method, args) => {
      const entry = live.find(
        (each) =>
          (each.method === method || each.method === '*') &&
          each.served < (each.rule.times ?? Number.POSITIVE_INFINITY) &&
          (each.rule.when?.(args) ?? true),
      );
      if (entry === undefined) return null;
      entry.served += 1;
      return entry.rule;
    },
  };
}
