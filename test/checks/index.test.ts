/** The list of checks against the folder: a check that is not listed, not tested or not documented fails here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';

const folder = new URL('../../src/checks/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
  .map((name) => name.replace(/\.ts$/, ''));

describe('the list of checks', () => {
  it('holds every file of the folder once, by its name', () => {
    expect(checks.map(({ id }) => id).sort()).toEqual(files.sort());
  });

  it.each(checks.map((check) => [check.id, check] as const))('%s keeps the conventions', (id, check) => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(check.title).toMatch(/^[A-Z].*[^.]$/);
    expect(check.why).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/);
    expect(check.needs.length).toBeGreaterThan(0);
    const source = readFileSync(new URL(`${id}.ts`, folder), 'utf8');
    expect(source).toMatch(/^\/\*\* .+ \*\/\n/);
    expect(source.split('\n').length).toBeLessThanOrEqual(80);
    expect(source).toContain(`id: '${id}'`);
    expect(existsSync(new URL(`${id}.test.ts`, import.meta.url))).toBe(true);
  });

  it('is told apart by its titles', () => {
    expect(new Set(checks.map(({ title }) => title)).size).toBe(checks.length);
  });
});
