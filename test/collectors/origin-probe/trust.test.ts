import { rootCertificates } from 'node:tls';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeCertificate, parseCertificate } from '../../../src/collectors/origin-probe/certificates.js';
import { createTrustStore, evaluateTrust, type TrustJudgement } from '../../../src/collectors/origin-probe/trust.js';
import type { TrustProblem } from '../../../src/diagnosis/evidence.js';
import {
  daysFromNow,
  type Minted,
  mintAuthority,
  mintCertificate,
  type TestAuthority,
} from '../../world/certificates.js';

let authority: TestAuthority;
let leaf: Minted;
let lower: Minted;
let lowerLeaf: Minted;
beforeAll(async () => {
  authority = await mintAuthority();
  leaf = await authority.mintLeaf(['a.example.test']);
  lower = await mintCertificate({ commonName: 'lower', isAuthority: true, issuer: authority.intermediate });
  lowerLeaf = await authority.mintLeaf(['a.example.test'], { issuer: lower });
});

function judge(chain: readonly Minted[], options: { now?: Date; orderIsKnown?: boolean } = {}): TrustJudgement {
  return evaluateTrust(
    chain.map(({ certificate }) => certificate),
    createTrustStore([authority.root.pem]),
    options.now ?? new Date(),
    options.orderIsKnown ?? true,
  );
}

describe('evaluateTrust', () => {
  it('trusts a complete chain in order, with or without its root', () => {
    const { root, intermediate } = authority;
    for (const chain of [
      [leaf, intermediate],
      [leaf, intermediate, root],
      [lowerLeaf, lower, intermediate],
      [lowerLeaf, lower, intermediate, root],
      [leaf, leaf, intermediate],
    ])
      expect(judge(chain)).toMatchObject({ problems: [], missingIssuer: null });
  });

  it('names the issuer that was not sent', () => {
    expect(judge([leaf])).toMatchObject({
      problems: ['incomplete-chain'],
      missingIssuer: 'CN=cf502 test intermediate',
    });
  });

  it('sees every order but the right one', () => {
    const { root, intermediate } = authority;
    for (const chain of [
      [leaf, root, intermediate],
      [lowerLeaf, intermediate, lower],
      [lowerLeaf, lower, root, intermediate],
    ])
      expect(judge(chain).problems).toEqual(['misordered-chain']);
    expect(judge([lowerLeaf, intermediate, lower], { orderIsKnown: false }).problems).toEqual([]);
  });

  it('finds several problems at once', async () => {
    const expired = await authority.mintLeaf(['a.example.test'], {
      validFrom: daysFromNow(-20),
      validTo: daysFromNow(-10),
    });
    expect(judge([expired]).problems).toEqual(['incomplete-chain', 'expired']);
    expect(judge([expired, authority.root, authority.intermediate]).problems).toEqual(['misordered-chain', 'expired']);
  });

  it('goes by the clock that it is given', () => {
    const chain = [leaf, authority.intermediate];
    const ends = new Date(leaf.certificate.validTo);
    expect(judge(chain, { now: new Date(ends.getTime() - 1) }).problems).toEqual([]);
    expect(judge(chain, { now: ends }).problems).toEqual(['expired']);
    expect(judge(chain, { now: daysFromNow(-31) }).problems).toEqual(['not-yet-valid']);
  });

  it('tells self-signed from a private authority', async () => {
    const selfSigned = await mintCertificate({ commonName: 'a.example.test', names: ['a.example.test'] });
    const elsewhere = await mintAuthority('private');
    const foreign = await elsewhere.mintLeaf(['a.example.test']);
    const cases: readonly [readonly Minted[], readonly TrustProblem[]][] = [
      [[selfSigned], ['self-signed']],
      [[foreign, elsewhere.intermediate, elsewhere.root], ['unknown-root']],
      [[foreign, elsewhere.intermediate], ['unknown-root']],
    ];
    for (const [chain, problems] of cases) expect(judge(chain).problems).toEqual(problems);
  });

  it('does not take a name for a signature', async () => {
    const impostor = await mintAuthority();
    expect(judge([leaf, impostor.intermediate]).problems).toEqual(['invalid']);
  });

  it('does not take a certificate for an authority that is none', async () => {
    const notAnAuthority = await authority.mintLeaf(['not-an-authority']);
    const child = await authority.mintLeaf(['a.example.test'], { issuer: notAnAuthority });
    expect(judge([child, notAnAuthority, authority.intermediate]).problems).toEqual(['invalid']);
  });

  it('remarks on certificates that have no part in the chain, and leaves it at that', async () => {
    const stray = await authority.mintLeaf(['stray.example.test'], { validTo: daysFromNow(-1) });
    const { problems, remarks } = judge([leaf, authority.intermediate, stray]);
    expect(problems).toEqual([]);
    expect(remarks).toEqual(['1 of the certificates served have no part in the chain']);
  });

  it('takes the renewed of two intermediates for one key, whichever comes first', async () => {
    const other = await mintAuthority('other');
    const crossSigned = await mintCertificate({ commonName: 'lower', isAuthority: true, issuer: other.root });
    expect(judge([lowerLeaf, crossSigned, lower, authority.intermediate]).problems).toEqual([]);
  });

  it('says nothing of no certificates', () => {
    expect(judge([])).toEqual({ problems: [], missingIssuer: null, remarks: [] });
  });

  it('knows every root of Mozilla’s that Node ships', () => {
    const store = createTrustStore([...rootCertificates, 'not a certificate']);
    const unknown = rootCertificates.filter((pem) => {
      const root = parseCertificate(pem);
      return root === null || !store.holds(root) || describeCertificate(root) === null;
    });
    expect(unknown).toEqual([]);
    expect(store.knowsOrganisation('Internet Security Research Group')).toBe(true);
  });
});
