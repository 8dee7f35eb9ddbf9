/** The published rules for how sure a finding may be: every row of the table. */
import { describe, expect, it } from '@jest/globals';
import type { Citation, Finding, Strength } from '../../src/diagnosis/finding.js';
import { capStrength, type StrengthFacts } from '../../src/diagnosis/strength.js';
import { blindVantage, misleadingVantage } from '../builders/evidence.js';

const valid = { class: 'valid', because: 'It went over the public internet.' } as const;

function aFinding(kind: Citation['kind'], strength: Strength = 'proven'): Finding {
  return {
    claim: 'It is broken',
    layer: 'cloudfront-to-origin',
    strength,
    originId: 'api',
    connectionId: 'api/https/origin.example.com',
    citations: [{ kind, ref: 'r', fact: 'f' }],
    explains: {},
    remedy: 'Mend it.',
  };
}

function facts(differing: Partial<StrengthFacts> = {}): StrengthFacts {
  return {
    vantage: valid,
    rewrittenBehaviours: [],
    isIdleStandby: false,
    limits: [],
    agreement: 'logs',
    agreementMissing: 'Nothing agrees.',
    ...differing,
  };
}

describe('capStrength', () => {
  it.each<[string, Citation['kind'], Partial<StrengthFacts>, Strength]>([
    ['seen from a valid vantage, and logged 502s fit', 'probe', {}, 'proven'],
    ['seen from a valid vantage, without rows to look at', 'probe', { agreement: 'metrics' }, 'supported'],
    ['seen from a valid vantage, and no 502 fits', 'probe', { agreement: 'none' }, 'supported'],
    ['seen from a misleading vantage, and logged 502s fit', 'probe', { vantage: misleadingVantage }, 'supported'],
    ['seen from a blind vantage, and logged 502s fit', 'probe', { vantage: blindVantage }, 'supported'],
    ['seen from a misleading vantage alone', 'probe', { vantage: misleadingVantage, agreement: 'none' }, 'possible'],
    ['seen from who knows where', 'probe', { vantage: null, agreement: 'metrics' }, 'possible'],
    ['counted at the balancer, and logged 502s fit', 'load-balancer', {}, 'proven'],
    ['counted at the balancer alone', 'load-balancer', { agreement: 'none' }, 'supported'],
    ['certain by configuration, and logged 502s fit', 'configuration', { vantage: null }, 'proven'],
    ['certain by configuration alone', 'configuration', { vantage: null, agreement: 'metrics' }, 'supported'],
    [
      'a configuration that an edge function may override',
      'configuration',
      { rewrittenBehaviours: ['*'] },
      'supported',
    ],
    [
      'a configuration that an edge function may override, alone',
      'configuration',
      { rewrittenBehaviours: ['*'], agreement: 'none' },
      'possible',
    ],
    [
      'a probe, and a function on a behaviour that is not of the finding',
      'probe',
      { rewrittenBehaviours: ['/api/*'] },
      'proven',
    ],
    ['logged 502s that fit, and nothing seen', 'access-log', {}, 'supported'],
    ['metrics, and nothing seen', 'metric', { agreement: 'metrics' }, 'possible'],
    ['an idle standby', 'probe', { isIdleStandby: true }, 'possible'],
    ['seen, and the 502s that fit would fit anything', 'probe', { agreement: 'vague' }, 'supported'],
    ['not seen, and the 502s that fit would fit anything', 'access-log', { agreement: 'vague' }, 'supported'],
    [
      'seen, and the traffic speaks against it',
      'probe',
      {
        limits: [
          { strength: 'supported', because: 'Somewhat.' },
          { strength: 'possible', because: 'Much.' },
        ],
      },
      'possible',
    ],
  ])('%s: %s', (_, kind, differing, expected) => {
    const capped = capStrength(aFinding(kind), facts(differing));
    expect(capped.strength).toBe(expected);
    if (expected === 'proven') expect(capped.cappedBecause).toBeNull();
    else expect(capped.cappedBecause).toMatch(/^[A-Z].*\.$/);
  });

  it('never lifts a claim', () => {
    for (const strength of ['supported', 'possible'] as const)
      expect(capStrength(aFinding('probe', strength), facts())).toEqual({ strength, cappedBecause: null });
  });

  it('says why, with the vantage in its own words', () => {
    expect(capStrength(aFinding('probe'), facts({ vantage: misleadingVantage })).cappedBecause).toContain(
      misleadingVantage.because,
    );
  });

  it.each<[string, readonly string[], readonly string[], Strength]>([
    ['its only behaviour', ['*'], ['*'], 'supported'],
    ['each of its behaviours', ['*', '/api/*'], ['/api/*', '*'], 'supported'],
    ['one of its behaviours', ['*', '/api/*'], ['/api/*'], 'proven'],
    ['none of its behaviours', ['*'], [], 'proven'],
  ])(
    'caps what was probed by a function that may choose another origin on %s',
    (_, behaviours, rewritten, expected) => {
      const finding = { ...aFinding('probe'), explains: { behaviours } };
      const capped = capStrength(finding, facts({ rewrittenBehaviours: rewritten }));
      expect(capped.strength).toBe(expected);
      if (expected === 'supported')
        expect(capped.cappedBecause).toMatch(/^An edge function on .* may send each request/);
    },
  );

  it('caps what a balancer is set to be by such a function, and not what it counted', () => {
    const settings = { ...aFinding('load-balancer'), layer: 'configuration' } as const;
    const rewritten = facts({ rewrittenBehaviours: ['*'] });
    expect(capStrength(settings, facts()).strength).toBe('proven');
    expect(capStrength(settings, rewritten).strength).toBe('supported');
    expect(capStrength(aFinding('load-balancer'), rewritten).strength).toBe('proven');
  });

  it('leaves a remark that explains no 502 as sure as it is', () => {
    expect(capStrength({ ...aFinding('configuration'), explains: null }, facts({ agreement: 'none' })).strength).toBe(
      'proven',
    );
  });
});
