/** A DNS server on loopback, over UDP and TCP on one port, that answers what it is told to: records, errors, emptiness, silence. */
import { once } from 'node:events';
import { createServer as createTcpServer, Socket } from 'node:net';
import dns from 'dns2';

/** What a name holds. A name with `cname` answers with it, and with what the target holds where this server knows it. */
export interface DnsRecords {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  readonly cname?: string;
  /** Name servers, which make the name a zone. */
  readonly ns?: readonly string[];
  /** Default: 60. */
  readonly ttlSeconds?: number;
}

/**
 * How a name is answered. `empty`: no error and no record. `silent`: never. `malformed`: bytes that are no answer.
 * A name that was never set is answered `nxdomain`.
 */
export type DnsAnswer = DnsRecords | 'nxdomain' | 'servfail' | 'refused' | 'empty' | 'silent' | 'malformed';

export interface DnsQuery {
  readonly name: string;
  readonly type: string;
  readonly transport: 'udp' | 'tcp';
}

export interface LocalDns {
  /** `127.0.0.1:port`, as the prober's `dnsServers` wants it. */
  readonly server: string;
  readonly port: number;
  /** Queries received, oldest first. */
  readonly journal: readonly DnsQuery[];
  set(name: string, answer: DnsAnswer): void;
  /** Overrides every name, for example to play a resolver that refuses everything; null ends that. */
  setAll(answer: DnsAnswer | null): void;
  /** Resolves when the journal holds a query for this name (at once if it does already). */
  asked(name: string): Promise<void>;
  stop(): Promise<void>;
}

const { Packet } = dns;
const recordTypes = Packet.TYPE;
const typeNames: ReadonlyMap<number, string> = new Map(
  Object.entries(recordTypes).map(([name, code]): [number, string] => [Number(code), name]),
);
/** https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1 */
const responseCodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
const maxAliases = 16;

/** A port that is free for TCP and, a moment later, most likely for UDP too. */
async function findFreePort(): Promise<number> {
  const probe = createTcpServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

async function listenOnOnePort(
  handle: dns.DnsHandler,
  address: string,
  wanted: number | undefined,
): Promise<{ server: dns.DnsServer; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = wanted ?? (await findFreePort());
    const server = dns.createServer({ udp: true, tcp: true, handle });
    try {
      const failed = new Promise<never>((_resolve, reject) => {
        server.once('error', reject);
      });
      const at = { port, address };
      await Promise.race([server.listen({ udp: at, tcp: at }), failed]);
      return { server, port };
    } catch (error) {
      void server.close();
      if (attempt === 10) throw error;
    }
  }
}

export interface DnsPlace {
  /** Any 127.x.y.z. Default: 127.0.0.1. */
  readonly address?: string;
  /** Default: a free one. Name servers of one zone are asked at one port, so several need the same. */
  readonly port?: number;
}

/** Starts the server; names are compared without regard to case or a final dot. */
export async function startLocalDns(
  answers: Readonly<Record<string, DnsAnswer>> = {},
  place: DnsPlace = {},
): Promise<LocalDns> {
  const address = place.address ?? '127.0.0.1';
  const table = new Map<string, DnsAnswer>();
  const keyOf = (name: string): string => name.toLowerCase().replace(/\.$/, '');
  for (const [name, answer] of Object.entries(answers)) table.set(keyOf(name), answer);
  let override: DnsAnswer | null = null;
  const journal: DnsQuery[] = [];
  const waiting = new Map<string, (() => void)[]>();
  const clients = new Set<Socket>();

  const answerOf = (name: string): DnsAnswer => override ?? table.get(keyOf(name)) ?? 'nxdomain';

  /** Appends the records for a name to the response, following aliases; the response code follows the last name. */
  const fill = (response: dns.Packet, name: string, type: number): 'send' | 'silent' | 'malformed' => {
    let current = name;
    for (let aliases = 0; aliases < maxAliases; aliases += 1) {
      const answer = answerOf(current);
      if (answer === 'silent' || answer === 'malformed') return answer;
      if (answer === 'empty') return 'send';
      if (typeof answer === 'string') {
        const codes = { nxdomain: 'NXDOMAIN', servfail: 'SERVFAIL', refused: 'REFUSED' } as const;
        response.header.rcode = responseCodes[codes[answer]];
        return 'send';
      }
      const base = { name: current, class: Packet.CLASS.IN, ttl: answer.ttlSeconds ?? 60 };
      if (answer.cname !== undefined) {
        response.answers.push(new Packet.Resource({ ...base, type: recordTypes.CNAME, domain: answer.cname }));
        if (type === recordTypes.CNAME) return 'send';
        current = answer.cname;
        continue;
      }
      for (const ns of type === recordTypes.NS ? (answer.ns ?? []) : [])
        response.answers.push(new Packet.Resource({ ...base, type, ns }));
      const addresses = type === recordTypes.A ? answer.a : type === recordTypes.AAAA ? answer.aaaa : [];
      for (const one of addresses ?? []) response.answers.push(new Packet.Resource({ ...base, type, address: one }));
      return 'send';
    }
    response.header.rcode = responseCodes.SERVFAIL;
    return 'send';
  };

  const { server, port } = await listenOnOnePort(
    (request, send, client) => {
      const question = request.questions[0];
      if (question === undefined) return;
      const name = keyOf(question.name);
      if (client instanceof Socket) clients.add(client);
      journal.push({
        name,
        type: typeNames.get(question.type) ?? String(question.type),
        transport: client instanceof Socket ? 'tcp' : 'udp',
      });
      for (const resolve of waiting.get(name) ?? []) resolve();
      waiting.delete(name);
      const response = Packet.createResponseFromRequest(request);
      response.header.ra = 1;
      const how = fill(response, name, question.type);
      if (how === 'silent') return;
      void send(how === 'malformed' ? malformedAnswer(response) : response);
    },
    address,
    place.port,
  );

  return {
    server: `${address}:${port}`,
    port,
    journal,
    set: (name, answer) => void table.set(keyOf(name), answer),
    setAll: (answer) => {
      override = answer;
    },
    asked: (name) => {
      const key = keyOf(name);
      if (journal.some((query) => query.name === key)) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.set(key, [...(waiting.get(key) ?? []), resolve]);
      });
    },
    stop: async () => {
      // dns2 keeps TCP clients open for its idle time, which would hold the test process.
      for (const client of clients) client.destroy();
      await server.close();
    },
  };
}

/** The right id and question, then an answer count that the message does not honour. */
function malformedAnswer(response: dns.Packet): Buffer {
  const bytes = response.toBuffer();
  bytes.writeUInt16BE(3, 6);
  return Buffer.concat([bytes, Buffer.from([0xc0, 0xff, 0x00])]);
}
