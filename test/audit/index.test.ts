/** The list of audit items against the folder, and their conventions. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { auditItems } from '../../src/audit/index.js';

const folder = new URL('../../src/audit/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
  .map((name) => name.replace(/\.ts$/, ''));

describe('the list of audit items', () => {
  it('holds every file of the folder once, by its name', () => {
    expect(auditItems.map(({ id }) => id).sort()).toEqual(files.sort());
  });

  it.each(auditItems.map((item) => [item.id, item] as const))('%s keeps the conventions', (id, item) => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(item.title).toMatch(/^[A-Z].*[^.]$/);
    expect(item.why).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/);
    expect(item.matters).toMatch(/^[A-Z].{20,240}\.$/);
    expect(item.offers).toMatch(/^[A-Z0-9].{20,420}\.$/);
    expect(item.needs.length).toBeGreaterThan(0);
    const source = readFileSync(new URL(`${id}.ts`, folder), 'utf8');
    expect(source).toMatch(/^\/\*\* .+ \*\/\n/);
    expect(source.split('\n').length).toBeLessThanOrEqual(110);
    expect(source).toContain(`id: '${id}'`);
    expect(existsSync(new URL(`${id}.test.ts`, import.meta.url))).toBe(true);
  });

  it('is told apart by its titles', () => {
    expect(new Set(auditItems.map(({ title }) => title)).size).toBe(auditItems.length);
  });

  it('never calls a metric by the name that does not exist, except to say so', () => {
    for (const { id, matters, offers } of auditItems)
      if (id !== 'origin-latency-metric') expect(matters + offers).not.toContain('OriginResponseTime');
  });
});
