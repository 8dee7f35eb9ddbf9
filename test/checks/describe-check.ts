/** The table that every check is tested with: what it finds, what it rules out, what it leaves open. */
import { describe, expect, it } from '@jest/globals';
import type { Check } from '../../src/diagnosis/check.js';
import type { AddressProbe, EvidenceMap, HttpProbe, OriginProbe, TlsProbe } from '../../src/diagnosis/evidence.js';
import type { Finding } from '../../src/diagnosis/finding.js';
import { anAddress, aProbe, aTls, now } from '../builders/evidence.js';

type Evidence = Partial<EvidenceMap>;

/** Fields of a finding to compare; asymmetric matchers may stand for values. */
type FindingParts = Readonly<Partial<Record<keyof Finding, unknown>>>;

export interface CheckTable {
  /** What differs -> the claim, and the parts of the finding that matter. */
  readonly found: readonly (readonly [string, Evidence, RegExp, FindingParts])[];
  readonly ruledOut: readonly (readonly [string, Evidence, RegExp])[];
  /** The message of the first thing missing, and the lead where there is one. */
  readonly inconclusive: readonly (readonly [string, Evidence, RegExp, RegExp?])[];
}

export function describeCheck(check: Check, table: CheckTable): void {
  const evaluate = (evidence: Evidence) => {
    const all = Object.fromEntries([...check.needs, ...check.uses].map((kind) => [kind, evidence[kind] ?? null]));
    return check.evaluate(all, now);
  };

  describe(check.id, () => {
    for (const [what, evidence, claim, parts] of table.found)
      it(`finds ${what}`, () => {
        const outcome = evaluate(evidence);
        expect(outcome).toMatchObject({
          state: 'found',
          findings: [{ claim: expect.stringMatching(claim), ...parts }],
        });
        if (outcome.state !== 'found') return;
        for (const finding of outcome.findings) {
          expect(finding.claim).not.toMatch(/\.$|undefined|null|\s{2}/);
          expect(finding.remedy).toMatch(/^[A-Z].*\.$/);
          for (const citation of finding.citations) expect(citation.fact).not.toMatch(/^$|undefined|null/);
        }
      });

    for (const [what, evidence, because] of table.ruledOut)
      it(`rules it out for ${what}`, () => {
        const outcome = evaluate(evidence);
        expect(outcome).toMatchObject({ state: 'ruled-out', because: expect.stringMatching(because) });
        if (outcome.state !== 'ruled-out') return;
        expect(outcome.because).toMatch(/^\S.*\.$/);
        expect(outcome.citations.length).toBeGreaterThan(0);
      });

    for (const [what, evidence, message, lead] of table.inconclusive)
      it(`leaves it open for ${what}`, () => {
        const outcome = evaluate(evidence);
        expect(outcome).toMatchObject({
          state: 'inconclusive',
          missing: [{ message: expect.stringMatching(message), remedy: expect.stringMatching(/\.$/) }],
        });
        if (outcome.state !== 'inconclusive') return;
        if (lead === undefined) expect(outcome.lead).toBeUndefined();
        else expect(outcome.lead).toMatch(lead);
      });
  });
}

/** A sound probe whose one address differs. */
export function probeOf(address: Partial<AddressProbe>, differing: Partial<OriginProbe> = {}): Evidence {
  return { 'origin-probe': aProbe({ addresses: [anAddress(address)], ...differing }) };
}

/** A sound probe whose one handshake differs. */
export function handshakeOf(tls: Partial<TlsProbe>, differing: Partial<OriginProbe> = {}): Evidence {
  return probeOf({ tls: aTls(tls) }, differing);
}

/** A sound probe with these answers over HTTP. */
export function answersOf(http: readonly HttpProbe[], differing: Partial<OriginProbe> = {}): Evidence {
  return probeOf({ http }, differing);
}
