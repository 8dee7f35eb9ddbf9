/** Ports that do not serve: one that refuses, and one whose host drops every SYN. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, Socket } from 'node:net';

/** A port that was bound and closed again: a connection to it is refused. */
export async function findRefusingPort(address = '127.0.0.1'): Promise<number> {
  const server = createServer();
  server.listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  if (bound === null || typeof bound === 'string') throw new Error('no port was given');
  return bound.port;
}

/** Run by a process of its own, and given as text since the tests run both from TypeScript and compiled. */
const listener = `
  import { createServer } from 'node:net';
  const server = createServer();
  server.listen({ port: 0, host: process.argv[1], backlog: 1 }, () => process.send(server.address().port));
  process.on('disconnect', () => process.exit());
`;

export interface DroppingHost {
  readonly address: string;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * A host that drops SYNs: a listening process is stopped (SIGSTOP) and its accept queue filled, upon which the kernel answers no more.
 * Addresses of TEST-NET cannot be used for this, since sandboxes may answer for them. Linux only.
 */
export async function startDroppingHost(address = '127.0.0.1'): Promise<DroppingHost> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', listener, address], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', () => reject(new Error('the listening process ended')));
  });
  child.kill('SIGSTOP');
  const fillers: Socket[] = [];
  // The queue holds backlog + 1 connections; it is full once one more is left without an answer.
  for (let full = false; !full && fillers.length < 16; ) {
    const filler = new Socket();
    filler.on('error', () => filler.destroy());
    fillers.push(filler);
    filler.connect(port, address);
    full = await Promise.race([
      once(filler, 'connect').then(() => false),
      new Promise<boolean>((resolve) => void setTimeout(resolve, 250, true).unref()),
    ]);
  }
  return {
    address,
    port,
    stop: async () => {
      for (const filler of fillers) filler.destroy();
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
