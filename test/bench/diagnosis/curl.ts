/** Runs the machine's own curl against an origin of a case, with its own rules of trust. */
import { execFile } from 'node:child_process';
import { devNull } from 'node:os';

export interface CurlTarget {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly path: string;
  readonly rootsFile: string;
}

export interface CurlRun {
  /** null where curl could not be run at all. */
  readonly exitCode: number | null;
  readonly status: number | null;
  /** The `Server` header. */
  readonly server: string | null;
  /** Whether a TCP connection came about. */
  readonly connected: boolean;
  /** What `-v` writes. */
  readonly stderr: string;
}

const timeoutSeconds = '2';

/** `curl -v -o /dev/null -w …`, as in the article. */
export async function curl(target: CurlTarget): Promise<CurlRun> {
  const { exitCode, stdout, stderr } = await run([
    ...argumentsFor(target),
    ...['-v', '-sS', '-o', devNull, '-w', '%{http_code}'],
  ]);
  const status = Number(stdout.toString('latin1'));
  return {
    exitCode,
    status: status === 0 ? null : status,
    server: /^< server: (.*)\r?$/im.exec(stderr)?.[1]?.trim() ?? null,
    connected: /^\* Connected to /m.test(stderr),
    stderr: stderr
      .split('\n')
      .filter((line) => /^(curl:|\*)/.test(line))
      .slice(-12)
      .join('\n'),
  };
}

/** `curl -sI … | wc -c`. */
export async function measureHead(target: CurlTarget): Promise<number> {
  const { stdout } = await run([...argumentsFor(target), '-sI']);
  return stdout.length;
}

function argumentsFor({ scheme, host, port, address, path, rootsFile }: CurlTarget): readonly string[] {
  const at = address.includes(':') ? `[${address}]` : address;
  return [
    ...['--disable', '--noproxy', '*', '--max-time', timeoutSeconds],
    ...['--cacert', rootsFile, '--resolve', `${host}:${port}:${at}`],
    `${scheme}://${host}:${port}${path}`,
  ];
}

function run(
  args: readonly string[],
): Promise<{ readonly exitCode: number | null; readonly stdout: Buffer; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile('curl', [...args], { encoding: 'buffer', maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ exitCode: typeof code === 'number' ? code : null, stdout, stderr: stderr.toString('latin1') });
    });
  });
}
