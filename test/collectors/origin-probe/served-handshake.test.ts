import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createSecureContext } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseServedHandshake } from '../../../src/collectors/origin-probe/served-handshake.js';
import { shakeHands } from '../../../src/collectors/origin-probe/tls.js';
import { mintAuthority, type TestAuthority } from '../../world/certificates.js';
import { faultyTls, soundTls } from '../../world/origin-faults.js';
import { type OriginTls, startOrigin } from '../../world/origins.js';

let authority: TestAuthority;
beforeAll(async () => {
  authority = await mintAuthority();
});

const uint24 = (value: number): Buffer => Buffer.from([value >> 16, (value >> 8) & 255, value & 255]);
const record = (type: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type, 3, 3, body.length >> 8, body.length & 255]), body]);
const message = (type: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([type]), uint24(body.length), body]);
const certificateMessage = (ders: readonly Buffer[]): Buffer => {
  const list = Buffer.concat(ders.flatMap((der) => [uint24(der.length), der]));
  return message(11, Buffer.concat([uint24(list.length), list]));
};
const serverHello = message(2, Buffer.alloc(70));
const helloDone = message(14, Buffer.alloc(0));

/** Cuts a handshake stream into records of the given sizes, the last taking the rest. */
function fragment(stream: Buffer, sizes: readonly number[]): Buffer {
  const records: Buffer[] = [];
  let rest = stream;
  for (const size of sizes) {
    if (rest.length === 0) break;
    records.push(record(22, rest.subarray(0, size)));
    rest = rest.subarray(size);
  }
  for (; rest.length > 0; rest = rest.subarray(16_000)) records.push(record(22, rest.subarray(0, 16_000)));
  return Buffer.concat(records);
}

describe('parseServedHandshake', () => {
  const ders = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), { minLength: 0, maxLength: 6 });

  it('finds the certificates in order however the messages are cut into records', () => {
    fc.assert(
      fc.property(ders, fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 20 }), (list, sizes) => {
        const chain = list.map((der) => Buffer.from(der));
        const stream = fragment(Buffer.concat([serverHello, certificateMessage(chain), helloDone]), sizes);
        const encrypted = Buffer.concat([record(20, Buffer.from([1])), record(22, Buffer.alloc(40, 11))]);
        const parsed = parseServedHandshake(Buffer.concat([stream, encrypted]));
        expect(parsed.certificates?.map((der) => der.toString('hex'))).toEqual(chain.map((der) => der.toString('hex')));
        expect(parsed).toMatchObject({ alert: null, isPlaintext: false, clientCertificateRequested: false });
      }),
    );
  });

  it('never throws and never makes more of the bytes than they are', () => {
    const start = fc.constantFrom(Buffer.alloc(0), Buffer.from([22, 3, 3]), Buffer.from([22, 3, 3, 0, 9, 11, 0, 0, 5]));
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 4_000 }), (head, tail) => {
        const bytes = Buffer.concat([head, tail]);
        const { certificates } = parseServedHandshake(bytes);
        const total = (certificates ?? []).reduce((sum, der) => sum + der.length, 0);
        expect(total).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  it('never throws on a good handshake with bytes changed or cut off', () => {
    const good = fragment(Buffer.concat([serverHello, certificateMessage([Buffer.alloc(900, 7)]), helloDone]), [300]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (place, value, length) => {
        const bytes = Buffer.from(good);
        bytes[place] = value;
        expect(() => parseServedHandshake(bytes.subarray(0, length))).not.toThrow();
      }),
    );
  });

  it.each([
    ['a fatal alert', record(21, Buffer.from([2, 40])), { alert: 'handshake_failure' }],
    ['an alert without a name', record(21, Buffer.from([2, 200])), { alert: 'alert 200' }],
    ['a warning about the server name', record(21, Buffer.from([1, 112])), { alert: null }],
    ['a notice of closing', record(21, Buffer.from([1, 0])), { alert: null }],
    [
      'a demand for a client certificate',
      record(22, message(13, Buffer.alloc(8))),
      { clientCertificateRequested: true },
    ],
    ['plain text', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), { isPlaintext: true }],
    ['three bytes of plain text', Buffer.from('220'), { isPlaintext: true }],
    ['the first byte of a record', Buffer.from([22]), { isPlaintext: false }],
    ['nothing', Buffer.alloc(0), { isPlaintext: false, certificates: null }],
    ['encrypted data', record(23, Buffer.alloc(9)), { certificates: null, alert: null }],
  ])('reads %s', (_title, bytes, expected) => {
    expect(parseServedHandshake(bytes)).toMatchObject(expected);
  });

  it('takes no more than twenty certificates', () => {
    const many = Array.from({ length: 60 }, () => Buffer.alloc(4));
    expect(parseServedHandshake(record(22, certificateMessage(many))).certificates).toHaveLength(20);
  });
});

const openssl = 'openssl';
const hasOpenssl = spawnSync(openssl, ['version']).status === 0;
const withOpenssl = hasOpenssl ? describe : describe.skip;
if (!hasOpenssl)
  process.stderr.write(
    'SKIPPED: there is no openssl command here, so the order served is not compared with s_client.\n',
  );

withOpenssl('the order served, beside openssl s_client -showcerts', () => {
  const origins: { stop(): Promise<void> }[] = [];
  afterAll(async () => {
    for (const origin of origins) await origin.stop();
  });
  const showCertificates = async (port: number): Promise<readonly string[]> =>
    new Promise((resolve) => {
      const child = execFile(
        openssl,
        ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'a.example.test', '-showcerts', '-tls1_2'],
        (_error, stdout) =>
          resolve(
            (stdout.match(/-----BEGIN CERTIFICATE-----[^-]+/g) ?? []).map((pem) =>
              pem.replace(/-----BEGIN CERTIFICATE-----|\s/g, ''),
            ),
          ),
      );
      child.stdin?.end();
    });

  const kinds: readonly [string, () => Promise<OriginTls>][] = [
    ['sound', () => soundTls(authority, ['a.example.test'])],
    ['misordered', () => faultyTls('misordered-chain', authority, ['a.example.test'])],
    ['without its intermediate', () => faultyTls('missing-intermediate', authority, ['a.example.test'])],
    [
      'long',
      async () => {
        const { identity } = await soundTls(authority, ['a.example.test']);
        const names = Array.from({ length: 200 }, (_, index) => `name-${index}.a-rather-long-domain.example.test`);
        const large = await authority.mintLeaf(['large.example.test', ...names]);
        // Beyond 16 KiB in all, so that the message spans records.
        return { identity: { ...identity, chain: [...identity.chain, large, large, large, authority.root] } };
      },
    ],
  ];
  it.each(kinds)('agrees for a chain that is %s', async (_title, makeTls) => {
    const tls = await makeTls();
    const origin = await startOrigin({ tls });
    origins.push(origin);
    const socket = connect(origin.port, origin.address);
    await once(socket, 'connect');
    const context = createSecureContext({ maxVersion: 'TLSv1.2', ca: [] });
    const handshake = await shakeHands(socket, 'a.example.test', context, 2_000);
    handshake.socket?.destroy();
    const served = handshake.certificates.map((der) => der.toString('base64'));
    expect(served).toEqual(tls.identity.chain.map(({ der }) => der.toString('base64')));
    expect(served).toEqual(await showCertificates(origin.port));
  });
});
