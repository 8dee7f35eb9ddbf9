import { describe, expect, it } from '@jest/globals';
import { renderChanges } from '../../../src/slack/render/changes.js';
import { writeChanges } from '../../../src/terminal/changes.js';
import { createPage } from '../../../src/terminal/page.js';
import { aChange } from '../../builders/evidence.js';
import { verdict } from '../../builders/verdict.js';

const changed = verdict({ changes: [{ ...aChange(), minutesBefore: 4 }] });

describe('what changed', () => {
  it('is a message of its own in the thread', () => {
    const message = renderChanges(changed);
    expect(message?.text).toBe('What changed: UpdateDistribution by deploy, 4 min before the 502s began.');
    expect(JSON.stringify(message?.blocks)).toContain('E1A2B3C4D5E6F7');
  });

  it('is a section in the terminal', () => {
    const page = createPage({ width: 100, colour: false });
    writeChanges(page, changed);
    expect(page.toString()).toContain('2026-11-20 09:40 UTC: UpdateDistribution by deploy, 4 min before');
  });

  it('is left out where nothing is on record', () => {
    expect(renderChanges(verdict())).toBeNull();
    const page = createPage({ width: 100, colour: false });
    writeChanges(page, verdict());
    expect(page.toString().trim()).toBe('');
  });
});
