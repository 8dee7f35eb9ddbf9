/** Plants a story in access logs: ordinary traffic over a window, and rules for which requests fail and how. The same seed, the same rows. */
import { type AccessLogRow, accessLogRow } from './access-logs.js';
import { createRandom, type Random } from './random.js';

export interface FailureRule {
  /** Part of the matching requests that fail, 0 to 1. */
  readonly share: number;
  /** Matches the written-out path; `*` stands for anything, as in a behaviour. Absent: every path. */
  readonly pathPattern?: string;
  readonly edgeLocations?: readonly string[];
  readonly methods?: readonly string[];
  /** Absent: the whole window. Half-open. */
  readonly from?: Date;
  readonly to?: Date;
  /** Absent: 502. */
  readonly status?: number;
  /** `x-edge-detailed-result-type`, for example `OriginDnsError`. */
  readonly detailedResult: string;
  /** Least and most; absent: 0.05 to 0.4. */
  readonly timeTakenSeconds?: readonly [number, number];
}

export interface Story {
  readonly seed: number;
  readonly window: { readonly from: Date; readonly to: Date };
  readonly requestsPerMinute: number;
  /** `{id}` is replaced by digits, `{hash}` by hex, request by request. */
  readonly paths?: readonly [WeightedPath, ...WeightedPath[]];
  readonly edgeLocations?: readonly [WeightedName, ...WeightedName[]];
  /** The distribution's own domain, `cs(Host)`. */
  readonly distributionDomain?: string;
  /** What viewers typed, `x-host-header`. */
  readonly viewerHost?: string;
  /** The first rule that matches a request decides on it. */
  readonly failures?: readonly FailureRule[];
}

export interface WeightedPath {
  readonly path: string;
  readonly weight: number;
  /** Absent: GET. */
  readonly method?: string;
}

export interface WeightedName {
  readonly name: string;
  readonly weight: number;
}

const defaultPaths: readonly [WeightedPath, ...WeightedPath[]] = [
  { path: '/', weight: 3 },
  { path: '/products/{id}', weight: 5 },
  { path: '/assets/app.{hash}.js', weight: 6 },
  { path: '/api/cart', weight: 2 },
  { path: '/api/orders/{id}', weight: 2 },
  { path: '/api/checkout', weight: 1, method: 'POST' },
];
const defaultEdges: readonly [WeightedName, ...WeightedName[]] = [
  { name: 'FRA56-P1', weight: 5 },
  { name: 'LHR61-P3', weight: 3 },
  { name: 'IAD89-C1', weight: 4 },
  { name: 'SIN52-P2', weight: 1 },
];
const userAgents: readonly [string, ...string[]] = [
  'Mozilla/5.0 (X11; Linux x86_64) ExampleBrowser/1.0',
  'ExampleApp/4.2 (Android 16)',
  'curl/8.5.0',
];

/** Rows in time order; writing them shuffles. */
export function plantStory(story: Story): AccessLogRow[] {
  const random = createRandom(story.seed);
  const paths = story.paths ?? defaultPaths;
  const edges = story.edgeLocations ?? defaultEdges;
  const fromMs = story.window.from.getTime();
  const lengthMs = story.window.to.getTime() - fromMs;
  const count = Math.round((lengthMs / 60_000) * story.requestsPerMinute);
  const rows: AccessLogRow[] = [];
  for (let index = 0; index < count; index += 1) {
    // Evenly spread with a jitter of one interval, so that every minute has about its share.
    const at = new Date(fromMs + Math.floor(((index + random.next()) / count) * lengthMs));
    const { path, method = 'GET' } = random.weighted(paths);
    const request = { at, path: writeOut(path, random), method, edge: random.weighted(edges).name };
    const rule = story.failures?.find((candidate) => matches(candidate, request));
    const fails = rule !== undefined && random.next() < rule.share;
    rows.push(
      accessLogRow(at, {
        ...viewer(random, story),
        ...(fails ? failure(rule, random) : success(random)),
        ...wanted(request),
      }),
    );
  }
  return rows;
}

interface PlannedRequest {
  readonly at: Date;
  readonly path: string;
  readonly method: string;
  readonly edge: string;
}

function wanted({ path, method, edge }: PlannedRequest): AccessLogRow['values'] {
  return { 'cs-uri-stem': path, 'cs-method': method, 'x-edge-location': edge };
}

/** What belongs to the person: private, and never to be seen in a report. */
function viewer(random: Random, story: Story): AccessLogRow['values'] {
  return {
    'c-ip': `192.0.2.${random.integer(1, 254)}`,
    'c-port': String(random.integer(1024, 65_535)),
    'cs(User-Agent)': random.pick(userAgents),
    'cs(Cookie)': `session=${random.text(24, '0123456789abcdef')}; theme=dark`,
    'cs-uri-query': `user=${random.integer(1, 99_999)}@example.com&token=${random.text(16, '0123456789abcdef')}`,
    'x-edge-request-id': `${random.text(54, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')}==`,
    ...(story.distributionDomain === undefined ? {} : { 'cs(Host)': story.distributionDomain }),
    ...(story.viewerHost === undefined ? {} : { 'x-host-header': story.viewerHost }),
  };
}

function success(random: Random): AccessLogRow['values'] {
  const hit = random.next() < 0.6;
  const seconds = hit ? random.between(0.001, 0.02) : random.between(0.03, 0.35);
  return {
    ...timings(seconds),
    'x-edge-detailed-result-type': hit ? 'Hit' : 'Miss',
    'sc-bytes': String(random.integer(400, 60_000)),
  };
}

function failure(rule: FailureRule, random: Random): AccessLogRow['values'] {
  const [least, most] = rule.timeTakenSeconds ?? [0.05, 0.4];
  return {
    ...timings(random.between(least, most)),
    'sc-status': String(rule.status ?? 502).padStart(3, '0'),
    'x-edge-result-type': 'Error',
    'x-edge-response-result-type': 'Error',
    'x-edge-detailed-result-type': rule.detailedResult,
    'sc-bytes': '900',
    'sc-content-len': '507',
  };
}

function timings(seconds: number): AccessLogRow['values'] {
  return { 'time-taken': seconds.toFixed(3), 'time-to-first-byte': seconds.toFixed(3) };
}

function matches(rule: FailureRule, { at, path, method, edge }: PlannedRequest): boolean {
  if (rule.from !== undefined && at < rule.from) return false;
  if (rule.to !== undefined && at >= rule.to) return false;
  if (rule.methods?.includes(method) === false || rule.edgeLocations?.includes(edge) === false) return false;
  return rule.pathPattern === undefined || patternOf(rule.pathPattern).test(path);
}

function patternOf(pathPattern: string): RegExp {
  const escaped = pathPattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`);
}

function writeOut(path: string, random: Random): string {
  return path
    .replaceAll('{id}', () => String(random.integer(1000, 99_999)))
    .replaceAll('{hash}', () => random.text(8, '0123456789abcdef'));
}
