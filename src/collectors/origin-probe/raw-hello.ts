/** Client hellos written by hand, for the old protocols and suites that CloudFront offers and this build of OpenSSL cannot. Pure. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { parseServedHandshake } from './served-handshake.js';

export interface Hello {
  /** Highest version offered, as on the wire: 0x0300 for SSLv3, 0x0303 for TLS 1.2. */
  readonly version: number;
  /** IANA numbers, in order of preference. */
  readonly ciphers: readonly number[];
  /** Null sends no extensions at all, as SSLv3 has none. */
  readonly serverName: string | null;
}

export const sslV3Version = 0x0300;
export const tlsVersions = { TLSv1: 0x0301, 'TLSv1.1': 0x0302, 'TLSv1.2': 0x0303 } as const;

/** The last two of CloudFront's list, which OpenSSL 3 leaves out of its default builds. */
export const legacyCiphers: Readonly<Record<number, string>> = { 10: 'DES-CBC3-SHA', 4: 'RC4-MD5' };

/** The suites of CloudFront's list that SSLv3 has: AES256-SHA, AES128-SHA, DES-CBC3-SHA, RC4-MD5. */
export const sslV3Ciphers = [0x0035, 0x002f, 0x000a, 0x0004] as const;

const tls10 = 0x0301;
const tls12 = 0x0303;

/** RFC 5246 section 7.4.1.2; the record carries TLS 1.0 as every client's first does, or SSLv3 where nothing newer is offered. */
export function renderHello({ version, ciphers, serverName }: Hello): Buffer {
  const suites = Buffer.concat([uint16(ciphers.length * 2), ...ciphers.map(uint16)]);
  const noSession = Buffer.from([0]);
  const noCompression = Buffer.from([1, 0]);
  const body = Buffer.concat([
    uint16(version),
    randomBytes(32),
    noSession,
    suites,
    noCompression,
    ...(serverName === null ? [] : [renderExtensions(serverName, version)]),
  ]);
  const message = Buffer.concat([Buffer.from([1, 0]), uint16(body.length), body]);
  return Buffer.concat([Buffer.from([22]), uint16(Math.min(version, tls10)), uint16(message.length), message]);
}

function renderExtensions(serverName: string, version: number): Buffer {
  const extensions: Buffer[] = [];
  const name = Buffer.from(serverName, 'latin1');
  if (isIP(serverName) === 0)
    extensions.push(
      extension(0, Buffer.concat([uint16(name.length + 3), Buffer.from([0]), uint16(name.length), name])),
    );
  // ECDSA and RSA with SHA-256 and SHA-1.
  if (version >= tls12) extensions.push(extension(13, Buffer.from([0, 8, 4, 3, 4, 1, 2, 3, 2, 1])));
  const all = Buffer.concat(extensions);
  return Buffer.concat([uint16(all.length), all]);
}

function extension(type: number, body: Buffer): Buffer {
  return Buffer.concat([uint16(type), uint16(body.length), body]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value & 0xffff);
  return bytes;
}

/**
 * What a server said to a hello: the version and suite that it chose, or null where it turned it down. `undefined` while neither can be told
 * from what has arrived.
 */
export function parseHelloAnswer(
  bytes: Buffer,
): { readonly version: number; readonly cipher: number } | null | undefined {
  const { serverHello, alert, isPlaintext } = parseServedHandshake(bytes);
  if (serverHello !== null) return serverHello;
  return alert !== null || isPlaintext ? null : undefined;
}
