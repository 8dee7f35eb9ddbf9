/** What a check looks for in the readings of one layer of a probe. */
import type { AccessLogEvidence, AddressProbe, OriginConnection } from './evidence.js';
import type { Explains, Finding, Layer, Strength } from './finding.js';

export interface ProbeRule<Reading> {
  /** `tls` rules are ruled out over plain HTTP. */
  readonly over: 'tcp' | 'tls' | 'http';
  /** Where a rule looks at several layers: the one of this reading. Absent: `over`. */
  readonly metAt?: (reading: Reading) => NonNullable<Finding['metAt']>;
  /** What an address shows at this layer; empty where it shows nothing. */
  readonly read: (address: AddressProbe) => readonly Reading[];
  readonly isFault: (reading: Reading) => boolean;
  /** Sentence with the concrete names, without its full stop. */
  readonly claim: (reading: Reading, connection: OriginConnection) => string;
  /** Short phrase on what was read, faulty or not. */
  readonly fact: (reading: Reading) => string;
  /** Full sentence on why this is not the cause, where every reading is sound. */
  readonly sound: (connection: OriginConnection) => string;
  readonly remedy: string | ((reading: Reading) => string);
  readonly layer: Layer | ((reading: Reading) => Layer);
  readonly detailedResults: readonly string[];
  /** Whether the answer depends on the Host that is forwarded, so that only the 502s of that host can be explained. */
  readonly dependsOnHost: boolean;
  /** A fault that the origin may have with us alone, which CloudFront, offering something else, would not meet. */
  readonly mayBeOurOffer?: (reading: Reading) => boolean;
  /** For what is no cause of a 502: the finding then explains nothing. */
  readonly explainsNothing?: true;
  /** When the fault is known to have begun, or to end. */
  readonly lasts?: (reading: Reading) => Pick<Explains, 'since' | 'until'>;
  /** Claimed strength; proven by default. */
  readonly strength?: (reading: Reading) => Strength;
  /** For faults that come and go: one sound probe does not rule them out where the logs hold rows that fit and say more than `Error`. */
  readonly mayComeAndGo?: { readonly logs: AccessLogEvidence | null };
  /**
   * For faults of one server of several behind an address: as many rows that name a failure of this layer as `enoughRows` say that a server
   * may differ from the one that answered.
   */
  readonly mayDifferByServer?: { readonly logs: AccessLogEvidence | null };
  /** Values of `x-edge-detailed-result-type` by which CloudFront itself names this fault, wherever it is found. */
  readonly named?: readonly string[];
  /** The same, and that it is found by these alone where the probe does not see it. */
  readonly decisive?: { readonly results: readonly string[]; readonly logs: AccessLogEvidence | null };
}

/** Rows that name a failure, from which on they are no chance: below, they are those of a restart or a lost packet. */
export const enoughRows = 3;
