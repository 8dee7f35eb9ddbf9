/**
 * Whether the installed SDK knows every setting of a configuration. UpdateDistribution replaces and never merges, and the SDK leaves out what its model
 * does not know: what it would not send back is found by comparing what AWS had sent with what the SDK would send.
 */
import { type CloudFrontClient, type DistributionConfig, UpdateDistributionCommand } from '@aws-sdk/client-cloudfront';

interface Stack {
  addRelativeTo(middleware: unknown, options: unknown): void;
}

/**
 * Keeps the body of the answer to this command as AWS sent it; the command works as ever.
 * @returns reads it, once the answer has come.
 */
export function keepRawAnswer(command: { readonly middlewareStack: Stack }): () => string {
  let raw = '';
  const middleware = (next: (args: unknown) => Promise<RawAnswer>) => async (args: unknown) => {
    const answer = await next(args);
    const { body } = answer.response;
    if (body === undefined || Buffer.isBuffer(body)) return answer;
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const whole = Buffer.concat(chunks);
    raw = whole.toString('utf8');
    answer.response.body = whole;
    return answer;
  };
  command.middlewareStack.addRelativeTo(middleware, {
    name: 'keepRawAnswer',
    relation: 'after',
    toMiddleware: 'deserializerMiddleware',
  });
  return () => raw;
}

interface RawAnswer {
  readonly response: { body?: AsyncIterable<Uint8Array> | Buffer };
}

/** Named at most: the first few say enough. */
const mostNamed = 5;

/**
 * What would be lost, or altered, if `config` were sent back as it was read; empty: nothing. Nothing is sent.
 * @param raw the XML it was read from, of GetDistributionConfig or GetDistribution.
 * @returns paths such as `Origins.Items.Origin.ConnectionTimeout`.
 */
export async function findUnkept(
  client: CloudFrontClient,
  raw: string,
  config: DistributionConfig,
): Promise<readonly string[]> {
  const sent = countElements(await serialize(client, config));
  const unkept = new Set<string>();
  for (const [element, count] of countElements(raw)) if (sent.get(element) !== count) unkept.add(pathOf(element));
  const received = countElements(raw);
  for (const [element, count] of sent) if (received.get(element) !== count) unkept.add(pathOf(element));
  return [...unkept].slice(0, mostNamed);
}

/** For a person; null where nothing would be lost. */
export function describeUnkept(unkept: readonly string[] | undefined): string | null {
  if (unkept === undefined || unkept.length === 0) return null;
  return `This distribution has settings that this version of cf502 does not know (${unkept.join(', ')}), and an update would drop or alter them. Update cf502, or make the change yourself.`;
}

/** What UpdateDistribution would send. */
async function serialize(client: CloudFrontClient, config: DistributionConfig): Promise<string> {
  let body: unknown;
  const command = new UpdateDistributionCommand({ Id: 'none', IfMatch: 'none', DistributionConfig: config });
  // Before it would be signed and sent: the answer is made up here.
  command.middlewareStack.add(
    () => (args) => {
      body = (args.request as { readonly body?: unknown }).body;
      return Promise.resolve({ response: {}, output: { $metadata: {} } });
    },
    { name: 'serializeOnly', step: 'build', priority: 'high' },
  );
  await client.send(command);
  return typeof body === 'string' ? body : '';
}

/** Every element below DistributionConfig by its path and text, and how often it is there. AWS's lists have no order that matters here. */
function countElements(xml: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const open: { readonly name: string; text: string; hasChildren: boolean }[] = [];
  const close = (): void => {
    const element = open.pop();
    const start = open.findIndex(({ name }) => name === root);
    if (element === undefined || start < 0) return;
    const path = [...open.slice(start + 1).map(({ name }) => name), element.name].join('.');
    const key = element.hasChildren ? path : `${path}${separator}${decode(element.text)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  for (const [, comment, closing, opening, empty, text] of xml.matchAll(tokens)) {
    const top = open.at(-1);
    if (comment !== undefined) continue;
    if (closing !== undefined) close();
    else if (opening !== undefined) {
      if (top !== undefined) top.hasChildren = true;
      open.push({ name: opening, text: '', hasChildren: false });
      if (empty === '/') close();
    } else if (top !== undefined) top.text += text ?? '';
  }
  return counts;
}

const root = 'DistributionConfig';
const separator = '\0';
const tokens = /(<[?!][^>]*>)|<\/([^\s>]+)\s*>|<([^\s/>]+)[^>]*?(\/?)>|([^<]+)/g;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name = '') =>
    hex !== undefined
      ? String.fromCodePoint(Number.parseInt(hex, 16))
      : decimal !== undefined
        ? String.fromCodePoint(Number(decimal))
        : (named[name] ?? whole),
  );
}

function pathOf(element: string): string {
  return element.slice(0, element.indexOf(separator) < 0 ? element.length : element.indexOf(separator));
}
