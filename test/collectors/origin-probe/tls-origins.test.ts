import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { collectOriginProbe } from '../../../src/collectors/origin-probe.js';
import type { AddressProbe, TlsProbe } from '../../../src/diagnosis/evidence.js';
import { mintAuthority, type TestAuthority } from '../../world/certificates.js';
import { type LocalDns, startLocalDns } from '../../world/dns.js';
import { faultyTls, type TlsFault, tlsFaults } from '../../world/origin-faults.js';
import { type Origin, type OriginOptions, startOrigin } from '../../world/origins.js';
import { buildContext, buildTask, originName, type TaskOverrides } from './probe-builders.js';

let authority: TestAuthority;
let dns: LocalDns;
const started: Origin[] = [];

beforeAll(async () => {
  authority = await mintAuthority();
  dns = await startLocalDns({ [originName]: { a: ['127.0.0.1'] } });
});
afterEach(async () => {
  for (const origin of started.splice(0)) await origin.stop();
});
afterAll(() => dns.stop());

async function start(options: OriginOptions): Promise<Origin> {
  const origin = await startOrigin(options);
  started.push(origin);
  return origin;
}

async function probe(options: OriginOptions, overrides: TaskOverrides = {}): Promise<AddressProbe> {
  const origin = await start(options);
  const context = buildContext({ dnsServers: [dns.server], extraTrustRoots: [authority.root.pem] });
  const { addresses } = await collectOriginProbe(context, buildTask(origin.port, overrides));
  const [address] = addresses;
  if (address === undefined) throw new Error('no address was probed');
  return address;
}

/** What each fault must look like; `http` says whether the HTTP probe went on. */
const expectations: Readonly<Record<TlsFault, Partial<TlsProbe> & { readonly http: boolean }>> = {
  none: { outcome: 'completed', trustProblems: [], matchesHost: true, matchesOriginDomain: true, http: true },
  expired: { outcome: 'completed', trustProblems: ['expired'], matchesHost: true, http: true },
  'expired-intermediate': { outcome: 'completed', trustProblems: ['expired'], matchesHost: true, http: true },
  'not-yet-valid': { outcome: 'completed', trustProblems: ['not-yet-valid'], matchesHost: true, http: true },
  'self-signed': { outcome: 'completed', trustProblems: ['self-signed'], matchesHost: true, http: true },
  'unknown-root': { outcome: 'completed', trustProblems: ['unknown-root'], matchesHost: true, http: true },
  'missing-intermediate': {
    outcome: 'completed',
    trustProblems: ['incomplete-chain'],
    missingIssuer: 'CN=cf502 test intermediate',
    http: true,
  },
  'misordered-chain': { outcome: 'completed', trustProblems: ['misordered-chain'], matchesHost: true, http: true },
  'wrong-name': {
    outcome: 'completed',
    trustProblems: [],
    matchesHost: false,
    matchesOriginDomain: false,
    http: true,
  },
  'expired-and-wrong-name': {
    outcome: 'completed',
    trustProblems: ['expired'],
    matchesHost: false,
    matchesOriginDomain: false,
    http: true,
  },
  'old-protocols-only': { outcome: 'failed', error: 'unsupported_protocol', http: false },
  'unsupported-ciphers-only': { outcome: 'alert', error: 'handshake_failure', chain: [], http: false },
  'unsupported-curve-only': { outcome: 'alert', error: 'handshake_failure', chain: [], http: false },
  'http2-only': { outcome: 'alert', error: 'no_application_protocol', http: false },
  'client-certificate-demanded': { outcome: 'client-certificate-required', matchesHost: true, http: false },
};

describe('faults of certificates and handshakes', () => {
  it.each(tlsFaults)('%s is seen as what it is', async (fault) => {
    const { http, ...expected } = expectations[fault];
    const address = await probe({ tls: await faultyTls(fault, authority, [originName]) });
    expect(address.tcp.outcome).toBe('connected');
    expect(address.tls).toMatchObject(expected);
    expect(address.http.map((one) => one.outcome)).toEqual(http ? ['response'] : []);
  });
});
