/**
 * The runbook that people find for this problem, coded as a patient engineer would follow it: look for 502 in the access logs, `curl -v` each
 * origin, measure its headers with `curl -sI | wc -c` against 10 KB, and at last raise the origin's time-out. It is given what its text leaves
 * out: the logs are unzipped, the status column is looked at and not any "502" in a line, the paths that fail are tried too and so is every
 * address, and curl trusts the test root. What curl says is taken for a fact, since the text gives no reason to doubt it.
 */
import { Resolver } from 'node:dns/promises';
import type { Answer } from './answer.js';
import { type CurlRun, type CurlTarget, curl, measureHead } from './curl.js';
import type { RaisedOrigin } from './raise-origin.js';
import type { RaisedWorld } from './raise-world.js';

export interface RunbookTools {
  /** `address:port`. */
  readonly dnsServer: string;
  /** PEM file with the root that the certificates of the origins go back to. */
  readonly rootsFile: string;
}

/** "Check response header size (CloudFront limit is 10 KB total)". */
const headerLimitBytes = 10 * 1024;
const mostPaths = 3;
/** "Increase origin response timeout": the step that is left when nothing was seen. */
const lastResort = 'slow-origin';

export async function followRunbook(tools: RunbookTools, world: RaisedWorld): Promise<Answer> {
  const startedAt = Date.now();
  const failing = grepFor502(world);
  const causes: string[] = [];
  // Without logs there is only the word of the users, and no reason to stop.
  if (failing === null || failing.length > 0) {
    const seen = await Promise.all(world.origins.map((origin) => examine(tools, origin, failing ?? [])));
    causes.push(...new Set(seen.flat()));
    if (causes.length === 0) causes.push(lastResort);
  }
  return {
    outcome: causes.length === 0 ? 'no-502s' : 'cause-found',
    causes: causes.map((id) => ({ id, strength: id === lastResort ? 'supported' : 'proven' })),
    crashed: [],
    elapsedMs: Date.now() - startedAt,
    headline: causes.join(', ') || 'no 502 in the logs',
  };
}

/** Paths of the logged 502s, the most frequent first; null where there are no logs to look at. */
function grepFor502({ loggedRows }: RaisedWorld): readonly string[] | null {
  if (loggedRows === null) return null;
  const counts = new Map<string, number>();
  for (const { values } of loggedRows) {
    if (values['sc-status'] !== '502') continue;
    const path = values['cs-uri-stem'] ?? '/';
    counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([path]) => path);
}

async function examine(tools: RunbookTools, origin: RaisedOrigin, failing: readonly string[]): Promise<string[]> {
  const addresses = await lookUp(tools, origin.domainName);
  if (addresses.length === 0) return ['unresolvable-origin'];
  const scheme = origin.sketch.scheme === 'http' ? 'http' : 'https';
  const port = scheme === 'http' ? origin.httpPort : origin.httpsPort;
  const runs = addresses.flatMap((address) =>
    ['/', ...failing.slice(0, mostPaths - 1)].map(
      (path): CurlTarget => ({
        scheme,
        host: origin.domainName,
        port,
        address,
        path,
        rootsFile: tools.rootsFile,
      }),
    ),
  );
  const found = await Promise.all(
    runs.map(async (run) => {
      const cause = readRun(await curl(run));
      if (cause !== null) return cause;
      return (await measureHead(run)) > headerLimitBytes ? 'oversized-response-head' : null;
    }),
  );
  return found.filter((cause) => cause !== null);
}

/** As curl would look the name up, without the machine's own resolvers. */
async function lookUp({ dnsServer }: RunbookTools, name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([dnsServer]);
  const answers = await Promise.all([resolver.resolve4(name).catch(() => []), resolver.resolve6(name).catch(() => [])]);
  return answers.flat();
}

/** What an engineer takes from curl's exit code and its last words: https://curl.se/libcurl/c/libcurl-errors.html */
function readRun({ exitCode, status, server, stderr, connected }: CurlRun): string | null {
  const says = (pattern: RegExp) => pattern.test(stderr);
  if (exitCode === null) return null;
  switch (exitCode) {
    case 0:
      if (status !== 502) return null;
      return /^awselb/i.test(server ?? '') ? 'balancer-made-502' : 'relayed-502';
    case 7:
      return 'refused-connection';
    case 28:
      return connected ? 'slow-origin' : 'unreachable-origin';
    case 35:
    case 56:
      if (says(/wrong version number|packet length too long|record layer failure/i)) return 'plaintext-on-tls-port';
      if (says(/certificate required/i)) return 'client-certificate-required';
      if (says(/reset/i)) return 'reset-connection';
      if (says(/handshake failure|no shared cipher/i)) return 'incompatible-tls-cipher';
      return exitCode === 35 ? 'incompatible-tls-protocol' : 'premature-close';
    case 60:
      if (says(/expired/i)) return 'expired-certificate';
      if (says(/not yet valid/i)) return 'not-yet-valid-certificate';
      if (says(/self-signed certificate in certificate chain/i)) return 'untrusted-certificate';
      if (says(/self-signed/i)) return 'self-signed-certificate';
      if (says(/unable to get local issuer/i)) return 'incomplete-certificate-chain';
      return says(/subject name/i) ? 'mismatched-certificate-name' : 'untrusted-certificate';
    case 18:
      // "incomplete HTTP response (missing headers, truncated body)" is the first of its causes.
      return 'truncated-body';
    case 52:
      return 'premature-close';
    case 1:
    case 8:
      return 'malformed-response-head';
    default:
      return null;
  }
}
