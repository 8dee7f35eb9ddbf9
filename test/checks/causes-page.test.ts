/** The page of causes against the checks: neither may know one that the other does not. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../src/checks/index.js';

const page = readFileSync(new URL('../../docs/causes.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, cause = '']) => cause !== 'Cause' && !cause.startsWith('---'))
  .map(([, , check = '']) => check);

describe('docs/causes.md', () => {
  it('names every check once, and no other', () => {
    const named = rows.flatMap((check) => [...check.matchAll(/`([a-z0-9-]+)`/g)].map(([, id = '']) => id));
    expect(named.sort()).toEqual(checks.map(({ id }) => id).sort());
  });

  it('leaves no cause without a check', () => {
    expect(rows).toHaveLength(checks.length);
    for (const check of rows) expect(check).toMatch(/^`[a-z0-9-]+`$/);
  });

  it('defines every link that it uses', () => {
    for (const [, link] of page.matchAll(/\]\[([a-z0-9]+)\]/g))
      expect(page).toContain(`\n[${link}]: https://docs.aws.amazon.com/`);
  });
});
