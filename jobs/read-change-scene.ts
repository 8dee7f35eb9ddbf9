/** What a proposal is made of, read from AWS now with the read role: the configuration whole, what is around it, all tenants, the balancer. */
import { ListDistributionTenantsCommand } from '@aws-sdk/client-cloudfront';
import { collect } from '../src/collectors/collect.js';
import type { CollectContext } from '../src/collectors/collector.js';
import { parseLoadBalancerArn } from '../src/collectors/load-balancer-name.js';
import { readPages } from '../src/collectors/pages.js';
import { planLoadBalancers } from '../src/collectors/plan-aws-tasks.js';
import type { DistributionEvidence, EvidenceBag, LoadBalancerEvidence } from '../src/diagnosis/evidence.js';
import { Failure, toFailure } from '../src/failure.js';
import { callAws } from '../src/platform/aws.js';
import { type LiveSubject, readLive } from '../src/platform/live-subject.js';
import type { ProposalDraft } from '../src/queue/changes.js';
import type { ChangeTarget, Proposal } from '../src/remediation/proposal.js';
import { balancersOf, type Surroundings, surroundingsOf } from '../src/remediation/surroundings.js';

export type ChangeScene =
  | {
      readonly ok: true;
      readonly distribution: DistributionEvidence;
      readonly target: ChangeTarget;
      readonly live: LiveSubject;
      readonly surroundings: Surroundings;
      /** By name, every one; null: they could not be listed. */
      readonly tenants: readonly string[] | null;
      readonly originsBehindBalancer: readonly string[];
    }
  | { readonly ok: false; readonly because: string };

/** A distribution may have tens of thousands; a card that names more than this names nothing. */
const mostTenants = 2_000;
const maxIdsNamed = 10;

/** @throws Failure as every collector where the distribution cannot be read. */
export async function readChangeScene(
  context: CollectContext,
  draft: Pick<ProposalDraft, 'distributionId' | 'originId' | 'field'>,
  original: Proposal | null,
  evidence: { readonly bag: EvidenceBag } | null,
): Promise<ChangeScene> {
  const distribution = await distributionOf(context, draft.distributionId);
  // Both must stay in order with each other, as they are and not as they were when a check last looked.
  const needsBalancers = draft.field === 'balancer-idle-timeout' || draft.field === 'keep-alive-timeout';
  const known = evidence === null ? {} : balancersOf(evidence.bag);
  const balancers = needsBalancers ? { ...known, ...(await readBalancers(context, distribution)) } : known;
  const target = original?.change.target ?? chooseTarget(distribution, draft, balancers);
  if (typeof target === 'string') return { ok: false, because: target };
  const [live, tenants] = await Promise.all([
    readLive(context.aws, target, context.signal),
    distribution.connectionMode === 'tenant-only' ? listTenants(context, distribution.id) : [],
  ]);
  const originsBehindBalancer =
    target.kind === 'balancer'
      ? Object.values(balancers).flatMap(({ arn, originId }) => (arn === target.arn ? [originId] : []))
      : [];
  return {
    ok: true,
    distribution,
    target,
    live,
    surroundings: surroundingsOf(distribution, balancers, target),
    tenants,
    originsBehindBalancer,
  };
}

/** @throws Failure as every collector where it cannot be read. */
export async function distributionOf(context: CollectContext, id: string): Promise<DistributionEvidence> {
  const { kind, gathered } = await collect(context, { kind: 'distribution', target: { kind: 'distribution-id', id } });
  if (kind !== 'distribution') throw new Failure('bug', 'The distribution was collected as something else.');
  if (gathered.state === 'collected') return gathered.data;
  const { kind: reason, message, remedy } = gathered.reason;
  const isTemporary = reason === 'service-down' || reason === 'timed-out';
  const failed = reason === 'throttled' ? reason : isTemporary ? 'service-down' : 'not-found';
  throw new Failure(failed, message, { details: remedy === undefined ? {} : { remedy } });
}

type Balancers = Readonly<Record<string, LoadBalancerEvidence>>;

async function readBalancers(context: CollectContext, distribution: DistributionEvidence): Promise<Balancers> {
  const now = context.now();
  const window = { from: new Date(now.getTime() - 300_000).toISOString(), to: now.toISOString() };
  const found = await Promise.all(
    planLoadBalancers(distribution, window).map(async ({ task }) => {
      const { kind, gathered } = await collect(context, task);
      return kind === 'load-balancer' && gathered.state === 'collected' ? [gathered.data] : [];
    }),
  );
  return Object.fromEntries(found.flat().map((balancer) => [balancer.originId, balancer]));
}

/** @returns a sentence where what was asked for is not there. */
function chooseTarget(
  distribution: DistributionEvidence,
  { distributionId, originId, field }: Pick<ProposalDraft, 'distributionId' | 'originId' | 'field'>,
  balancers: Balancers,
): ChangeTarget | string {
  if (field !== 'balancer-idle-timeout') {
    if (distribution.origins.some(({ id }) => id === originId)) return { kind: 'origin', distributionId, originId };
    const names = distribution.origins.slice(0, maxIdsNamed).map(({ id }) => JSON.stringify(id));
    return `Distribution ${distributionId} has no origin named ${JSON.stringify(originId)}; it has ${names.join(', ')}.`;
  }
  const all = new Map(Object.values(balancers).map((balancer) => [balancer.arn, balancer]));
  const chosen =
    originId === '' && all.size === 1 ? [...all.values()][0] : (ownOf(balancers, originId) ?? all.get(originId));
  if (chosen === undefined) {
    return all.size === 0
      ? 'No load balancer of this account could be found behind this distribution.'
      : `Say which balancer by its origin: ${Object.keys(balancers).slice(0, maxIdsNamed).join(', ')}.`;
  }
  const parsed = parseLoadBalancerArn(chosen.arn);
  if (parsed === null) return 'The load balancer behind this origin has an ARN that cf502 does not understand.';
  return { kind: 'balancer', distributionId, arn: parsed.arn, region: parsed.region, name: parsed.name };
}

function ownOf(balancers: Balancers, originId: string): LoadBalancerEvidence | undefined {
  return Object.hasOwn(balancers, originId) ? balancers[originId] : undefined;
}

async function listTenants({ aws, signal, log }: CollectContext, id: string): Promise<readonly string[] | null> {
  const names: string[] = [];
  try {
    const pages = readPages<string>(async (marker) => {
      const command = new ListDistributionTenantsCommand({
        AssociationFilter: { DistributionId: id },
        MaxItems: 100,
        ...(marker === undefined ? {} : { Marker: marker }),
      });
      const answer = await callAws(
        'cloudfront:ListDistributionTenants',
        '*',
        () => aws.cloudFront().send(command, { abortSignal: signal }),
        signal,
      );
      const listed = (answer.DistributionTenantList ?? []).flatMap(({ Name }) => Name ?? []);
      return { items: listed, next: answer.NextMarker };
    });
    for await (const page of pages) {
      names.push(...page);
      if (names.length >= mostTenants) break;
    }
    return names;
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (failure.kind === 'throttled' || failure.kind === 'service-down' || failure.kind === 'cancelled') throw failure;
    log.warn({ error: failure.message }, 'tenants not listed');
    return null;
  }
}
