/** The shape of a check under way: what the live message is rendered from. */
import type { Iso, TimeWindow } from './evidence.js';
import type { Strength } from './finding.js';

export interface TaskProgress {
  /** Stable within the check: `distribution`, `access-logs`, `origin-probe-1` … */
  readonly id: string;
  readonly kind: string;
  /** For people: `Probe api.example.com:443 (Host www.example.com)`. May hold untrusted text. */
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'done' | 'unavailable';
  /** Short phrase: how far it is, what it saw, why it could not. May hold untrusted text. */
  readonly phrase: string;
}

/** An answer before all is in; the verdict replaces it. May hold untrusted text. */
export interface FirstGuess {
  readonly sentence: string;
  /** null where nothing points to a cause yet. */
  readonly strength: Strength | null;
  /** What it rests on: `the probes, the metrics and 12 of 40 log objects, the newest first`. */
  readonly basis: string;
}

export interface CheckProgress {
  readonly purpose: 'check' | 'audit';
  readonly checkId: string;
  /** What was asked about, as typed. */
  readonly asked: string;
  readonly window: TimeWindow;
  readonly pathPattern: string | null;
  readonly requesterId: string;
  readonly acceptedAt: Iso;
  readonly phase: 'queued' | 'running' | 'cancelling' | 'over';
  readonly cancelledBy: string | null;
  readonly tasks: readonly TaskProgress[];
  /** null while nothing can be said yet. */
  readonly guess: FirstGuess | null;
}
