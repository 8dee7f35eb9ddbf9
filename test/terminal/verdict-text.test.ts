/** The verdict as a person reads it in a terminal, and as a program reads it. */
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checks } from '../../src/checks/index.js';
import { concludeVerdict } from '../../src/diagnosis/conclude-verdict.js';
import { evaluateEvidence } from '../../src/diagnosis/evaluate.js';
import type { EvidenceBag } from '../../src/diagnosis/evidence.js';
import type { Verdict } from '../../src/diagnosis/verdict.js';
import { renderReport } from '../../src/terminal/report.js';
import { renderVerdictText } from '../../src/terminal/verdict-text.js';
import { now } from '../builders/evidence.js';

function golden(name: string): Verdict {
  const file = new URL(`../golden/${name}.json`, import.meta.url);
  const { bag } = JSON.parse(readFileSync(file, 'utf8')) as { readonly bag: EvidenceBag };
  return concludeVerdict(bag, evaluateEvidence(checks, bag, now), now);
}
const page = { width: 80, colour: false };
const stories = ['healthy', 'blind', 'incomplete-chain', 'two-causes', 'unused-origin'];

describe('renderVerdictText', () => {
  it('answers first, then proves, then says what it rests on', () => {
    const text = renderVerdictText(golden('incomplete-chain'), page);
    expect(text.replace(/\n\s*/g, ' ')).toMatch(
      /^api\.example\.com does not send .* explains 412 of 430\. .*Distribution +E1A2B3C4D5E6F7 .*502s +430 of 10,000 requests; 18 not explained .*Cause: Incomplete certificate chain \[proven\].*probe: .*Do: .*See: https:.*in common.*path +\/api\/orders\/:id +260 +1,200 +5\.0x.*Ruled out \(\d+;.*TLS: .*expired certificate, .*What this rests on.*Access logs.*What would settle it/,
    );
  });

  it('names what else was seen apart from the cause', () => {
    const text = renderVerdictText(golden('unused-origin'), page);
    expect(text).toMatch(/^Cause: Connection refused \[proven\]$/m);
    expect(text).toMatch(/^Also seen, not the cause of these 502s: Expired certificate \[supported\]$/m);
  });

  it.each(stories)('keeps to the width and needs no colour: %s', (name) => {
    for (const width of [40, 80, 100])
      for (const line of renderVerdictText(golden(name), { width, colour: false }).split('\n')) {
        if (!line.includes('See: https://')) expect(line.length).toBeLessThanOrEqual(width);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
  });

  it('says the same in colour', () => {
    const colourless = renderVerdictText(golden('two-causes'), page);
    const colourful = renderVerdictText(golden('two-causes'), { ...page, colour: true });
    expect(colourful).toContain('\u001b[31m');
    expect(stripVTControlCharacters(colourful)).toBe(colourless);
  });
});

describe('renderReport', () => {
  const report = renderReport(golden('incomplete-chain'));

  it('has the documented shape', () => {
    expect(report).toMatchObject({
      format: 'cf502.report/1',
      outcome: 'cause-found',
      target: { asked: 'E1A2B3C4D5E6F7', distributionId: 'E1A2B3C4D5E6F7' },
      window: { from: '2026-11-20T09:15:00.000Z', to: '2026-11-20T10:15:00.000Z' },
      failures: { count: 430, requests: 10_000, source: 'access-logs' },
      unexplained: 18,
      causes: [
        {
          id: 'incomplete-certificate-chain',
          strength: 'proven',
          origin: 'api',
          connection: 'api/https/api.example.com',
          explained: { count: 412, of: 430 },
          evidence: [{ kind: 'probe', ref: 'api/https/api.example.com at 192.0.2.10:443', fact: expect.any(String) }],
        },
      ],
      coverage: { logs: { rows: 10_000 }, missing: [] },
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('has no field that docs/report.md does not explain', () => {
    const documented = readFileSync(new URL('../../docs/report.md', import.meta.url), 'utf8');
    const [cause] = report.causes;
    const fields = [...Object.keys(report), ...Object.keys(cause ?? {})];
    expect(fields.length).toBeGreaterThan(25);
    for (const field of fields) expect(documented).toMatch(new RegExp(`^\\| \`${field}\` +\\|`, 'm'));
    for (const list of [report.coverage, report.ruledOut[0], report.failures, report.target, report.overRepresented[0]])
      for (const field of Object.keys(list ?? {})) expect(documented).toContain(`\`${field}\``);
  });
});

describe('hostile text', () => {
  it('cannot drive the terminal: no control characters from anywhere reach the page or the report', () => {
    const evil = fc.string({
      unit: fc.constantFrom('\u001b', '[2J', '\u0007', '\u009b', '\r', '\n', '\u202e', 'a', ' ', '\ud800'),
    });
    fc.assert(
      fc.property(evil, fc.constantFrom(...stories), (text, name) => {
        const poisoned = JSON.parse(
          JSON.stringify(golden(name)).replaceAll('example.com', JSON.stringify(text).slice(1, -1)),
        ) as Verdict;
        for (const line of renderVerdictText(poisoned, page).split('\n')) expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
        expect(JSON.stringify(renderReport(poisoned))).not.toMatch(/\\u00|\u009b|\u202e/);
      }),
      { numRuns: 60 },
    );
  });
});
