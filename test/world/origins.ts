/** Origins on loopback that can be told to fail in every way the product must tell apart: raw sockets, real TLS, a journal of requests. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, type SecureVersion, TLSSocket } from 'node:tls';
import type { Minted } from './certificates.js';
import { type OriginAnswer, renderResponse } from './origin-answers.js';

/** What is served in a handshake: the leaf's key, and the certificates in the order in which they are sent, the leaf first. */
export interface TlsIdentity {
  readonly leaf: Minted;
  readonly chain: readonly Minted[];
}

export interface OriginTls {
  readonly identity: TlsIdentity;
  /** Other identities by server name; a name not listed gets `identity`. */
  readonly byServerName?: Readonly<Record<string, TlsIdentity>>;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** OpenSSL names; `@SECLEVEL=0` is appended, so that old protocols and weak keys work. */
  readonly ciphers?: string;
  /** Curves offered, for example `P-521`. */
  readonly curves?: string;
  /** Demands a client certificate signed by this authority, and ends the handshake without one. */
  readonly clientAuthority?: Minted;
  /** Protocols that it selects by ALPN; a client that offers ALPN but none of these gets an alert. Default: no ALPN. */
  readonly alpn?: readonly string[];
}

/**
 * What happens to a connection before any request is read. The modes `…-after-first-bytes` wait for the client's first bytes,
 * over TLS its ClientHello. `bytes` sends these in answer to the client's first bytes and closes.
 */
export type ConnectionMode =
  | 'serve'
  | 'silent'
  | 'reset-on-accept'
  | 'close-on-accept'
  | 'reset-after-first-bytes'
  | 'close-after-first-bytes'
  | { readonly bytes: string | Buffer };

export interface OriginOptions {
  /** Any 127.x.y.z, so that one name can have several hosts. Default: 127.0.0.1. */
  readonly address?: string;
  /** Default: 0, a free one. */
  readonly port?: number;
  /** Absent: plain HTTP. */
  readonly tls?: OriginTls;
  readonly connection?: ConnectionMode;
  /** Stops listening once it has accepted so many connections: those that follow are refused. */
  readonly acceptOnly?: number;
  /** Ends a connection that has been idle for this long after an answer; absent: never. */
  readonly idle?: { readonly endAfterMs: number; readonly how?: 'close' | 'reset' };
  /** Default: an empty 200. */
  readonly answer?: OriginAnswer;
  /** Answers for particular request targets, query included. */
  readonly paths?: Readonly<Record<string, OriginAnswer>>;
  /** In turn, whatever is asked for, as by servers behind one address; before `paths` and `answer`. */
  readonly turns?: readonly [OriginAnswer, ...OriginAnswer[]];
}

export interface OriginRequest {
  /** The head as received, latin1, with the empty line. */
  readonly head: string;
  readonly method: string;
  /** Request target as received. */
  readonly path: string;
  readonly host: string | null;
  /** Server name of the handshake, null over plain HTTP or where none was sent. */
  readonly serverName: string | null;
  /** TLS version, null over plain HTTP. */
  readonly protocol: string | null;
  readonly alpn: string | null;
}

export interface Origin {
  readonly address: string;
  readonly port: number;
  /** Requests whose head arrived whole, oldest first. */
  readonly requests: readonly OriginRequest[];
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Connections open now. */
  readonly open: number;
  /** Changes the answer from now on. */
  answerWith(answer: OriginAnswer): void;
  /** Resolves when this many connections were accepted. */
  connected(count?: number): Promise<void>;
  /** Resolves when this many requests were read. */
  requested(count?: number): Promise<void>;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const endOfHead = '\r\n\r\n';
const maxHeadBytes = 65_536;
/** Data and a reset that arrive together are told by libuv as data and a clean end; the reset comes a little later, so that it is seen. */
const resetDelayMs = 25;

function secureOptions(identity: TlsIdentity, tls: OriginTls): SecureContextOptions {
  return {
    key: identity.leaf.keyPem,
    cert: identity.chain.map((certificate) => certificate.pem).join(''),
    ciphers: `${tls.ciphers ?? 'DEFAULT'}:@SECLEVEL=0`,
    minVersion: tls.minVersion ?? 'TLSv1.2',
    maxVersion: tls.maxVersion ?? 'TLSv1.3',
    ...(tls.curves === undefined ? {} : { ecdhCurve: tls.curves }),
    ...(tls.clientAuthority === undefined ? {} : { ca: [tls.clientAuthority.pem] }),
  };
}

/** Starts an origin; resolves when it listens. */
export async function startOrigin(options: OriginOptions = {}): Promise<Origin> {
  const address = options.address ?? '127.0.0.1';
  const mode = options.connection ?? 'serve';
  let defaultAnswer: OriginAnswer = options.answer ?? {};
  const requests: OriginRequest[] = [];
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let accepted = 0;
  let watchers: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];
  const changed = (): void => {
    for (const watcher of watchers) if (watcher.holds()) watcher.resolve();
    watchers = watchers.filter((watcher) => !watcher.holds());
  };
  const until = (holds: () => boolean): Promise<void> =>
    holds() ? Promise.resolve() : new Promise((resolve) => void watchers.push({ holds, resolve }));

