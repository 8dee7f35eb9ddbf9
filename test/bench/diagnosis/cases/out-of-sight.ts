/** Worlds in which what fails is not where one looks first: a standby, a name behind a wildcard, one server of several, an address of a private net. */
import type { AccessLogRow } from '../../../world/access-logs.js';
import { type OriginAnswer, relayedBadGateway } from '../../../world/origin-answers.js';
import type { BenchCase, CaseNames, Expected, WorldSketch } from '../bench-case.js';
import { expectCause } from '../variants.js';

const connect = 'OriginConnectError';
const nothing: Expected = { outcome: 'no-502s', top: null, causes: [] };
const abstains: Expected = { outcome: 'inconclusive', top: null, causes: [] };
const busy = { status: 503, headers: [['Server', 'nginx']], body: 'busy' } as const;

const pair = {
  groups: [{ label: 'pair', members: ['web', 'standby'], statusCodes: [500, 502, 503, 504] }],
  defaultOrigin: 'pair',
} as const;

/** Viewers come by three names under the only alias. */
const wildcard = ({ number }: CaseNames): string => `*.tenants${number}.example`;
const wildcardAlone = {
  forwardsHost: true,
  aliases: (names: CaseNames) => [wildcard(names)],
  editRows: (rows: readonly AccessLogRow[], names: CaseNames) =>
    rows.map((row, index) => ({
      ...row,
      values: { ...row.values, 'x-host-header': wildcard(names).replace('*', `t${index % 3}`) },
    })),
} as const;

const fine = (count: number): readonly OriginAnswer[] => Array.from({ length: count }, () => ({}));

function outOfSight(family: BenchCase['family'], what: string, expected: Expected, world: WorldSketch): BenchCase {
  return { id: `${family}/${what}`, family, world, expected };
}

export const outOfSightCases: readonly BenchCase[] = [
  outOfSight('tcp', 'standby-refuses-behind-a-busy-origin', expectCause({ cause: 'refused-connection' }), {
    origins: [
      { label: 'web', scheme: 'http', hosts: [{ answer: busy }] },
      { label: 'standby', hosts: [{ state: 'refusing' }] },
    ],
    ...pair,
    failures: [{ share: 0.9, detailedResult: connect }],
  }),
  outOfSight('tls', 'standby-expired-behind-a-failing-origin', expectCause({ cause: 'expired-certificate' }), {
    origins: [
      { label: 'web', scheme: 'http', hosts: [{ answer: { status: 500 } }] },
      { label: 'standby', hosts: [{ tls: 'expired' }] },
    ],
    ...pair,
    failures: [{ share: 0.9, detailedResult: connect }],
  }),
  outOfSight(
    'http',
    'standby-answers-502-behind-a-silent-origin',
    { ...expectCause({ cause: 'relayed-502' }), mustNotProve: ['relayed-502'] },
    {
      origins: [
        { label: 'web', scheme: 'http', hosts: [{ state: 'dropping' }] },
        { label: 'standby', scheme: 'http', hosts: [{ answer: relayedBadGateway('nginx') }] },
      ],
      ...pair,
      failures: [{ share: 0.9, detailedResult: 'OriginError' }],
    },
  ),
  outOfSight(
    'dns',
    'private-address-behind-a-public-name',
    { ...expectCause({ cause: 'unreachable-origin' }), mustNotProve: ['unreachable-origin'] },
    { origins: [{ label: 'web', dns: { a: ['10.0.0.5'] } }], failures: [{ share: 0.9, detailedResult: connect }] },
  ),
  ...['ClientHungUpRequest', 'SlowReaderOriginError'].map((detailedResult) =>
    outOfSight('logs-only', `viewers-alone/${detailedResult}`, abstains, {
      origins: [{ label: 'web' }],
      failures: [{ share: 0.1, detailedResult }],
    }),
  ),
  ...[401, 429].map((status) =>
    outOfSight('blind', `turned-away-with-${status}`, abstains, {
      origins: [{ label: 'web', scheme: 'http', hosts: [{ answer: { status } }] }],
      failures: [{ share: 0.1, detailedResult: 'OriginError' }],
    }),
  ),
  outOfSight('blind', 'slow-but-within-the-time-out', abstains, {
    origins: [{ label: 'web', scheme: 'http', hosts: [{ answer: { firstByteDelayMs: 4_500 } }] }],
    failures: [{ share: 0.03, detailedResult: 'OriginReadError' }],
  }),
  ...([1, 2, 3] as const).flatMap((sound) => [
    outOfSight(
      'http',
      `one-server-of-${sound + 1}-answers-502`,
      { ...expectCause({ cause: 'relayed-502' }), mustNotProve: ['relayed-502'], explains: [0.95, 1] },
      {
        origins: [{ label: 'web', scheme: 'http', hosts: [{ turns: [relayedBadGateway('nginx'), ...fine(sound)] }] }],
        failures: [{ share: 1 / (sound + 1), detailedResult: 'OriginError' }],
      },
    ),
    outOfSight(
      'http',
      `one-server-of-${sound + 1}-hangs-up`,
      { ...expectCause({ cause: 'premature-close' }), mustNotProve: ['premature-close'], explains: [0.95, 1] },
      {
        origins: [{ label: 'web', hosts: [{ turns: ['close', ...fine(sound)] }] }],
        failures: [{ share: 1 / (sound + 1), detailedResult: 'OriginReadError' }],
      },
    ),
  ]),
  outOfSight('healthy', 'wildcard-alias-alone', nothing, {
    origins: [{ label: 'web', certificateNames: (names) => [wildcard(names)] }],
    ...wildcardAlone,
  }),
  outOfSight('blind', 'wildcard-alias-without-logs', abstains, {
    origins: [{ label: 'web', certificateNames: (names) => [wildcard(names)] }],
    ...wildcardAlone,
    logs: 'off',
    metrics: 'basic',
    failures: [{ share: 0.02, status: 503, detailedResult: 'OriginError' }],
  }),
  outOfSight(
    'tls',
    'names-under-a-wildcard-not-covered',
    { ...expectCause({ cause: 'mismatched-certificate-name' }), explains: [0.9, 1] },
    {
      origins: [{ label: 'web', certificateNames: () => ['default.example.com'] }],
      ...wildcardAlone,
      failures: [{ share: 0.9, detailedResult: connect }],
    },
  ),
];
