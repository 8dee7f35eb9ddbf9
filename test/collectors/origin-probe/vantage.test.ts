/** What a probe says of itself, for each kind of origin. */
import { describe, expect, it } from '@jest/globals';
import { rankVantage, rankVantageBefore } from '../../../src/collectors/origin-probe/vantage.js';
import type { Origin } from '../../../src/diagnosis/evidence.js';
import { aConnection, anAddress, anOrigin, aResolution } from '../../builders/evidence.js';

const seen = { dns: aResolution(), refusedAddresses: [], addresses: [anAddress()] };
const noteOf = (origin: Partial<Origin>, host = 'origin.example.com') =>
  rankVantage(anOrigin(origin), aConnection({ host }), seen).because;

describe('the vantage of a finished probe', () => {
  it.each([
    [{ kind: 's3', usesOriginAccessControl: true }, /a 403 is expected/],
    [{ kind: 's3', usesOriginAccessControl: false }, /a 403 means what it says/],
    [{ kind: 'lambda-url', usesOriginAccessControl: true }, /a 403 is expected/],
    [{ kind: 's3-website' }, /plain HTTP only/],
    [{ kind: 'api-gateway' }, /where the path has no stage/],
    [{ kind: 'custom', customHeaderNames: ['X-Secret'] }, /custom headers/],
    [{ kind: 'custom' }, /server name and Host\.$/],
  ] as const)('says of %j what it cannot tell', (origin, note) => {
    expect(noteOf(origin)).toMatch(note);
  });

  it.each(['lambda-url', 'api-gateway'] as const)('says that %s does not know a forwarded Host', (kind) => {
    expect(noteOf({ kind }, 'www.example.com')).toMatch(/own name/);
  });

  it('is known before for a VPC origin', () => {
    expect(rankVantageBefore(anOrigin({ kind: 'vpc' }))).toMatchObject({ class: 'blind' });
    expect(rankVantageBefore(anOrigin())).toBeNull();
  });
});
