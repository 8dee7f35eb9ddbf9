/** Seeded access logs for the scan bench: the same seed, the same bytes, so that runs can be compared and the files kept between them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { createRandom, type Random } from '../../world/random.js';

export interface LogSet {
  readonly name: string;
  readonly files: readonly string[];
  /** Compressed. */
  readonly bytes: number;
}

export interface LogSetPlan {
  readonly name: string;
  readonly files: number;
  /** Uncompressed, of one file, roughly. */
  readonly plainBytes: number;
  readonly seed: number;
}

/** The hour that all rows are of. */
const benchWindow = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:00:00.000Z' };
export const benchOptions = {
  window: benchWindow,
  pathPattern: null,
  behaviours: ['/api/*', '/assets/*', '/img/*.jpg', '*'],
};

const fields =
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end';
const header = `#Version: 1.0\n#Fields: ${fields}\n`;
const rowBytes = 465;

/** Two at a time: compressing is what takes the time. */
const filesAtOnce = 2;
const compress = promisify(gzip);

/** Writes the set where it is not there yet. */
export async function ensureLogSet(folder: string, plan: LogSetPlan): Promise<LogSet> {
  const home = join(folder, `${plan.name}-v1-${plan.files}x${plan.plainBytes}-${plan.seed}`);
  try {
    return listSet(plan.name, home);
  } catch {
    // Not there yet.
  }
  const draft = `${home}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  let next = 0;
  const write = async (): Promise<void> => {
    for (let index = next++; index < plan.files; index = next++) {
      const text = renderFile(plan, index);
      const name = `E123EXAMPLE.2026-11-20-10.${String(index).padStart(8, '0')}.gz`;
      writeFileSync(join(draft, name), await compress(Buffer.from(text, 'latin1'), { level: 6 }));
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, write));
  renameSync(draft, home);
  return listSet(plan.name, home);
}

/** One gzip member of all the files of a set: the object that is too large to be held. */
export function concatenateSet(folder: string, { name, files }: LogSet): LogSet {
  const home = join(folder, `one-${name}-${files.length}-${statSync(files[0] ?? '').size}`);
  const file = join(home, 'one.gz');
  if (!existsSync(file)) {
    mkdirSync(home, { recursive: true });
    const list = join(home, 'parts');
    writeFileSync(list, files.join('\n'));
    const script = 'xargs zcat < "$1" | gzip -2 > "$2.draft" && mv "$2.draft" "$2"';
    if (spawnSync('sh', ['-c', script, 'sh', list, file]).status !== 0) throw new Error('gzip failed.');
  }
  return { name: 'one', files: [file], bytes: statSync(file).size };
}

function listSet(name: string, home: string): LogSet {
  const files = readdirSync(home)
    .filter((file) => file.endsWith('.gz'))
    .sort()
    .map((file) => join(home, file));
  return { name, files, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
}

const assets = Array.from({ length: 60 }, (_, index) => `/assets/chunk-${(index * 7919 + 4099).toString(16)}.js`);
const edges = Array.from(
  { length: 60 },
  (_, index) =>
    `${'FRALHRIADSINNRTGRU'.slice((index % 6) * 3, (index % 6) * 3 + 3)}${50 + (index % 17)}-P${1 + (index % 9)}`,
);
const hosts = ['www.example.com', 'shop.example.com', 'api.example.com'];
const agents = Array.from(
  { length: 24 },
  (_, index) =>
    `Mozilla/5.0%20(X11;%20Linux%20x86_64)%20AppleWebKit/537.${index}%20(KHTML,%20like%20Gecko)%20ExampleBrowser/${100 + index}.0.0.0`,
);
const failures = [
  'OriginConnectError',
  'OriginConnectError',
  'OriginReadError',
  'OriginDnsError',
  'OriginCommError',
  'Error',
];
const idLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const hexLetters = '0123456789abcdef';

function renderFile({ seed, plainBytes }: LogSetPlan, index: number): string {
  const random = createRandom(seed * 100_003 + index);
  const firstMinute = random.integer(0, 49);
  const rows = Math.max(1, Math.round((plainBytes - header.length) / rowBytes));
  const lines: string[] = [header];
  for (let row = 0; row < rows; row += 1) lines.push(renderRow(random, firstMinute));
  return lines.join('');
}

function renderRow(random: Random, firstMinute: number): string {
  const failed = random.next() < 0.008;
  const hit = !failed && random.next() < 0.6;
  const status = failed ? '502' : random.next() < 0.03 ? random.pick(['304', '404', '206', '000', '503']) : '200';
  const result = failed ? 'Error' : hit ? 'Hit' : 'Miss';
  const seconds = failed ? random.between(0.001, 31) : hit ? random.between(0, 0.02) : random.between(0.02, 0.9);
  const taken = seconds.toFixed(3);
  const bytes = random.integer(300, random.next() < 0.1 ? 900_000 : 40_000);
  const method = random.next() < 0.9 ? 'GET' : random.pick(['POST', 'POST', 'HEAD', 'PUT', 'OPTIONS']);
  const minute = String(firstMinute + random.integer(0, 9)).padStart(2, '0');
  const second = String(random.integer(0, 59)).padStart(2, '0');
  const query = random.next() < 0.6 ? `token=${random.text(24, hexLetters)}&page=${random.integer(1, 20)}` : '-';
  const ip =
    random.next() < 0.5
      ? `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${random.integer(1, 254)}`
      : `2001:db8:${random.text(4, hexLetters)}:${random.text(4, hexLetters)}:${random.text(4, hexLetters)}:${random.text(4, hexLetters)}`;
  const referer = random.next() < 0.5 ? `https://www.example.com/products/${random.integer(1_000, 99_999)}` : '-';
  return `2026-11-20\t10:${minute}:${second}\t${random.pick(edges as [string])}\t${bytes}\t${ip}\t${method}\td111111abcdef8.cloudfront.net\t${pathOf(random)}\t${status}\t${referer}\t${random.pick(agents as [string])}\t${query}\t-\t${result}\t${idOf(random)}==\t${random.pick(hosts as [string])}\thttps\t${random.integer(90, 900)}\t${taken}\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\t${result}\tHTTP/${random.next() < 0.8 ? '2.0' : random.pick(['1.1', '3.0'])}\t-\t-\t${random.integer(1024, 65_535)}\t${taken}\t${failed ? random.pick(failures as [string]) : result}\ttext/html;%20charset=utf-8\t${bytes - 200}\t-\t-\n`;
}

/** 54 letters, five from each draw: `random.text` would take longer than everything else. */
function idOf(random: Random): string {
  let id = '';
  while (id.length < 54) {
    let bits = Math.floor(random.next() * 2 ** 30);
    for (let letter = 0; letter < 5; letter += 1) {
      id += idLetters.charAt(bits & 63);
      bits >>>= 6;
    }
  }
  return id.slice(0, 54);
}

function pathOf(random: Random): string {
  const kind = random.next();
  if (kind < 0.3) return random.pick(assets as [string]);
  if (kind < 0.5) return `/products/${random.integer(1_000, 99_999)}`;
  if (kind < 0.6) return `/img/${random.text(12, hexLetters)}.jpg`;
  if (kind < 0.7) return `/api/orders/${random.integer(1, 999_999)}/items/${random.integer(1, 9)}`;
  if (kind < 0.8) return '/api/cart';
  if (kind < 0.85) return '/api/checkout';
  if (kind < 0.9) return `/catalogue/${random.pick(['shoes', 'shirts', 'hats', 'bags'])}/`;
  if (kind < 0.95) return `/search/${random.pick(['red', 'blue', 'gr%C3%BCn'])}%2520${random.pick(['shoe', 'hat'])}`;
  return '/';
}
