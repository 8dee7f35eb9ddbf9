/** One request through the distribution itself. */
import type { Iso } from './gathered.js';

export interface ServerTiming {
  readonly name: string;
  readonly durationMs: number | null;
  readonly description: string | null;
}

/** One tagged request through the distribution, whose twin goes straight to the origin with the origin's probe. */
export interface EdgeTwinEvidence {
  readonly host: string;
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  /** In the User-Agent and in a header of its own, to find its row in the logs. */
  readonly marker: string;
  readonly sentAt: Iso;
  readonly outcome: 'response' | 'no-address' | 'failed';
  readonly error: string | null;
  readonly address: string | null;
  readonly status: number | null;
  /** `x-amz-cf-id`, which is the `x-edge-request-id` of its row in the logs. */
  readonly requestId: string | null;
  readonly edgeLocation: string | null;
  readonly xCache: string | null;
  readonly server: string | null;
  readonly via: string | null;
  readonly serverTiming: readonly ServerTiming[];
  readonly elapsedMs: number;
}
