/** What a run changes, as the local AWS has it: the read time-out of an origin, or the idle time-out of the load balancer behind it. */
import { customOrigin, distributionConfig } from '../../world/aws/distribution-config.js';
import type { HoldRule } from '../../world/aws/holds.js';
import type { Call } from '../../world/aws/journal.js';
import type { LocalAws } from '../../world/aws/local-aws.js';
import type { AcceptedWrite, LeafChange } from '../../world/aws/writes.js';
import type { RunPlan, StepName } from './plan-runs.js';

export type Edit = 'elsewhere' | 'same-origin' | 'same-field';

export interface Subject {
  readonly field: 'read-timeout' | 'balancer-idle-timeout';
  /** What it holds before anybody changes it, in seconds. */
  readonly initial: number;
  /** The calls of one application, as they are told apart at the local AWS. */
  readonly rules: Readonly<Record<StepName, Omit<HoldRule, 'when'>>>;
  live(): number | undefined;
  requests(): readonly Call[];
  writes(): readonly AcceptedWrite[];
  isAsked(change: LeafChange, after: number): boolean;
  /** Somebody else's hand. @returns what that person has set the field to; null: it was left alone. */
  edit(what: Edit): number | null;
}

const editedSeconds = 25;

export function putSubject(aws: LocalAws, plan: Pick<RunPlan, 'distributionId' | 'subject'>): Subject {
  return plan.subject === 'origin'
    ? putOrigin(aws, plan.distributionId, 'origin.example.com')
    : putBalancer(aws, plan.distributionId);
}

function putOrigin(aws: LocalAws, id: string, domainName: string): Subject {
  aws.putDistribution({
    id,
    config: distributionConfig({
      origins: [customOrigin({ Id: 'api', DomainName: domainName }), customOrigin({ Id: 'static' })],
    }),
  });
  const read = { operation: 'GetDistributionConfig', url: id };
  return {
    field: 'read-timeout',
    initial: 30,
    rules: {
      read,
      // Only the session of a change names the distribution when it is opened.
      assume: { operation: 'AssumeRole', body: id },
      'read-again': { ...read, skip: 1 },
      write: { operation: 'UpdateDistribution', url: id },
    },
    live: () => aws.distribution(id).config.Origins?.Items?.[0]?.CustomOriginConfig?.OriginReadTimeout,
    requests: () => aws.calls.filter(({ operation, url }) => operation === 'UpdateDistribution' && url.includes(id)),
    writes: () => aws.writes.filter(({ subject }) => subject === id),
    isAsked: ({ path, after: set }, after) => path.endsWith('.OriginReadTimeout') && set === after,
    edit: (what) => {
      aws.editDistribution(id, (config) => {
        const custom = config.Origins?.Items?.[0]?.CustomOriginConfig;
        if (what === 'elsewhere' || custom === undefined) return { ...config, Comment: 'changed by somebody else' };
        if (what === 'same-origin') custom.OriginKeepaliveTimeout = 9;
        else custom.OriginReadTimeout = editedSeconds;
        return config;
      });
      return what === 'same-field' ? editedSeconds : null;
    },
  };
}

const idleTimeout = 'idle_timeout.timeout_seconds';
const elsewhere: Readonly<Record<Edit, Readonly<Record<string, string>>>> = {
  elsewhere: { 'routing.http2.enabled': 'false' },
  'same-origin': { 'client_keep_alive.seconds': '600' },
  'same-field': { [idleTimeout]: String(editedSeconds) },
};

function putBalancer(aws: LocalAws, distributionId: string): Subject {
  const name = `b${distributionId.toLowerCase()}`;
  const { arn, dnsName } = aws.putLoadBalancer({ name, targetGroups: [{ name: 'web' }] });
  putOrigin(aws, distributionId, dnsName);
  // Parameters are in the body, in which the slashes of an ARN are written otherwise.
  const read = { operation: 'DescribeLoadBalancerAttributes', body: name };
  return {
    field: 'balancer-idle-timeout',
    initial: 60,
    rules: {
      read,
      assume: { operation: 'AssumeRole', body: name },
      // The balancers around it are read, then its own attributes, then these again with the change role.
      'read-again': { ...read, skip: 2 },
      write: { operation: 'ModifyLoadBalancerAttributes', body: name },
    },
    live: () => Number(aws.loadBalancerAttributes(arn)[idleTimeout]),
    requests: () =>
      aws.calls.filter(({ operation, form }) => operation === 'ModifyLoadBalancerAttributes' && form.includes(name)),
    writes: () => aws.writes.filter(({ subject }) => subject === arn || subject === distributionId),
    isAsked: ({ path, after: set }, after) => path === idleTimeout && set === String(after),
    edit: (what) => {
      aws.editLoadBalancer(arn, elsewhere[what]);
      return what === 'same-field' ? editedSeconds : null;
    },
  };
}