  const later = (delayMs: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, delayMs);
    timers.add(timer);
  };

  const answer = (socket: Socket, wire: Socket, request: OriginRequest): void => {
    const turn = options.turns?.[(requests.length - 1) % options.turns.length];
    const chosen = turn ?? options.paths?.[request.path] ?? defaultAnswer;
    if (chosen === 'silent') return;
    if (chosen === 'reset') wire.resetAndDestroy();
    else if (chosen === 'close') socket.end();
    else if ('raw' in chosen) {
      const parts = typeof chosen.raw === 'string' || Buffer.isBuffer(chosen.raw) ? [chosen.raw] : chosen.raw;
      const writeFrom = (index: number): void => {
        const part = parts[index];
        if (part !== undefined)
          socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part, () => {
            // A turn of the loop between writes at least, so that the parts leave as separate segments.
            if (chosen.gapMs === undefined) setImmediate(writeFrom, index + 1);
            else later(chosen.gapMs, () => writeFrom(index + 1));
          });
        else if (chosen.afterwards === 'close') socket.end();
        else if (chosen.afterwards === 'reset') later(resetDelayMs, () => wire.resetAndDestroy());
      };
      writeFrom(0);
    } else {
      const bytes = renderResponse(chosen);
      const closes = /\r\nconnection:\s*close/i.test(request.head);
      const send = (): void => void (closes ? socket.end(bytes) : socket.write(bytes));
      if (chosen.firstByteDelayMs === undefined) send();
      else later(chosen.firstByteDelayMs, send);
    }
  };

  const serve = (socket: Socket, wire: Socket, serverName: string | null): void => {
    let pending = '';
    let idleTimer: NodeJS.Timeout | undefined;
    const restartIdleTimer = (): void => {
      if (options.idle === undefined) return;
      const { endAfterMs, how } = options.idle;
      clearTimeout(idleTimer);
      if (idleTimer !== undefined) timers.delete(idleTimer);
      idleTimer = setTimeout(() => (how === 'reset' ? wire.resetAndDestroy() : socket.end()), endAfterMs);
      timers.add(idleTimer);
    };
    socket.on('error', () => wire.destroy());
    socket.on('data', (chunk: Buffer) => {
      pending += chunk.toString('latin1');
      if (!(socket instanceof TLSSocket) && !/^[A-Z]/.test(pending)) {
        // What a web server says to a TLS handshake on its plain port.
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      if (pending.length > maxHeadBytes) socket.destroy();
      for (let end = pending.indexOf(endOfHead); end !== -1; end = pending.indexOf(endOfHead)) {
        const head = pending.slice(0, end + endOfHead.length);
        pending = pending.slice(head.length);
        const request = readRequest(head, socket, serverName);
        requests.push(request);
        answer(socket, wire, request);
        restartIdleTimer();
        changed();
      }
    });
  };

  const secure = options.tls === undefined ? null : prepareTls(options.tls, serve);

  const server = createServer((wire) => {
    accepted += 1;
    if (accepted === options.acceptOnly) server.close();
    sockets.add(wire);
    wire.on('error', () => wire.destroy());
    wire.on('close', () => {
      sockets.delete(wire);
      changed();
    });
    changed();
    // Unread sockets would never tell that the client has gone.
    if (mode === 'silent' || mode === 'close-on-accept') wire.resume();
    if (mode === 'silent') return;
    if (mode === 'reset-on-accept') wire.resetAndDestroy();
    else if (mode === 'close-on-accept') wire.end();
    else if (mode === 'serve') {
      if (secure === null) serve(wire, wire, null);
      else secure(wire);
    } else
      wire.once('data', () => {
        if (mode === 'reset-after-first-bytes') wire.resetAndDestroy();
        else if (mode === 'close-after-first-bytes') wire.end();
        else wire.end(typeof mode.bytes === 'string' ? Buffer.from(mode.bytes, 'latin1') : mode.bytes);
      });
  });
  server.listen(options.port ?? 0, address);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the origin has no port');

  return {
    address,
    port: bound.port,
    requests,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    answerWith: (next) => {
      defaultAnswer = next;
    },
    connected: (count = 1) => until(() => accepted >= count),
    requested: (count = 1) => until(() => requests.length >= count),
    idle: () => until(() => sockets.size === 0),
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      const closed = server.listening ? once(server, 'close') : until(() => sockets.size === 0);
      for (const socket of sockets) socket.destroy();
      if (server.listening) server.close();
      await closed;
    },
  };
}

/** Wraps each connection itself rather than through a TLS server, so that the wire below stays at hand for resets. */
function prepareTls(tls: OriginTls, serve: (socket: TLSSocket, wire: Socket, serverName: string | null) => void) {
  const main = createSecureContext(secureOptions(tls.identity, tls));
  const byName = new Map(
    Object.entries(tls.byServerName ?? {}).map(([name, identity]) => [
      name.toLowerCase(),
      createSecureContext(secureOptions(identity, tls)),
    ]),
  );
  return (wire: Socket): void => {
    let serverName: string | null = null;
    const socket = new TLSSocket(wire, {
      isServer: true,
      secureContext: main,
      requestCert: tls.clientAuthority !== undefined,
      rejectUnauthorized: tls.clientAuthority !== undefined,
      ...(tls.alpn === undefined ? {} : { ALPNProtocols: [...tls.alpn] }),
      SNICallback: (name, done) => {
        serverName = name;
        done(null, byName.get(name.toLowerCase()) ?? main);
      },
    });
    socket.on('error', () => socket.destroy());
    socket.once('secure', () => serve(socket, wire, serverName));
  };
}

function readRequest(head: string, socket: Socket, serverName: string | null): OriginRequest {
  const [method = '', path = ''] = head.split(' ', 3);
  const secure = socket instanceof TLSSocket ? socket : null;
  return {
    head,
    method,
    path,
    host: /\r\nhost: *([^\r]*)/i.exec(head)?.[1] ?? null,
    serverName,
    protocol: secure?.getProtocol() ?? null,
    alpn: typeof secure?.alpnProtocol === 'string' ? secure.alpnProtocol : null,
  };
}
