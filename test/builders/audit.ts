/** Evidence of an audit and a scorecard that are sound by default, so that a test says only what differs. */
import type { PerSubject } from '../../src/diagnosis/audit.js';
import type {
  AlarmEvidence,
  LogDelivery,
  LogDeliveryEvidence,
  WatchingAlarm,
} from '../../src/diagnosis/audit-evidence.js';
import type { KeepAliveLab, LoadBalancerEvidence, OriginProbe, Unavailability } from '../../src/diagnosis/evidence.js';
import type { Scorecard, ScoredItem } from '../../src/diagnosis/scorecard.js';
import { aConnection, at, aWindow } from './evidence.js';

export const denied: Unavailability = {
  kind: 'access-denied',
  message: 'AWS refused it.',
  remedy: 'Allow it for the role that cf502 reads with.',
};

export function anAlarm(differing: Partial<WatchingAlarm> = {}): WatchingAlarm {
  return {
    name: 'shop-502',
    metrics: ['502ErrorRate'],
    statistic: 'Average',
    state: 'OK',
    actionsEnabled: true,
    actions: 1,
    condition: '> 1 for 3 of 3 periods of 60 s',
    ...differing,
  };
}

export function someAlarms(...alarms: readonly WatchingAlarm[]): AlarmEvidence {
  return { alarms, scanned: 12, truncated: false, gaps: [] };
}

export function aDelivery(differing: Partial<LogDelivery> = {}): LogDelivery {
  return {
    sourceName: 'CloudFront-source-1',
    destinationType: 'CWL',
    destinationArn: 'arn:aws:logs:us-east-1:111122223333:log-group:cdn',
    outputFormat: 'json',
    recordFields: ['date', 'time', 'sc-status', 'x-edge-detailed-result-type'],
    ...differing,
  };
}

export function someDeliveries(differing: Partial<LogDeliveryEvidence> = {}): LogDeliveryEvidence {
  return { deliveries: [], realtimeLogs: [], gaps: [], ...differing };
}

export const realtimeLogArn = 'arn:aws:cloudfront::111122223333:realtime-log-config/errors';
export const aRealtimeLog = {
  arn: realtimeLogArn,
  name: 'errors',
  samplingPercent: 100,
  fields: ['timestamp', 'sc-status', 'x-edge-detailed-result-type'],
};

export function probesOf(...probes: readonly OriginProbe[]): PerSubject<OriginProbe> {
  return { collected: probes.map((data) => ({ subject: data.connection.id, data })), missing: [] };
}

export function balancersOf(...balancers: readonly LoadBalancerEvidence[]): PerSubject<LoadBalancerEvidence> {
  return { collected: balancers.map((data) => ({ subject: data.originId, data })), missing: [] };
}

export const nothing = { collected: [], missing: [] } as const;

/** None of them could be looked at. */
export function unseen(subject: string, reason: Unavailability = denied): PerSubject<never> {
  return { collected: [], missing: [{ subject, reason }] };
}

/** A connection that was held for so long, and how it ended. */
export function aLab(outcome: KeepAliveLab['held'][number]['outcome'], idleSeconds: number): KeepAliveLab {
  return {
    connection: aConnection(),
    vantage: { class: 'valid', because: 'The probe went over the public internet.' },
    keepAliveTimeoutSeconds: 5,
    holdMs: 8_000,
    held: [
      {
        address: '192.0.2.10',
        port: 443,
        outcome,
        idleMs: idleSeconds * 1000,
        status: 200,
        announcesClose: false,
        announcedTimeoutSeconds: null,
        because: null,
        reuses: [],
      },
    ],
    trace: [],
  };
}

export function labsOf(...labs: readonly KeepAliveLab[]): PerSubject<KeepAliveLab> {
  return { collected: labs.map((data) => ({ subject: data.connection.id, data })), missing: [] };
}

export function aScoredItem(differing: Partial<ScoredItem> = {}): ScoredItem {
  return {
    id: 'additional-metrics',
    title: 'Additional metrics',
    why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html',
    matters: 'Nothing counts 502s while they happen.',
    offers: 'Eight metrics for a monthly fee.',
    state: 'missing',
    because: 'They are off.',
    citations: [{ kind: 'configuration', ref: 'cloudfront:GetMonitoringSubscription', fact: 'Disabled' }],
    fix: {
      action: 'Turn them on.',
      terraform: 'resource "x" "y" {\n  status = "Enabled"\n}',
      cloudFormation: 'Status = Enabled',
    },
    missing: [],
    ...differing,
  };
}

export function aScorecard(differing: Partial<Scorecard> = {}): Scorecard {
  const items = differing.items ?? [aScoredItem()];
  return {
    format: 'cf502.scorecard/1',
    checkId: 'chk_0123456789ab',
    target: { asked: 'shop', distributionId: 'E1A2B3C4D5E6F7', domainName: 'd111111abcdef8.cloudfront.net' },
    window: aWindow,
    concludedAt: at,
    outcome: 'complete',
    headline: 'Of 1 precaution against 502s on E1A2B3C4D5E6F7: 1 missing.',
    remedy: null,
    counts: { 'at-risk': 0, missing: items.length, unknown: 0, 'in-place': 0 },
    items,
    ...differing,
  };
}
