import { describe, expect, it } from '@jest/globals';
import { relayedBadGateway } from '../../world/origin-answers.js';
import { useProbeWorld } from './probe-world.js';

const world = useProbeWorld();
const plainHttp = { connection: { scheme: 'http', sni: null }, paths: ['/a', '/b', '/c'] } as const;
const bad = relayedBadGateway('nginx');

describe('what met a fault is asked for again', () => {
  it('and told where one of several servers has it', async () => {
    const origin = await world.start({ turns: [bad, {}, {}] });
    const { addresses } = await world.probe(origin.port, plainHttp);
    const http = addresses[0]?.http ?? [];
    const answersOf = (path: string) => new Set(http.filter((one) => one.path === path).map(({ status }) => status));
    expect(['/a', '/b', '/c'].filter((path) => answersOf(path).size === 2).length).toBeGreaterThanOrEqual(1);
    expect(origin.requests).toHaveLength(8);
  });

  it('and nothing is told where a path always fails', async () => {
    const origin = await world.start({ paths: { '/b': bad } });
    const { addresses } = await world.probe(origin.port, plainHttp);
    expect(addresses[0]?.http.map(({ path, status }) => [path, status])).toEqual([
      ['/a', 200],
      ['/b', 502],
      ['/c', 200],
    ]);
    expect(origin.requests).toHaveLength(8);
  });

  it('and never where all is sound', async () => {
    const origin = await world.start();
    await world.probe(origin.port, plainHttp);
    expect(origin.requests).toHaveLength(3);
  });
});
