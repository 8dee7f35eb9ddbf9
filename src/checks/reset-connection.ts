/** The origin, or something before it, resets the connection in the handshake or while the request is under way. */
import { describeAnswer, readAnswers } from '../diagnosis/answer.js';
import { defineCheck } from '../diagnosis/check.js';
import type { AddressProbe, HttpProbe, TlsProbe } from '../diagnosis/evidence.js';
import { badGatewayPage, describeHandshake, unexplainedHandshakes } from '../diagnosis/handshake.js';
import { judgeProbe } from '../diagnosis/judge-probe.js';
import { resultsOf } from '../diagnosis/log-results.js';
import { nameOf } from '../diagnosis/probe-subject.js';

type Tcp = AddressProbe['tcp'];

export const resetConnection = defineCheck({
  id: 'reset-connection',
  title: 'Connection reset',
  layer: 'cloudfront-to-origin',
  why: badGatewayPage,
  needs: ['origin-probe'],
  uses: ['access-logs'],
  evaluate: ({ 'origin-probe': probe, 'access-logs': logs }) =>
    judgeProbe<Tcp | TlsProbe | HttpProbe>(probe, {
      over: 'http',
      metAt: (reading) => ('attempts' in reading ? 'tcp' : 'sni' in reading ? 'tls' : 'http'),
      read: (address) => [...readReset(address.tcp), ...unexplainedHandshakes(address), ...readAnswers(address)],
      isFault: ({ outcome }) => outcome === 'reset',
      claim: (reading, connection) => `${nameOf(connection)} resets the connection ${momentOf(reading)}`,
      fact: (reading) => {
        if ('attempts' in reading) return `TCP ${reading.outcome} after ${reading.elapsedMs} ms`;
        return 'sni' in reading ? describeHandshake(reading) : describeAnswer(reading);
      },
      mayBeOurOffer: (reading) => 'sni' in reading,
      // A few resets among many connections may be due to the probe itself.
      strength: (reading) => ('attempts' in reading && countEndings(reading) > 1 ? 'supported' : 'proven'),
      sound: (connection) => `${nameOf(connection)} does not reset connections.`,
      remedy:
        'Look on the origin, and on the firewall or proxy before it, for what resets the connection: a crash, a connection limit, a rule.',
      layer: 'cloudfront-to-origin',
      detailedResults: [...new Set([...resultsOf.cut, ...resultsOf.connect])],
      dependsOnHost: true,
      mayComeAndGo: { logs },
    }),
});

/** A connection that came about, or did not for another reason, says nothing here. */
function readReset(tcp: Tcp): readonly Tcp[] {
  return tcp.outcome === 'reset' ? [tcp] : [];
}

function countEndings({ attempts }: Tcp): number {
  return attempts.filter(({ count }) => count > 0).length;
}

function momentOf(reading: Tcp | TlsProbe | HttpProbe): string {
  if ('attempts' in reading) return 'as soon as it is made';
  return 'sni' in reading ? 'in the TLS handshake' : `instead of answering ${reading.path}`;
}
