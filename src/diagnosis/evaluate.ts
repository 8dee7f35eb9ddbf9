/** Puts every check to every subject that it is about, and turns missing evidence and throws into outcomes. Pure. */
import { type Check, originScopedKinds } from './check.js';
import type { EvidenceBag, EvidenceKind, EvidenceMap, Gathered, OriginConnection, Unavailability } from './evidence.js';
import type { Outcome } from './finding.js';
import { isUnder } from './probe-subject.js';
import { plain } from './wording.js';

/** What an outcome is about; both null for the distribution as a whole. */
export interface Subject {
  readonly connectionId: string | null;
  readonly originId: string | null;
}

export interface CheckOutcome {
  readonly check: Pick<Check, 'id' | 'title' | 'layer' | 'why' | 'refines' | 'role'>;
  readonly subject: Subject;
  readonly outcome: Outcome | { readonly state: 'crashed'; readonly message: string };
}

const wholeDistribution: Subject = { connectionId: null, originId: null };

/**
 * One outcome for each check and subject: a check that needs the keep-alive lab is put to every connection that was held; one that needs or uses probes is put to every connection, one that needs or uses the load
 * balancer to every origin that is one, one that needs both to every connection to such an origin, any other once.
 * Every check has at least one outcome, and nothing that a check does can stop the others.
 */
export function evaluateEvidence(checks: readonly Check[], bag: EvidenceBag, now: Date): readonly CheckOutcome[] {
  return checks.flatMap((check) => {
    const { id, title, layer, why, refines, role } = check;
    const traits = { ...(refines === undefined ? {} : { refines }), ...(role === undefined ? {} : { role }) };
    const about = (subject: Subject, outcome: CheckOutcome['outcome']): CheckOutcome => ({
      check: { id, title, layer, why, ...traits },
      subject,
      outcome,
    });
    const subjects = listSubjects(check, bag);
    if (subjects.length === 0 && check.needs.some(isOriginScoped))
      return [about(wholeDistribution, withoutSubject(check, bag))];
    // What a check merely uses it can do without.
    if (subjects.length === 0) return [about(wholeDistribution, evaluateOne(check, wholeDistribution, bag, now))];
    return subjects.map((subject) => about(subject, evaluateOne(check, subject, bag, now)));
  });
}

function evaluateOne(check: Check, subject: Subject, bag: EvidenceBag, now: Date): CheckOutcome['outcome'] {
  const needed = check.needs.map((kind) => ({ kind, gathered: pick(bag, kind, subject) }));
  const missing = needed.flatMap(({ gathered }) => (gathered.state === 'unavailable' ? [gathered.reason] : []));
  const [first, ...rest] = missing;
  if (first !== undefined) return { state: 'inconclusive', missing: [first, ...rest] };
  const used = check.uses.map((kind) => ({ kind, gathered: pick(bag, kind, subject) }));
  const evidence: Partial<EvidenceMap> = Object.fromEntries(
    [...needed, ...used].map(({ kind, gathered }) => [kind, gathered.state === 'collected' ? gathered.data : null]),
  );
  try {
    return check.evaluate(evidence, now);
  } catch (thrown) {
    return { state: 'crashed', message: plain(thrown instanceof Error ? thrown.message : String(thrown), 300) };
  }
}

function listSubjects(check: Check, bag: EvidenceBag): readonly Subject[] {
  const isAbout = (kind: (typeof originScopedKinds)[number]) =>
    check.needs.includes(kind) || (!check.needs.some(isOriginScoped) && check.uses.includes(kind));
  const labs = bag.keepAliveLabs ?? {};
  if (isAbout('keep-alive'))
    return listConnections(bag, Object.keys(labs))
      .filter(({ id }) => Object.hasOwn(labs, id))
      .map(subjectOf);
  const balancers = new Set(Object.keys(bag.loadBalancers));
  if (isAbout('origin-probe')) {
    return listConnections(bag)
      .filter(({ originId }) => !check.needs.includes('load-balancer') || balancers.has(originId))
      .map(subjectOf);
  }
  if (isAbout('load-balancer')) return [...balancers].map((originId) => ({ connectionId: null, originId }));
  return [wholeDistribution];
}

function subjectOf({ id, originId }: Pick<OriginConnection, 'id' | 'originId'>): Subject {
  return { connectionId: id, originId };
}

