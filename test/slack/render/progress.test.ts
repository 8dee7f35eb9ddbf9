/** What the live message shows while a check runs. */
import { describe, expect, it } from '@jest/globals';
import { degrade } from '../../../src/slack/render/degrade.js';
import { renderProgress } from '../../../src/slack/render/progress.js';
import { readMessage } from '../../builders/read-message.js';
import { progress } from '../../builders/verdict.js';

const types = (message: ReturnType<typeof renderProgress>): string[] => message.blocks.map(({ type }) => type);

describe('the live message', () => {
  it('is a plan with a card for each task where Slack takes it', () => {
    const message = renderProgress(progress(), { usePlan: true });
    expect(types(message)).toEqual(['plan', 'rich_text', 'rich_text', 'actions']);
    expect(message.text).toBe('Checking shop for 502s: 2 of 4 steps done.');
  });

  it('says the same in classic blocks', () => {
    const message = renderProgress(progress(), { usePlan: false });
    const lines = readMessage(message).split('\n');
    expect(types(message)).not.toContain('plan');
    expect(lines).toEqual(
      expect.arrayContaining([
        '• Configuration of the distribution: done, 2 origins, 3 behaviours',
        '• Access logs: running, 12 of 40 log objects',
        '• Probe api.example.com:443: waiting',
        '• Load balancer of api: not available, no permission for elasticloadbalancing:DescribeTargetHealth',
      ]),
    );
    expect(readMessage(degrade(renderProgress(progress(), { usePlan: true })))).toBe(readMessage(message));
  });

  it.each([
    ['queued', true],
    ['running', true],
    ['cancelling', false],
    ['over', false],
  ] as const)('while %s, offers to cancel: %s', (phase, offered) => {
    expect(types(renderProgress(progress({ phase }), { usePlan: true })).includes('actions')).toBe(offered);
  });

  it('names who cancelled', () => {
    const message = renderProgress(progress({ phase: 'cancelling', cancelledBy: 'U0COLLEAG' }), { usePlan: true });
    expect(readMessage(message)).toContain('Stopping, asked by @U0COLLEAG.');
  });
});
