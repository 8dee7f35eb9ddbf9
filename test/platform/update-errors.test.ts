/** Every error that AWS documents for UpdateDistribution has its end and its sentence, here and in the documentation. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { commonErrors, explainRefusal, updateErrors } from '../../src/platform/update-errors.js';
import { proposal } from '../builders/proposal.js';

const { change } = proposal();
const balancerChange = {
  ...change,
  field: 'balancer-idle-timeout',
  target: {
    kind: 'balancer',
    distributionId: 'E2EXAMPLE1ABCD',
    arn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/0123456789abcdef',
    region: 'eu-central-1',
    name: 'web',
  },
} as const;

/** The names that the SDK's own documentation of the command lists. */
function documentedNames(): readonly string[] {
  const text = readFileSync(
    'node_modules/@aws-sdk/client-cloudfront/dist-types/commands/UpdateDistributionCommand.d.ts',
    'utf8',
  );
  const names = [...text.matchAll(/@throws \{@link (\w+)\} \(client fault\)/g)].map(([, name = '']) => name);
  return [...new Set(names)].sort((a, b) => a.localeCompare(b));
}

describe('the errors of UpdateDistribution', () => {
  it('are those that the SDK documents, each once', () => {
    const documented = documentedNames();
    expect(documented.length).toBeGreaterThan(60);
    expect(Object.keys(updateErrors).sort((a, b) => a.localeCompare(b))).toEqual(documented);
  });

  it.each(Object.entries(updateErrors))('%s is in docs/changes.md with what people see', (name, { end, because }) => {
    const row = readFileSync('docs/changes.md', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row).toBeDefined();
    expect(row).toContain(end === 'failed' ? 'failed' : 'pending');
    expect(row).toContain(because.replaceAll('|', '\\|'));
  });

  it.each(Object.keys(updateErrors))('%s is told as a sentence that says that nothing was changed', (name) => {
    const { sentence } = explainRefusal(name, {}, change);
    expect(sentence).toMatch(/^AWS refused the change \(\w+\), and nothing was changed: .*\.$/);
    expect(sentence).not.toMatch(/\.\./);
  });
});

describe('errors that no operation documents', () => {
  it.each([
    ['Throttling', {}, commonErrors.throttled],
    ['SomethingElse', { httpStatus: 429 }, commonErrors.throttled],
    ['ExpiredToken', {}, commonErrors.credentials],
    ['SignatureDoesNotMatch', {}, commonErrors.credentials],
    ['AccessDenied', { action: 'sts:AssumeRole' }, commonErrors.assumeRole],
    ['NeverHeardOf', {}, commonErrors.other],
    ['constructor', {}, commonErrors.other],
  ])('%s %j', (name, details, expected) => {
    const refusal = explainRefusal(name, details, change);
    expect(refusal.end).toBe(expected.end);
    expect(refusal.sentence).toContain(expected.because);
  });
});

describe('errors of a load balancer', () => {
  it.each([
    ['AccessDenied', 'elasticloadbalancing:ModifyLoadBalancerAttributes'],
    ['LoadBalancerNotFoundException', 'no longer exists'],
    ['InvalidConfigurationRequestException', 'between 1 and 4000 s'],
    ['Throttling', 'asked us to slow down'],
    ['InvalidOriginReadTimeout', 'does not know'],
  ])('%s', (name, sentence) => {
    expect(explainRefusal(name, {}, balancerChange).sentence).toContain(sentence);
  });
});
