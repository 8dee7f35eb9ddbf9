/** A collector's context on a local AWS, and what a test needs to play with it. */
import { setMaxListeners } from 'node:events';
import type { CollectContext } from '../../src/collectors/collector.js';
import { createAwsClients } from '../../src/platform/aws.js';
import { createLog } from '../../src/platform/log.js';
import { applyEnvironment } from '../world/aws/environment.js';
import { type LocalAws, startLocalAws } from '../world/aws/local-aws.js';

export interface LocalContext {
  readonly aws: LocalAws;
  readonly context: CollectContext;
  /** Aborts the context. */
  readonly abort: (reason: unknown) => void;
  /** Every progress phrase so far. */
  readonly phrases: readonly string[];
  readonly stop: () => Promise<void>;
}

/** @param now the time that collectors see. */
export async function startLocalContext(now: Date): Promise<LocalContext> {
  const aws = await startLocalAws();
  const restore = applyEnvironment(aws.environment);
  const clients = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null });
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const phrases: string[] = [];
  return {
    aws,
    phrases,
    abort: (reason) => controller.abort(reason),
    context: {
      signal: controller.signal,
      now: () => now,
      aws: clients,
      network: {
        dnsServers: ['127.0.0.1:1'],
        extraTrustRoots: [],
        allowedRanges: [],
        connectTimeoutMs: 500,
        maxAddresses: 2,
        keepAliveHoldMs: 0,
      },
      log: createLog('silent'),
      onProgress: (phrase) => phrases.push(phrase),
    },
    stop: async () => {
      clients.destroy();
      restore();
      await aws.stop();
    },
  };
}
