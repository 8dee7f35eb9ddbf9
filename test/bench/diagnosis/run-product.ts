/** Puts one raised world to the product: collection over real sockets and the real SDK, all checks, the verdict. In process. */
import { setMaxListeners } from 'node:events';
import { checks } from '../../../src/checks/index.js';
import { collectAll } from '../../../src/collectors/collect.js';
import { concludeVerdict } from '../../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../../src/diagnosis/evaluate.js';
import type { EvidenceBag } from '../../../src/diagnosis/evidence.js';
import type { Verdict } from '../../../src/diagnosis/verdict.js';
import { Failure } from '../../../src/failure.js';
import { createAwsClients } from '../../../src/platform/aws.js';
import { createLog } from '../../../src/platform/log.js';
import { defaultPolicy } from '../../../src/policy.js';
import type { RaisedWorld } from './raise-world.js';
import type { Stage } from './stage.js';

export interface ProductAnswer {
  readonly bag: EvidenceBag;
  readonly verdict: Verdict;
  readonly elapsedMs: number;
}

const windowMinutes = 60;
const deadlineMs = 60_000;

export async function askProduct(stage: Stage, { names }: RaisedWorld): Promise<ProductAnswer> {
  const startedAt = Date.now();
  const aws = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null });
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const timer = setTimeout(() => stop.abort(new Failure('timed-out', 'The deadline of the check passed.')), deadlineMs);
  try {
    const bag = await collectAll(
      {
        signal: stop.signal,
        now: () => new Date(),
        aws,
        network: {
          dnsServers: [stage.dns.server],
          extraTrustRoots: [stage.authority.root.pem],
          allowedRanges: ['127.0.0.0/8', '::1/128'],
          connectTimeoutMs: 1_500,
          maxAddresses: defaultPolicy.probes.maxAddresses,
          keepAliveHoldMs: defaultPolicy.probes.keepAliveHoldSeconds * 1000,
        },
        log: createLog('error'),
        onProgress: () => {},
      },
      {
        checkId: `chk_bench${String(names.number).padStart(4, '0')}`,
        asked: names.distributionId,
        target: { kind: 'distribution-id', id: names.distributionId },
        window: {
          from: new Date(startedAt - windowMinutes * 60_000).toISOString(),
          to: new Date(startedAt).toISOString(),
        },
        pathPattern: null,
        maxLogBytes: 1_000_000_000,
      },
      () => {},
    );
    const now = new Date();
    return {
      bag,
      verdict: concludeVerdict(bag, evaluateEvidence(checks, bag, now), now),
      elapsedMs: Date.now() - startedAt,
    };
  } finally {
    clearTimeout(timer);
    aws.destroy();
  }
}
