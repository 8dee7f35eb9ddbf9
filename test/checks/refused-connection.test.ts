import { expect } from '@jest/globals';
import { refusedConnection } from '../../src/checks/refused-connection.js';
import {
  aCell,
  aDeadAddress,
  anAddress,
  aProbe,
  aResolution,
  misleadingVantage,
  someLogs,
} from '../builders/evidence.js';
import { describeCheck, probeOf } from './describe-check.js';

const probe = (...addresses: Parameters<typeof aDeadAddress>[0][]) => ({
  'origin-probe': aProbe({ addresses: addresses.map((outcome, index) => aDeadAddress(outcome, `192.0.2.${index}`)) }),
});

describeCheck(refusedConnection, {
  found: [
    [
      'a refusal, with the caveat on the status',
      probe('refused'),
      /^origin\.example\.com refuses connections on port 443 \(that CloudFront answers this with 502 is inferred\)$/,
      { strength: 'proven', explains: expect.not.objectContaining({ hosts: expect.anything() }) },
    ],
    [
      'a refusal that the logs confirm',
      { ...probe('refused'), 'access-logs': someLogs({ cells: [aCell()] }) },
      /on port 443$/,
      {},
    ],
    [
      'one address of two',
      { 'origin-probe': aProbe({ addresses: [anAddress(), aDeadAddress('refused', '192.0.2.11')] }) },
      /\(on 1 of 2 addresses\)$/,
      { citations: [expect.objectContaining({ fact: 'TCP refused after 8 ms, refused 3 of 3' })] },
    ],
    [
      'an address that refuses now and then, less surely',
      probeOf({
        tcp: {
          outcome: 'connected',
          errorCode: null,
          elapsedMs: 8,
          attempts: [
            { outcome: 'connected', count: 2 },
            { outcome: 'refused', count: 1 },
          ],
        },
      }),
      /^origin\.example\.com refuses 1 of 3 connections on port 443/,
      { strength: 'supported' },
    ],
  ],
  ruledOut: [
    ['a reset, which is another cause', probe('reset'), /accepts connections/],
    ['a port that is open', probeOf({}), /accepts connections on port 443/],
    ['a port that is open, whatever the handshake', probeOf({}, { vantage: misleadingVantage }), /accepts connections/],
    [
      'a name that does not resolve',
      { 'origin-probe': aProbe({ dns: aResolution({ outcome: 'nxdomain' }) }) },
      /does not resolve/,
    ],
  ],
  inconclusive: [
    ['silence', probe('timed-out'), /did not answer/],
    [
      'silence of one address',
      { 'origin-probe': aProbe({ addresses: [anAddress(), aDeadAddress('timed-out', '192.0.2.11')] }) },
      /1 address .* did not answer from here/,
    ],
    [
      'addresses that may not be probed',
      {
        'origin-probe': aProbe({
          addresses: [],
          refusedAddresses: [{ address: '10.0.0.1', because: 'it is private.' }],
        }),
      },
      /may be probed: it is private/,
    ],
  ],
});
