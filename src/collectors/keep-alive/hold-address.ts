/** Holds two idle connections to one address: the first to end tells when, and the other is used at that very moment. */
import { setTimeout as delay } from 'node:timers/promises';
import type { HeldConnection, KeepAliveReuse } from '../../diagnosis/evidence.js';
import { type RequestTarget, renderRequest } from '../origin-probe/http.js';
import { exchangeWhole, type IdleStream } from './idle-stream.js';
import { type OpenSettings, openConnection } from './open-connection.js';

export interface HoldPlan extends OpenSettings {
  /** A new one for each request. */
  readonly target: () => RequestTarget;
  readonly answerTimeoutMs: number;
  readonly holdMs: number;
  readonly trace: (line: string) => void;
}

/** The second connection falls silent this much later, so that it is used this long before its own end. */
const staggerMs = 200;
const reuseTimeoutMs = 1_000;

type Held = { readonly idle: IdleStream; readonly because: null } | { readonly idle: null; readonly because: string };

/** One entry, and another where the second connection fared on its own. Rejects with the signal's reason only. */
export async function holdAddress(plan: HoldPlan, address: string): Promise<readonly HeldConnection[]> {
  const streams: IdleStream[] = [];
  const open = async (afterMs: number): Promise<Held> => {
    const held = await exchangeOnce(plan, address, afterMs);
    if (held.idle !== null) streams.push(held.idle);
    return held;
  };
  const onAbort = (): void => {
    for (const stream of streams) stream.destroy();
  };
  plan.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const [first, second] = await Promise.all([open(0), open(staggerMs)]);
    plan.signal.throwIfAborted();
    const watched = [watch(plan, first, second), ...(first.idle === null ? [] : [watch(plan, second, first)])];
    // Whichever ends first has used the other up.
    const results = await Promise.all(watched);
    plan.signal.throwIfAborted();
    const told = results.filter((result) => result !== null);
    const shown = told.length === 2 && told[0]?.outcome === told[1]?.outcome ? told.slice(0, 1) : told;
    return shown.map((result) => {
      plan.trace(`${address}: ${describe(result)}`);
      return { address, port: plan.connection.port, ...result };
    });
  } finally {
    plan.signal.removeEventListener('abort', onAbort);
    for (const stream of streams) stream.destroy();
  }
}

async function exchangeOnce(plan: HoldPlan, address: string, afterMs: number): Promise<Held> {
  if (afterMs > 0) await delay(afterMs, undefined, { signal: plan.signal });
  for (const method of ['GET', 'HEAD'] as const) {
    const { stream, because } = await openConnection(plan, address);
    if (stream === null) return { idle: null, because };
    const request = renderRequest(plan.target()).replace(/^GET /, `${method} `);
    const idle = await exchangeWhole(stream, request, method, plan.answerTimeoutMs);
    plan.signal.throwIfAborted();
    if (idle === null) break;
    // A long body is not worth reading to its end: HEAD keeps the connection just as well.
    if (idle !== 'too-long') return { idle, because: null };
  }
  return { idle: null, because: 'no complete answer' };
}

type Result = Omit<HeldConnection, 'address' | 'port'>;

/** Null where the other connection ended first and this one was used for the reuse. */
async function watch(plan: HoldPlan, held: Held, other: Held): Promise<Result | null> {
  if (held.idle === null)
    return {
      outcome: 'no-exchange',
      idleMs: null,
      status: null,
      announcesClose: false,
      announcedTimeoutSeconds: null,
      because: held.because,
      reuses: [],
    };
  const { idle } = held;
  const { status, announcesClose, announcedTimeoutSeconds, state } = idle.answer;
  const base = { status, announcesClose, announcedTimeoutSeconds, because: null };
  if (announcesClose || state === 'until-close')
    return { ...base, outcome: 'not-persistent', idleMs: idle.idleMs(), reuses: [] };
  const end = await idle.waitForEnd(plan.holdMs);
  if (idle.wasUsed()) return null;
  if (end === null) return { ...base, outcome: 'still-open', idleMs: plan.holdMs, reuses: [] };
  const reuses = await Promise.all([
    end.how === 'closed' ? reuse(plan, idle, 'after-close') : null,
    other.idle === null || other.idle.answer.announcesClose ? null : reuse(plan, other.idle, 'before-close'),
  ]);
  return { ...base, outcome: end.how, idleMs: end.idleMs, reuses: reuses.filter((one) => one !== null) };
}

async function reuse(
  plan: HoldPlan,
  idle: IdleStream,
  moment: KeepAliveReuse['moment'],
): Promise<KeepAliveReuse | null> {
  if (idle.wasUsed()) return null;
  const idleMs = idle.idleMs();
  return { moment, idleMs, outcome: await idle.reuse(renderRequest(plan.target()), reuseTimeoutMs) };
}

function describe({ outcome, idleMs, announcedTimeoutSeconds, because, reuses }: Result): string {
  const announced = announcedTimeoutSeconds === null ? '' : `, announced ${announcedTimeoutSeconds} s`;
  const again = reuses.map((one) => `; used ${one.moment} after ${one.idleMs} ms: ${one.outcome}`).join('');
  return because ?? `${outcome} after ${idleMs ?? 0} ms idle${announced}${again}`;
}
