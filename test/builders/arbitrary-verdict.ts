/** Any verdict, progress and bag that the types allow, with hostile text in every place that text can stand in. */
import fc from 'fast-check';
import type { EvidenceBag, Gathered, OriginProbe } from '../../src/diagnosis/evidence.js';
import type { CheckProgress } from '../../src/diagnosis/progress.js';
import type { Cause, Verdict } from '../../src/diagnosis/verdict.js';
import { anyCharacter } from './any-character.js';
import { cause, collected, evidenceBag, originProbe, progress, verdict } from './verdict.js';

/** What an attacker would write into a path, a header or a certificate, and what merely breaks. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '\n\t\r',
  '<!channel> <!here> <!everyone>',
  '<@U0ONCALL1> <#C0INCIDEN> <!subteam^S0APPROVE>',
  '<https://evil.example.test/|click here>',
  'https://evil.example.test/path?token=1',
  '<!date^1392734382^{date}^https://evil.example.test|x>',
  '*bold* _it_ ~no~ `code` ```block``` &lt;!channel&gt;',
  ':rotating_light: @channel @here',
  '\u202Egnp.exe\u202C \u2066isolate\u2069 \u200Binvisible\uFEFF',
  'null\u0000bell\u0007escape\u001b[31m',
  '\uD800 lone \uDFFF halves',
  '👩‍👩‍👧‍👦🇩🇪'.repeat(40),
  'a'.repeat(70_000),
  '&<>'.repeat(3_000),
  'x\u0301'.repeat(2_000),
  '{"type":"button"}',
];

export const hostileText = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: anyCharacter, maxLength: 200 }),
  fc.string({ maxLength: 3_000 }),
);
const time = fc.oneof(
  fc
    .date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString()),
  hostileText,
);
const count = fc.oneof(fc.nat(), fc.constantFrom(0, 1, Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300));
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

/** Mostly a few, sometimes thousands; the same item over and over, since it is the number that matters. */
export function many<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.array(item, { maxLength: 6 }) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(item, fc.constantFrom(60, 2_000))
        .map(([one, times]) => Array.from({ length: times }, () => one)),
    },
  );
}

/** For lists inside of lists: thousands of thousands of long texts are more than a machine holds. */
const few = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { maxLength: 6 });

const unavailability = fc.record(
  { kind: hostileText, message: hostileText, remedy: hostileText },
  { requiredKeys: ['kind', 'message'] },
);
const citation = fc.record({
  kind: fc.constantFrom(
    'access-log' as const,
    'probe' as const,
    'configuration' as const,
    'metric' as const,
    'load-balancer' as const,
  ),
  ref: hostileText,
  fact: hostileText,
});
const layer = fc.constantFrom(
  'cloudfront' as const,
  'edge-function' as const,
  'cloudfront-to-origin' as const,
  'load-balancer' as const,
  'target' as const,
  'viewer' as const,
  'configuration' as const,
);
const anyCause: fc.Arbitrary<Cause> = fc
  .record({
    title: hostileText,
    why: hostileText,
    claim: hostileText,
    layer,
    strength: fc.constantFrom('proven' as const, 'supported' as const, 'possible' as const),
    first: citation,
    rest: few(citation),
    remedy: hostileText,
    explained: nullable(fc.record({ count, of: count })),
    cappedBecause: nullable(hostileText),
  })
  .map(({ first, rest, ...fields }) => cause({ ...fields, citations: [first, ...rest] }));

