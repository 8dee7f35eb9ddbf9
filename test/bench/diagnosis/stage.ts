/** The parts that all cases share (one AWS, one DNS, one authority), and the names and addresses that belong to one case alone. */
import { applyEnvironment } from '../../world/aws/environment.js';
import { type LocalAws, startLocalAws } from '../../world/aws/local-aws.js';
import { mintAuthority, type TestAuthority } from '../../world/certificates.js';
import { type LocalDns, startLocalDns } from '../../world/dns.js';
import type { CaseNames } from './bench-case.js';

export interface Stage {
  readonly aws: LocalAws;
  readonly dns: LocalDns;
  readonly authority: TestAuthority;
  stop(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const [aws, dns, authority] = await Promise.all([startLocalAws(), startLocalDns(), mintAuthority('cf502 bench')]);
  const restore = applyEnvironment({
    ...aws.environment,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  return {
    aws,
    dns,
    authority,
    stop: async () => {
      restore();
      await Promise.all([aws.stop(), dns.stop()]);
    },
  };
}

const addressesPerBlock = 250;

/** The n-th loopback address of a case; 127.0.0.x is left to everything else. */
export function addressOf(caseNumber: number, n: number): string {
  const block = 64 + Math.floor(caseNumber / addressesPerBlock);
  return `127.${block}.${(caseNumber % addressesPerBlock) + 1}.${n}`;
}

export function namesOf(number: number): CaseNames {
  const padded = String(number).padStart(4, '0');
  return {
    number,
    distributionId: `E${padded}BENCHCASE`,
    distributionDomain: `d${padded}benchcase.cloudfront.net`,
    bucket: `bench-${padded}-logs`,
    viewerHost: `www.c${padded}.shop.example`,
    host: (label) => `${label}.c${padded}.shop.example`,
    balancer: (label) => `${label}-10000${padded}.${regionOf(number)}.elb.amazonaws.com`,
  };
}

/** A region of its own where permission in it is taken away, since that is what a fault of the local AWS can be tied to. */
export function regionOf(number: number): string {
  const letter = (digit: number) => String.fromCharCode(97 + digit);
  return `eu-bench${letter(Math.floor(number / 26) % 26)}${letter(number % 26)}-1`;
}
