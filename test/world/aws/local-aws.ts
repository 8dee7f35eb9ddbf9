/**
 * A local AWS: one HTTP server on loopback that the unmodified SDK talks to through AWS_ENDPOINT_URL. Requests are told apart by the
 * credential scope of their signature; signatures themselves are not verified. State lives in the instance.
 */
import { createServer } from 'node:http';
import { type AlarmsControl, createAlarms } from './alarms.js';
import { type AthenaControl, createAthena } from './athena.js';
import { type CloudTrailControl, createCloudTrail } from './cloud-trail.js';
import { type CloudFrontControl, createCloudFront } from './cloudfront.js';
import { type CloudFrontLookupsControl, createCloudFrontLookups } from './cloudfront-lookups.js';
import { type CloudWatchControl, createCloudWatch } from './cloudwatch.js';
import { type ContinuousDeploymentControl, createContinuousDeployments } from './continuous-deployment.js';
import type { PlayedServices } from './coverage.js';
import { type DispatchParts, dispatch } from './dispatch.js';
import { environmentFor } from './environment.js';
import { createFaults, type FaultRule } from './faults.js';
import { createHolds, type Hold, type HoldRule } from './holds.js';
import { createInsights, type InsightsControl } from './insights.js';
import { type Call, createJournal } from './journal.js';
import { createLoadBalancing, type LoadBalancingControl } from './load-balancing.js';
import { createLogDelivery, type LogDeliveryControl } from './log-delivery.js';
import { createPrincipals } from './principals.js';
import { createRealtimeLogs, type RealtimeLogsControl } from './realtime-logs.js';
import { createS3, type S3Control } from './s3.js';
import { createSts, type StsControl } from './sts.js';
import { type AcceptedWrite, createWrites } from './writes.js';
import { createXmlCodec } from './xml-codec.js';

export interface LocalAwsOptions {
  readonly accountId?: string;
  /** AWS_REGION of the environment handed out. */
  readonly region?: string;
  /** Waited before every answer. */
  readonly latencyMs?: number;
  readonly now?: () => Date;
}

export interface LocalAws
  extends CloudFrontControl,
    CloudFrontLookupsControl,
    ContinuousDeploymentControl,
    CloudTrailControl,
    S3Control,
    CloudWatchControl,
    AlarmsControl,
    AthenaControl,
    InsightsControl,
    RealtimeLogsControl,
    LoadBalancingControl,
    LogDeliveryControl,
    StsControl {
  readonly url: string;
  readonly accountId: string;
  /** What a process needs in its environment to use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Waited before every answer; may be changed at any time. */
  latencyMs: number;
  /** Every call so far, in the order of arrival. */
  readonly calls: readonly Call[];
  /** Most sockets that were open at once so far. */
  readonly mostConnections: number;
  /** The first call that matches, past or future, as soon as it does. */
  waitForCall(matches: (call: Call) => boolean): Promise<Call>;
  /** Makes calls go wrong. @returns lifts the rule. */
  fail(rule: FaultRule): () => void;
  /** Holds the next call that matches until it is released. */
  hold(rule: HoldRule): Hold;
  /** Every change that was taken, in order. */
  readonly writes: readonly AcceptedWrite[];
  /** Makes every session that STS handed out an expired one. */
  expireSessions(): void;
  stop(): Promise<void>;
}

export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const { accountId = '123456789012', region = 'us-east-1', now = () => new Date() } = options;
  const xml = createXmlCodec();
  const principals = createPrincipals(accountId, now);
  const writes = createWrites();
  const s3 = createS3(now);
  const cloudFront = createCloudFront(accountId, xml, now, writes);
  const services: PlayedServices = {
    athena: createAthena(s3, now),
    insights: createInsights(),
    cloudFront,
    continuousDeployments: createContinuousDeployments(cloudFront.store, xml, now, writes),
    cloudFrontLookups: createCloudFrontLookups(accountId, xml, now),
    cloudTrail: createCloudTrail(),
    s3,
    cloudWatch: createCloudWatch(),
    alarms: createAlarms(),
    realtimeLogs: createRealtimeLogs(accountId, xml),
    loadBalancing: createLoadBalancing(accountId, xml, now, writes),
    logDelivery: createLogDelivery(accountId),
    sts: createSts(accountId, principals, xml),
  };
  const journal = createJournal();
  const faults = createFaults();
  const holds = createHolds();
  const timers = new Set<NodeJS.Timeout>();

  let latencyMs = options.latencyMs ?? 0;
  const parts: DispatchParts = {
    accountId,
    services,
    holds,
    principals,
    faults,
    journal,
    afterLatency: (run) => {
      if (latencyMs <= 0) return run();
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
      }, latencyMs);
      timers.add(timer);
    },
  };
  const server = createServer((message, response) => {
    // Only a request that broke off while it was read ends here.
    dispatch(parts, message, response).catch(() => response.destroy());
  });
  let connections = 0;
  let mostConnections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    mostConnections = Math.max(mostConnections, connections);
    socket.once('close', () => {
      connections -= 1;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The local AWS has no port.');
  const url = `http://127.0.0.1:${address.port}`;

  return {
    ...services.cloudFront.control,
    ...services.cloudFrontLookups.control,
    ...services.continuousDeployments.control,
    ...services.cloudTrail.control,
    ...services.s3.control,
    ...services.cloudWatch.control,
    ...services.alarms.control,
    ...services.athena.control,
    ...services.insights.control,
    ...services.realtimeLogs.control,
    ...services.loadBalancing.control,
    ...services.logDelivery.control,
    ...services.sts.control,
    url,
    accountId,
    environment: environmentFor({
      url,
      accessKeyId: principals.accessKeyId,
      secretAccessKey: principals.secretAccessKey,
      region,
    }),
    get latencyMs() {
      return latencyMs;
    },
    set latencyMs(milliseconds) {
      latencyMs = milliseconds;
    },
    calls: journal.calls,
    get mostConnections() {
      return mostConnections;
    },
    waitForCall: (matches) => journal.waitFor(matches),
    fail: (rule) => faults.add(rule),
    hold: (rule) => holds.add(rule),
    writes: writes.all,
    expireSessions: () => principals.expireSessions(),
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      holds.releaseAll();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
