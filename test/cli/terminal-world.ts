/** What `cf502` meets when it is run in a terminal: a local AWS, DNS and an origin; and the compiled program itself as a process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uploadAccessLogs } from '../world/access-logs.js';
import { customOrigin, distributionConfig } from '../world/aws/distribution-config.js';
import { type LocalAws, startLocalAws } from '../world/aws/local-aws.js';
import { mintAuthority } from '../world/certificates.js';
import { type LocalDns, startLocalDns } from '../world/dns.js';
import { plantStory } from '../world/log-story.js';
import { faultyTls, type TlsFault } from '../world/origin-faults.js';
import { type Origin, startOrigin } from '../world/origins.js';

export const distributionId = 'E1A2B3C4D5E6F7';

export interface Finished {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerminalWorld {
  readonly aws: LocalAws;
  readonly dns: LocalDns;
  /** Plants the distribution: an origin with this fault, and an hour of logs in which that share of requests failed. */
  plant(fault: TlsFault, failing: number): Promise<void>;
  /** @param policy lines added to the policy file. */
  run(words: readonly string[], policy?: string): Promise<Finished>;
  start(
    words: readonly string[],
    policy?: string,
  ): { readonly child: ChildProcess; readonly finished: Promise<Finished> };
  stop(): Promise<void>;
}

export async function startTerminalWorld(): Promise<TerminalWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'cf502-terminal-'));
  const [aws, dns, authority] = await Promise.all([startLocalAws(), startLocalDns(), mintAuthority('terminal world')]);
  const rootsFile = join(folder, 'roots.pem');
  const policyFile = join(folder, 'policy.yml');
  writeFileSync(rootsFile, authority.root.pem);
  const origins: Origin[] = [];

  const start: TerminalWorld['start'] = (words, policy = '') => {
    writeFileSync(
      policyFile,
      `version: 1\nprobes:\n  allowedRanges: [127.0.0.0/8]\n  keepAliveHoldSeconds: 0\n${policy}`,
    );
    const child = spawn(process.execPath, [join('dist', 'src', 'cli.js'), ...words], {
      env: {
        PATH: process.env['PATH'] ?? '',
        ...aws.environment,
        CF502_DNS_SERVERS: dns.server,
        CF502_EXTRA_TRUST_ROOTS_FILE: rootsFile,
        CF502_POLICY_FILE: policyFile,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
    });
    const finished = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
    return { child, finished };
  };

  return {
    aws,
    dns,
    start,
    run: (words, policy) => start(words, policy).finished,
    async plant(fault, failing) {
      const origin = await startOrigin({ tls: await faultyTls(fault, authority, ['origin.example.com']) });
      origins.push(origin);
      dns.set('origin.example.com', { a: [origin.address] });
      const { domainName } = aws.putDistribution({
        id: distributionId,
        config: distributionConfig({
          aliases: ['www.example.com'],
          logging: { bucket: 'example-logs', prefix: 'cdn/' },
          origins: [customOrigin({ Id: 'web', DomainName: 'origin.example.com', config: { HTTPSPort: origin.port } })],
        }),
      });
      const now = Date.now();
      const rows = plantStory({
        seed: 502,
        window: { from: new Date(now - 50 * 60_000), to: new Date(now - 60_000) },
        requestsPerMinute: 20,
        distributionDomain: domainName,
        viewerHost: 'www.example.com',
        failures: [{ share: failing, detailedResult: 'OriginConnectError' }],
      });
      uploadAccessLogs(aws, 'example-logs', 'cdn/', distributionId, rows);
    },
    async stop() {
      await Promise.all([...origins.map((origin) => origin.stop()), aws.stop(), dns.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
