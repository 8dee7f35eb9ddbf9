/** Points at which a call to the local AWS is held until the test lets it go: what a test needs to kill somebody between two steps. */
import type { FaultSubject } from './faults.js';
import type { AwsService } from './wire.js';

/** Absent fields match everything. */
export interface HoldRule {
  readonly service?: AwsService;
  readonly operation?: string;
  /** A part of the path and query, for example a distribution id. */
  readonly url?: string;
  /** A part of the body. */
  readonly body?: string;
  /** A part of the SDK's user agent: one process of several. */
  readonly userAgent?: string;
  /** `before`: it has arrived and nothing was done. `after`: it was carried out, and the answer waits. */
  readonly when: 'before' | 'after';
  /** How many calls may pass first. */
  readonly skip?: number;
}

export interface HeldCall {
  readonly operation: string;
  /** The SDK's `app/…`, by which processes tell themselves apart (AWS_SDK_UA_APP_ID). */
  readonly userAgent: string;
}

export interface Hold {
  /** Resolves when a call is held. */
  readonly reached: Promise<HeldCall>;
  /**
   * Lets the call go on, or all to come pass where none was held. `whoeverWaits`: a call held `before` whose sender is gone is dropped, as if it
   * had never left; `deliver`: it is carried out all the same, as a packet that was late.
   */
  release(how?: 'whoeverWaits' | 'deliver'): void;
}

export interface Holds {
  add(rule: HoldRule): Hold;
  /** Waits where a rule says so. @returns whether a call is to be carried out although its sender left. */
  pass(when: HoldRule['when'], subject: FaultSubject, userAgent: string): Promise<{ readonly deliver: boolean }>;
  releaseAll(): void;
}

interface Entry {
  readonly rule: HoldRule;
  skip: number;
  state: 'armed' | 'holding' | 'over';
  readonly announce: (call: HeldCall) => void;
  letGo: (how: { readonly deliver: boolean }) => void;
}

export function createHolds(): Holds {
  const entries = new Set<Entry>();
  const end = (entry: Entry, deliver: boolean): void => {
    entry.state = 'over';
    entries.delete(entry);
    entry.letGo({ deliver });
  };
  return {
    add: (rule) => {
      let announce: (call: HeldCall) => void = () => undefined;
      const reached = new Promise<HeldCall>((resolve) => {
        announce = resolve;
      });
      const entry: Entry = { rule, skip: rule.skip ?? 0, state: 'armed', announce, letGo: () => undefined };
      entries.add(entry);
      return { reached, release: (how = 'whoeverWaits') => end(entry, how === 'deliver') };
    },
    pass: async (when, subject, userAgent) => {
      for (const entry of entries) {
        if (entry.state !== 'armed' || entry.rule.when !== when || !applies(entry.rule, subject, userAgent)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.state = 'holding';
        const gone = new Promise<{ readonly deliver: boolean }>((resolve) => {
          entry.letGo = resolve;
        });
        entry.announce({ operation: subject.operation, userAgent });
        return gone;
      }
      return { deliver: false };
    },
    releaseAll: () => {
      for (const entry of [...entries]) end(entry, false);
    },
  };
}

function applies(rule: HoldRule, subject: FaultSubject, userAgent: string): boolean {
  return (
    (rule.service === undefined || rule.service === subject.service) &&
    (rule.operation === undefined || rule.operation === subject.operation) &&
    (rule.url === undefined || subject.url.includes(rule.url)) &&
    (rule.body === undefined || subject.body.includes(rule.body)) &&
    (rule.userAgent === undefined || userAgent.includes(rule.userAgent))
  );
}
