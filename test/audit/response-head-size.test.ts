/** What the item response-head-size says of a distribution. */
import { responseHeadSize } from '../../src/audit/response-head-size.js';
import { probesOf, unseen } from '../builders/audit.js';
import { aDeadAddress, anAddress, anAnswer, aProbe } from '../builders/evidence.js';
import { describeItem } from './describe-item.js';

const head = (headBytes: number) =>
  probesOf(
    aProbe({
      addresses: [
        anAddress({
          http: [
            anAnswer(),
            anAnswer({ path: '/login', headBytes, headerBytes: [{ name: 'set-cookie', bytes: headBytes - 300 }] }),
          ],
        }),
      ],
    }),
  );

describeItem(responseHeadSize, [
  ['room enough', { 'origin-probes': head(9_000) }, 'in-place', /9,000 of 32,768 bytes, on \/login/],
  ['more than 10 KB, which is no limit', { 'origin-probes': head(12_000) }, 'in-place', /12,000/],
  [
    'near the limit',
    { 'origin-probes': head(26_000) },
    'at-risk',
    /26,000 of 32,768 .* set-cookie/,
    /Shorten set-cookie/,
  ],
  ['past the limit', { 'origin-probes': head(40_000) }, 'at-risk', /40,000/],
  [
    'no answer',
    { 'origin-probes': probesOf(aProbe({ addresses: [aDeadAddress('refused')] })) },
    'unknown',
    /No origin answered/,
  ],
  ['no probe', { 'origin-probes': unseen('api') }, 'unknown', /No origin answered/, /Allow it/],
]);
