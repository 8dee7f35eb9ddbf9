/** How a DNS probe is read. Pure. */
import type { DnsOutcome, DnsProbe, OriginProbe, Unavailability } from './evidence.js';
import type { Citation } from './finding.js';
import { blindness } from './probe-subject.js';
import { listOf } from './wording.js';

const failures: Readonly<Partial<Record<DnsOutcome, string>>> = {
  nxdomain: 'does not exist in public DNS',
  'no-data': 'has no address in public DNS',
  servfail: 'cannot be resolved: its name servers fail',
};

/** What is wrong with the name, as the end of a sentence; null where it resolves or nobody could be asked. */
export function failureOf({ outcome }: DnsProbe): string | null {
  return failures[outcome] ?? null;
}

/** Whether a name that was asked for its IPv6 addresses has none, and has IPv4 ones. */
export function lacksIpv6Only({ outcome, answers }: DnsProbe): boolean {
  return outcome === 'no-data' && answers.some((answer) => answer.recordType === 'A' && answer.outcome === 'resolved');
}

type AuthorityAnswer = NonNullable<DnsProbe['authority']>['answers'][number];

/** What the name servers of the zone say against the resolvers. One that cannot be asked from here says nothing. */
export function findContraryServer({ outcome, answers, authority }: DnsProbe): AuthorityAnswer | null {
  if (outcome !== 'resolved') return null;
  const isResolved = (recordType: AuthorityAnswer['recordType']): boolean =>
    recordType === 'CNAME' ||
    answers.some((answer) => answer.recordType === recordType && answer.outcome === 'resolved');
  const contrary = authority?.answers.find(
    (answer) =>
      ['nxdomain', 'servfail', 'refused'].includes(answer.outcome) ||
      (answer.outcome === 'no-data' && isResolved(answer.recordType)),
  );
  return contrary ?? null;
}

/** One for each name server of the zone that answered. */
export function citeAuthority({ connection, dns }: OriginProbe): readonly Citation[] {
  return (dns.authority?.answers ?? [])
    .filter(({ outcome }) => outcome !== 'not-asked')
    .slice(0, 4)
    .map(({ server, recordType, outcome, values }) => ({
      kind: 'probe',
      ref: `${connection.id} by ${server}`,
      fact: `${dns.name} ${recordType}: ${outcome} ${listOf(values)}`.trim(),
    }));
}

export function citeResolution({ connection, dns }: OriginProbe): Citation {
  const addresses = listOf(dns.addresses.map(({ address }) => address));
  return {
    kind: 'probe',
    ref: `${connection.id} by ${listOf(dns.resolvers)}`,
    fact: `${dns.name}: ${dns.outcome} ${addresses}`.trim(),
  };
}

/** Why an answer from here does not decide; null where it does. */
export function doubtOf(probe: OriginProbe): { readonly missing: Unavailability; readonly lead: string | null } | null {
  const { dns, vantage } = probe;
  // A name without one of the two address types is common and harmless, so `no-data` beside an address is no disagreement.
  const contrary = dns.answers.find(({ outcome }) => outcome === 'nxdomain' || outcome === 'servfail');
  const server = findContraryServer(dns);
  if (contrary === undefined && server !== null)
    return {
      missing: {
        kind: 'not-seen',
        message: `${dns.name} resolves, and ${server.server}, a name server of its zone, says ${server.outcome} when asked itself.`,
        remedy: `Take ${server.server} out of the delegation of ${dns.authority?.zone ?? 'the zone'}, or give it the zone.`,
      },
      lead: `${dns.name} resolves by some of its name servers only, so that CloudFront may fail now and then.`,
    };
  if (dns.outcome === 'resolved' && contrary === undefined) return null;
  if (contrary !== undefined)
    return {
      missing: {
        kind: 'not-seen',
        message: `The resolvers disagree on ${dns.name}: ${contrary.resolver} says ${contrary.outcome}.`,
        remedy: `Ask each authoritative name server: dig +trace ${dns.name}.`,
      },
      lead: `${dns.name} resolves by some resolvers only.`,
    };
  if (dns.answers.length === 0 && vantage.class !== 'valid') return { missing: blindness(probe), lead: null };
  return {
    missing: {
      kind: 'not-seen',
      message: `${dns.name} could not be looked up from here (${dns.outcome}).`,
      remedy: 'Let cf502 reach the DNS servers that CF502_DNS_SERVERS names.',
    },
    lead: null,
  };
}
