/** Combinators: one fault as a case in each of the ways in which it turns up. */
import type { BenchCase, Expected, Family, HostSketch } from './bench-case.js';
import type { Fault } from './faults.js';

type Scheme = 'https' | 'http';

/** What is expected where this is the only fault. */
export function expectCause({ cause, mayAlsoSay = [] }: Pick<Fault, 'cause' | 'mayAlsoSay'>): Expected {
  return { outcome: 'cause-found', top: cause, causes: [cause], mayAlsoSay };
}

function caseOf(family: Family, fault: Fault, variant: string, world: BenchCase['world']): BenchCase {
  return { id: `${family}/${fault.label ?? fault.cause}/${variant}`, family, world, expected: expectCause(fault) };
}

/** One origin, one address, everything fails. */
export function alone(family: Family, fault: Fault, scheme: Scheme): BenchCase {
  return caseOf(family, fault, scheme, {
    origins: [{ label: 'web', scheme, hosts: [fault.host] }],
    failures: [{ share: 0.9, detailedResult: fault.detailedResult }],
  });
}

/** Half of the requests meet the address that fails. */
export function oneAddressOfTwo(family: Family, fault: Fault, scheme: Scheme): BenchCase {
  return caseOf(family, fault, `${scheme}-one-address-of-two`, {
    origins: [{ label: 'web', scheme, hosts: [fault.host, {}] }],
    failures: [{ share: 0.4, detailedResult: fault.detailedResult }],
  });
}

/** A behaviour with an origin of its own fails; the rest is sound. */
export function oneBehaviour(family: Family, fault: Fault, scheme: Scheme): BenchCase {
  return caseOf(family, fault, `${scheme}-one-behaviour`, {
    origins: [
      { label: 'web', scheme: 'https' },
      { label: 'api', scheme, hosts: [fault.host] },
    ],
    behaviours: [{ path: '/api/*', origin: 'api' }],
    failures: [{ share: 0.95, pathPattern: '/api/*', detailedResult: fault.detailedResult }],
  });
}

/** One path fails, which only the logs name; the front page and everything else is sound. */
export function onePath(family: Family, fault: Fault, scheme: Scheme): BenchCase {
  const { answer, ...rest } = fault.host;
  const host: HostSketch = { ...rest, ...(answer === undefined ? {} : { paths: { '/api/cart': answer } }) };
  return caseOf(family, fault, `${scheme}-one-path`, {
    origins: [{ label: 'web', scheme, hosts: [host] }],
    failures: [{ share: 0.95, pathPattern: '/api/cart', detailedResult: fault.detailedResult }],
  });
}

/** The viewer's Host is forwarded, so that it is also the server name and must be on the certificate. */
export function hostForwarded(family: Family, fault: Fault, scheme: Scheme): BenchCase {
  return caseOf(family, fault, `${scheme}-host-forwarded`, {
    origins: [{ label: 'web', scheme, hosts: [fault.host] }],
    forwardsHost: true,
    failures: [{ share: 0.9, detailedResult: fault.detailedResult }],
  });
}

/** The origin is a load balancer by Amazon's name for it, with the Host forwarded as it must be over HTTPS. */
export function throughBalancer(family: Family, fault: Fault, scheme: Scheme): BenchCase {
  const isTls = fault.inAnswer !== true && scheme === 'https';
  return caseOf(family, fault, `${scheme}-balancer`, {
    origins: [
      {
        label: 'web',
        scheme,
        hosts: [fault.host],
        balancer: isTls ? { metrics: { ClientTLSNegotiationErrorCount: { of: 'failures', times: 1 } } } : {},
      },
    ],
    forwardsHost: true,
    failures: [{ share: 0.9, detailedResult: fault.detailedResult }],
  });
}
