/** The lab against origins that keep their connections for as long as a test says. */
import { describe, expect, it } from '@jest/globals';
import { collectKeepAlive } from '../../../src/collectors/keep-alive.js';
import { describeEvidence } from '../../../src/diagnosis/describe-evidence.js';
import type { HeldConnection, KeepAliveLab } from '../../../src/diagnosis/evidence.js';
import { Failure } from '../../../src/failure.js';
import type { NetworkSettings } from '../../../src/platform/network-settings.js';
import { collected } from '../../builders/evidence.js';
import { soundTls } from '../../world/origin-faults.js';
import { findRefusingPort } from '../../world/ports.js';
import { buildContext, buildTask, originName, type TaskOverrides } from '../origin-probe/probe-builders.js';
import { useProbeWorld } from '../origin-probe/probe-world.js';

const world = useProbeWorld();
const plainHttp: TaskOverrides = { connection: { scheme: 'http' } };

async function hold(
  port: number,
  overrides: TaskOverrides = plainHttp,
  network: Partial<NetworkSettings> = {},
  signal?: AbortSignal,
): Promise<KeepAliveLab> {
  const { origin, connection } = buildTask(port, overrides);
  const context = buildContext(
    { dnsServers: [world.dns.server], extraTrustRoots: [world.authority.root.pem], keepAliveHoldMs: 6_000, ...network },
    signal,
  );
  return collectKeepAlive(context, { kind: 'keep-alive', origin, connection, path: '/' });
}
const onlyOne = ({ held }: KeepAliveLab): HeldConnection => {
  expect(held).toHaveLength(1);
  const [first] = held;
  if (first === undefined) throw new Error('nothing was held');
  return first;
};

describe('the keep-alive lab', () => {
  it('measures when the origin closes an idle connection, and uses one just before and one just after', async () => {
    const origin = await world.start({
      idle: { endAfterMs: 1_000 },
      answer: { headers: [['Keep-Alive', 'timeout=5']] },
    });
    const lab = await hold(origin.port);
    const held = onlyOne(lab);
    expect(held).toMatchObject({ outcome: 'closed', status: 200, announcedTimeoutSeconds: 5, announcesClose: false });
    // The origin counts from when it wrote, the lab from when it read.
    expect(held.idleMs).toBeGreaterThan(500);
    expect(held.idleMs).toBeLessThan(6_000);
    const [after, before] = held.reuses;
    expect(before).toMatchObject({ moment: 'before-close', outcome: 'answered' });
    expect(before?.idleMs).toBeLessThan(held.idleMs ?? 0);
    expect(after).toMatchObject({ moment: 'after-close' });
    expect(['reset', 'closed']).toContain(after?.outcome);
    expect(lab.vantage.class).toBe('valid');
    expect(describeEvidence('keep-alive', collected(lab))).toMatch(/^closed idle after \d\.\d s$/);
  });

  it('measures over TLS too, with the server name that CloudFront sends', async () => {
    const tls = await soundTls(world.authority, [originName]);
    const origin = await world.start({ tls, idle: { endAfterMs: 1_000 } });
    const held = onlyOne(await hold(origin.port, {}));
    expect(held).toMatchObject({ outcome: 'closed', status: 200 });
    expect(held.idleMs).toBeGreaterThan(500);
    expect(held.reuses).toContainEqual(expect.objectContaining({ moment: 'before-close', outcome: 'answered' }));
    expect(origin.requests[0]?.serverName).toBe(originName);
  });

  it('tells a reset from a close', async () => {
    const origin = await world.start({ idle: { endAfterMs: 300, how: 'reset' } });
    expect(onlyOne(await hold(origin.port))).toMatchObject({ outcome: 'reset' });
  });

  it('tells a reset from a close over TLS', async () => {
    const tls = await soundTls(world.authority, [originName]);
    const origin = await world.start({ tls, idle: { endAfterMs: 300, how: 'reset' } });
    expect(onlyOne(await hold(origin.port, {}))).toMatchObject({ outcome: 'reset' });
  });

  it('stops at the limit of the policy, and holds no longer than CloudFront and two seconds more', async () => {
    const origin = await world.start();
    const lab = await hold(origin.port, plainHttp, { keepAliveHoldMs: 300 });
    expect(onlyOne(lab)).toMatchObject({ outcome: 'still-open', idleMs: 300, reuses: [] });
    expect(lab).toMatchObject({ holdMs: 300, keepAliveTimeoutSeconds: 5 });
    await origin.idle();
    expect(origin.accepted).toBe(2);
  });

  it.each([
    ['says that it will close', { headers: [['Connection', 'close']] } as const],
    ['ends its body with the connection', { raw: 'HTTP/1.1 200 OK\r\n\r\nhello', afterwards: 'close' } as const],
    ['speaks HTTP/1.0', { raw: 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', afterwards: 'close' } as const],
  ])('holds nothing that is not to be kept: an origin that %s', async (_, answer) => {
    const origin = await world.start({ answer });
    expect(onlyOne(await hold(origin.port))).toMatchObject({ outcome: 'not-persistent' });
  });

  it.each([
    ['chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\n\r\n'],
    ['cut into lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
    ['preceded by an interim answer', 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'],
  ])('reads a body that is %s', async (_, raw) => {
    const origin = await world.start({ answer: { raw, afterwards: 'hold' } });
    expect(onlyOne(await hold(origin.port, plainHttp, { keepAliveHoldMs: 200 }))).toMatchObject({
      outcome: 'still-open',
    });
  });

  it('asks with HEAD where the body is too long to wait for', async () => {
    const origin = await world.start({
      answer: { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n', afterwards: 'hold' },
    });
    expect(onlyOne(await hold(origin.port, plainHttp, { keepAliveHoldMs: 200 }))).toMatchObject({
      outcome: 'still-open',
    });
    expect(origin.requests.map(({ method }) => method)).toContain('HEAD');
  });

  it.each([
    ['resets', { answer: 'reset' } as const, 'no complete answer'],
    ['closes', { answer: 'close' } as const, 'no complete answer'],
    [
      'answers nonsense',
      { answer: { raw: 'SSH-2.0-OpenSSH\r\n\r\n', afterwards: 'hold' } } as const,
      'no complete answer',
    ],
  ])('says why there was no exchange: an origin that %s', async (_, options, because) => {
    const origin = await world.start(options);
    expect(onlyOne(await hold(origin.port))).toMatchObject({ outcome: 'no-exchange', idleMs: null, because });
  });

  it('says why there was no connection', async () => {
    const lab = await hold(await findRefusingPort());
    expect(onlyOne(lab)).toMatchObject({ outcome: 'no-exchange', because: 'TCP refused' });
  });

  it('sends nothing to a VPC origin, nor where the policy says 0, nor to an address that may not be probed', async () => {
    const origin = await world.start();
    for (const lab of [
      await hold(origin.port, { ...plainHttp, origin: { kind: 'vpc', vpcOriginId: 'vo_1' } }),
      await hold(origin.port, plainHttp, { keepAliveHoldMs: 0 }),
      await hold(origin.port, plainHttp, { allowedRanges: [] }),
    ])
      expect(lab).toMatchObject({ held: [], vantage: { class: 'blind' } });
    expect(origin.accepted).toBe(0);
  });

  it('stops at once when the check is stopped', async () => {
    const origin = await world.start();
    const controller = new AbortController();
    const held = hold(origin.port, plainHttp, { keepAliveHoldMs: 60_000 }, controller.signal);
    await origin.requested(2);
    controller.abort(new Failure('cancelled', 'stopped'));
    await expect(held).rejects.toThrow('stopped');
    await origin.idle();
  });
});