function isOriginScoped(kind: EvidenceKind): boolean {
  return originScopedKinds.some((scoped) => scoped === kind);
}

/** The connections that were planned, and any that was looked at without being in the plan. */
function listConnections(
  bag: EvidenceBag,
  more: readonly string[] = [],
): readonly Pick<OriginConnection, 'id' | 'originId'>[] {
  const planned = bag.distribution.state === 'collected' ? bag.distribution.data.connections : [];
  const known = new Set(planned.map(({ id }) => id));
  const others = Object.entries(bag.originProbes).flatMap(([id, gathered]) => {
    if (known.has(id)) return [];
    return [{ id, originId: gathered.state === 'collected' ? gathered.data.connection.originId : id }];
  });
  const listed = new Set([...known, ...others.map(({ id }) => id)]);
  // A wildcard steps back for the names under it that were asked for.
  const isNamed = ({ originId, scheme, host }: OriginConnection) =>
    Object.values(bag.originProbes).some(
      (gathered) =>
        gathered.state === 'collected' &&
        gathered.data.connection.originId === originId &&
        gathered.data.connection.scheme === scheme &&
        isUnder(host, gathered.data.connection.host),
    );
  return [
    ...planned.filter((connection) => !isNamed(connection)),
    ...others,
    ...more.filter((id) => !listed.has(id)).map((id) => ({ id, originId: id })),
  ];
}

/** What a check answers that has nothing to be put to. */
function withoutSubject(check: Check, bag: EvidenceBag): Outcome {
  if (bag.distribution.state === 'unavailable') return { state: 'inconclusive', missing: [bag.distribution.reason] };
  if (check.needs.includes('keep-alive')) {
    return {
      state: 'inconclusive',
      missing: [{ kind: 'not-collected', message: 'No idle connection was held.' }],
    };
  }
  if (check.needs.includes('load-balancer')) {
    return {
      state: 'ruled-out',
      because: 'No origin in use is a load balancer by its name.',
      citations: [
        {
          kind: 'configuration',
          ref: 'cloudfront:GetDistributionConfig',
          fact: originNames(bag.distribution.data.origins),
        },
      ],
    };
  }
  return {
    state: 'inconclusive',
    missing: [{ kind: 'bad-data', message: 'The configuration names no origin that a behaviour uses.' }],
  };
}

function originNames(origins: readonly { readonly domainName: string }[]): string {
  const names = origins.slice(0, 5).map((origin) => origin.domainName);
  return `origins: ${names.join(', ')}${origins.length > names.length ? ', …' : ''}`;
}

function pick(bag: EvidenceBag, kind: EvidenceKind, subject: Subject): Gathered<EvidenceMap[EvidenceKind]> {
  switch (kind) {
    case 'distribution':
      return bag.distribution;
    case 'access-logs':
      return bag.accessLogs;
    case 'cloudfront-metrics':
      return bag.cloudFrontMetrics;
    case 'origin-probe':
      return own(bag.originProbes, subject.connectionId) ?? absent(bag, 'The connection was not probed.');
    case 'keep-alive':
      return own(bag.keepAliveLabs ?? {}, subject.connectionId) ?? absent(bag, 'No idle connection was held.');
    case 'alarms':
      return bag.audit?.alarms ?? absent(bag, 'Alarms are read for an audit only.');
    case 'log-delivery':
      return bag.audit?.logDelivery ?? absent(bag, 'Log deliveries are read for an audit only.');
    case 'load-balancer':
      return own(bag.loadBalancers, subject.originId) ?? absent(bag, 'The load balancer was not looked at.');
    case 'edge-functions':
      return bag.edgeFunctions ?? absent(bag, 'The edge functions were not looked at.');
    case 'changes':
      return bag.changes ?? absent(bag, 'Nobody asked CloudTrail what changed.');
    case 'edge-twin':
      return bag.edgeTwin ?? absent(bag, 'No request was sent through the edge.');
  }
}

function own<T>(record: Readonly<Record<string, T>>, key: string | null): T | undefined {
  return key !== null && Object.hasOwn(record, key) ? record[key] : undefined;
}

function absent(bag: EvidenceBag, message: string): Gathered<never> {
  const reason: Unavailability =
    bag.distribution.state === 'unavailable' ? bag.distribution.reason : { kind: 'bug', message };
  return { state: 'unavailable', at: bag.distribution.at, elapsedMs: 0, reason, tried: [] };
}