export const anyVerdict: fc.Arbitrary<Verdict> = fc
  .record({
    checkId: hostileText,
    target: fc.record({ asked: hostileText, distributionId: nullable(hostileText), domainName: nullable(hostileText) }),
    window: fc.record({ from: time, to: time }),
    concludedAt: time,
    outcome: fc.constantFrom(
      'cause-found' as const,
      'no-502s' as const,
      'inconclusive' as const,
      'cancelled' as const,
      'failed' as const,
    ),
    headline: hostileText,
    layer: nullable(layer),
    failures: nullable(
      fc.record({
        count,
        requests: count,
        source: fc.constantFrom('access-logs' as const, 'cloudfront-metrics' as const),
      }),
    ),
    causes: many(anyCause),
    alsoSeen: many(anyCause),
    unexplained: nullable(count),
    onset: nullable(
      fc.record({
        state: fc.constantFrom('began' as const, 'before-window' as const),
        at: nullable(time),
        from: nullable(time),
        to: nullable(time),
        endedAt: nullable(time),
      }),
    ),
    load: nullable(
      fc.record({
        direction: fc.constantFrom('falls' as const, 'rises' as const),
        shareAtLowLoad: fc.double(),
        shareAtHighLoad: fc.double(),
        minutes: count,
      }),
    ),
    curve: many(fc.record({ minute: time, requests: count, failures: count })),
    detailedResults: many(fc.record({ value: hostileText, count })),
    overRepresented: many(
      fc.record({ dimension: hostileText, value: hostileText, failures: count, requests: count, lift: fc.double() }),
    ),
    changes: many(
      fc.record({
        at: time,
        name: hostileText,
        service: hostileText,
        region: hostileText,
        by: nullable(hostileText),
        resources: few(hostileText),
        errorCode: nullable(hostileText),
        minutesBefore: nullable(fc.integer()),
      }),
    ),
    ruledOut: many(
      fc.record({
        checkId: hostileText,
        title: hostileText,
        because: hostileText,
        layer,
        citations: fc.array(citation),
      }),
    ),
    inconclusive: many(
      fc.record({
        checkId: hostileText,
        title: hostileText,
        subjects: few(hostileText),
        missing: few(unavailability),
        lead: nullable(hostileText),
      }),
    ),
    crashed: many(fc.record({ checkId: hostileText, title: hostileText, message: hostileText })),
    coverage: fc.record({
      logs: nullable(
        fc.record({
          source: hostileText,
          rows: count,
          newestRow: nullable(time),
          shareOfRequests: nullable(fc.double()),
          notes: many(hostileText),
        }),
      ),
      metrics: nullable(fc.record({ requests: count, estimated5xx: count, estimated502: nullable(count) })),
      probes: many(fc.record({ connectionId: hostileText, vantage: hostileText, because: hostileText })),
      missing: many(unavailability.chain((gap) => hostileText.map((what) => ({ what, ...gap })))),
    }),
    nextTest: nullable(hostileText),
  })
  .map((fields) => verdict(fields));

export const anyProgress: fc.Arbitrary<CheckProgress> = fc
  .record({
    purpose: fc.constantFrom('check' as const, 'audit' as const),
    checkId: hostileText,
    asked: hostileText,
    window: fc.record({ from: time, to: time }),
    pathPattern: nullable(hostileText),
    requesterId: hostileText,
    acceptedAt: time,
    phase: fc.constantFrom('queued' as const, 'running' as const, 'cancelling' as const, 'over' as const),
    cancelledBy: nullable(hostileText),
    tasks: many(
      fc.record({
        id: hostileText,
        kind: hostileText,
        title: hostileText,
        state: fc.constantFrom('waiting' as const, 'running' as const, 'done' as const, 'unavailable' as const),
        phrase: hostileText,
      }),
    ),
  })
  .map((fields) => progress(fields));

const anyProbe: fc.Arbitrary<Gathered<OriginProbe>> = fc.oneof(
  unavailability.map((reason) => ({ state: 'unavailable' as const, at: '', elapsedMs: 0, reason, tried: [] })),
  fc
    .record({
      because: hostileText,
      vantage: fc.constantFrom('valid' as const, 'blind' as const, 'misleading' as const),
      address: hostileText,
      refused: few(fc.record({ address: hostileText, because: hostileText })),
      copies: fc.constantFrom(0, 1, 1, 120),
      error: nullable(hostileText),
      protocol: nullable(hostileText),
      validTo: time,
      path: hostileText,
    })
    .map(({ because, vantage, address, refused, copies, error, protocol, validTo, path }) => {
      const base = originProbe();
      const addresses = base.addresses.flatMap((probe) =>
        Array.from({ length: copies }, () => ({
          ...probe,
          address,
          tls: probe.tls && {
            ...probe.tls,
            outcome: error === null ? probe.tls.outcome : ('alert' as const),
            error,
            protocol,
            chain: probe.tls.chain.map((certificate) => ({ ...certificate, validTo })),
          },
          http: [...probe.http, ...probe.http].map((http) => ({ ...http, path })),
        })),
      );
      return collected({ ...base, vantage: { class: vantage, because }, refusedAddresses: refused, addresses });
    }),
);

export const anyBag: fc.Arbitrary<EvidenceBag> = fc
  .oneof(
    fc.dictionary(hostileText, anyProbe, { maxKeys: 4 }),
    anyProbe.map((probe) =>
      Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`origin-${index}/https/example.test`, probe])),
    ),
  )
  .map((originProbes) => evidenceBag({ originProbes }));
