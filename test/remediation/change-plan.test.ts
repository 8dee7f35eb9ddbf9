import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import type { LoadBalancerAttribute } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assertOnlyAllowed, planAttributes, planChange } from '../../src/remediation/change-plan.js';
import { describePath, diffJson, withLeaf } from '../../src/remediation/json-diff.js';
import type { Change, ChangeField, ChangeValue } from '../../src/remediation/proposal.js';

const behaviour = {
  TargetOriginId: 'api',
  ViewerProtocolPolicy: 'redirect-to-https',
  AllowedMethods: { Quantity: 2, Items: ['GET', 'HEAD'], CachedMethods: { Quantity: 2, Items: ['GET', 'HEAD'] } },
  TrustedSigners: { Enabled: false, Quantity: 0 },
  Compress: true,
  FieldLevelEncryptionId: '',
  RealtimeLogConfigArn: undefined,
} satisfies DistributionConfig['DefaultCacheBehavior'];

/** As GetDistributionConfig returns it: quantities beside items, empty strings, undefined fields. */
const live: DistributionConfig = {
  CallerReference: 'terraform-2023',
  Aliases: { Quantity: 1, Items: ['www.example.com'] },
  DefaultRootObject: '',
  Origins: {
    Quantity: 3,
    Items: [
      {
        Id: 'api',
        DomainName: 'api.example.com',
        OriginPath: '',
        CustomHeaders: { Quantity: 1, Items: [{ HeaderName: 'X-Shared', HeaderValue: 'secret' }] },
        CustomOriginConfig: {
          HTTPPort: 80,
          HTTPSPort: 443,
          OriginProtocolPolicy: 'https-only',
          OriginSslProtocols: { Quantity: 1, Items: ['TLSv1.2'] },
          OriginReadTimeout: 30,
          OriginKeepaliveTimeout: 5,
        },
        ConnectionAttempts: 3,
        ConnectionTimeout: 10,
        OriginShield: { Enabled: false },
        OriginAccessControlId: '',
      },
      {
        Id: 'files',
        DomainName: 'files.s3.us-east-1.amazonaws.com',
        S3OriginConfig: { OriginAccessIdentity: '' },
        OriginAccessControlId: 'E3EXAMPLE',
      },
      {
        Id: 'inside',
        DomainName: 'internal.example.com',
        VpcOriginConfig: { VpcOriginId: 'vo_1', OriginReadTimeout: 40, OriginKeepaliveTimeout: 7 },
        ResponseCompletionTimeout: 90,
      },
    ],
  },
  OriginGroups: { Quantity: 0 },
  DefaultCacheBehavior: behaviour,
  CacheBehaviors: { Quantity: 0 },
  Comment: '',
  Enabled: true,
  HttpVersion: 'http2',
  Staging: false,
};

function aChange(originId: string, field: ChangeField, before: ChangeValue, after: ChangeValue): Change {
  return { target: { kind: 'origin', distributionId: 'E2EXAMPLE1ABCD', originId }, field, before, after };
}

describe('the one change in the whole configuration', () => {
  it.each<[string, Change, string, 'changed' | 'added' | 'removed']>([
    [
      'a read time-out',
      aChange('api', 'read-timeout', 30, 60),
      'Origins.Items[0].CustomOriginConfig.OriginReadTimeout',
      'changed',
    ],
    [
      'a keep-alive',
      aChange('api', 'keep-alive-timeout', 5, 3),
      'Origins.Items[0].CustomOriginConfig.OriginKeepaliveTimeout',
      'changed',
    ],
    ['attempts', aChange('api', 'connection-attempts', 3, 2), 'Origins.Items[0].ConnectionAttempts', 'changed'],
    [
      'a connection time-out',
      aChange('api', 'connection-timeout', 10, 4),
      'Origins.Items[0].ConnectionTimeout',
      'changed',
    ],
    [
      'a first completion limit',
      aChange('api', 'response-completion-timeout', null, 60),
      'Origins.Items[0].ResponseCompletionTimeout',
      'added',
    ],
    [
      'a completion limit taken away',
      aChange('inside', 'response-completion-timeout', 90, null),
      'Origins.Items[2].ResponseCompletionTimeout',
      'removed',
    ],
    [
      'the default of a bucket',
      aChange('files', 'read-timeout', 30, 45),
      'Origins.Items[1].S3OriginConfig.OriginReadTimeout',
      'added',
    ],
    [
      'defaults that are left out',
      aChange('files', 'connection-attempts', 3, 1),
      'Origins.Items[1].ConnectionAttempts',
      'added',
    ],
    [
      'a VPC origin',
      aChange('inside', 'read-timeout', 40, 50),
      'Origins.Items[2].VpcOriginConfig.OriginReadTimeout',
      'changed',
    ],
    [
      'the keep-alive of a VPC origin',
      aChange('inside', 'keep-alive-timeout', 7, 6),
      'Origins.Items[2].VpcOriginConfig.OriginKeepaliveTimeout',
      'changed',
    ],
  ])('%s', (_what, change, path, kind) => {
    const copy = structuredClone(live);
    const plan = planChange(live, change);
    expect(plan).toMatchObject({ ok: true });
    if (!plan.ok) return;
    expect(plan.diff).toEqual([
      { path: expect.anything(), kind, before: kind === 'added' ? null : change.before, after: change.after },
    ]);
    expect(plan.diff.map((one) => describePath(one.path))).toEqual([path]);
    expect(live).toStrictEqual(copy);
    expect(plan.config.CallerReference).toBe('terraform-2023');
    expect(plan.config.Origins?.Quantity).toBe(plan.config.Origins?.Items?.length);
    expect(() => assertOnlyAllowed(live, plan.config, change)).not.toThrow();
    // And back again: the same leaf, nothing else.
    const back = planChange(plan.config, { ...change, before: change.after, after: change.before });
    expect(back.ok && diffJson(live, back.config).filter((one) => one.after !== change.before)).toEqual([]);
  });

  it.each<[string, DistributionConfig, Change, RegExp]>([
    ['an origin that is gone', live, aChange('old', 'read-timeout', 30, 60), /no longer has an origin named "old"/],
    ['a value that is another by now', live, aChange('api', 'read-timeout', 45, 60), /is 30 and not 45/],
    ['a value that is there already', live, aChange('api', 'read-timeout', 20, 30), /30 already: somebody else/],
    ['nothing to change', live, aChange('api', 'read-timeout', 30, 30), /already/],
    ['a bucket’s keep-alive', live, aChange('files', 'keep-alive-timeout', 5, 4), /S3 bucket.*no keep-alive/],
    [
      'two origins of one name',
      {
        ...live,
        Origins: {
          Quantity: 2,
          Items: [
            { Id: 'api', DomainName: 'a' },
            { Id: 'api', DomainName: 'b' },
          ],
        },
      },
      aChange('api', 'connection-attempts', 3, 2),
      /several origins/,
    ],
    [
      'an origin without any block',
      { ...live, Origins: { Quantity: 1, Items: [{ Id: 'api', DomainName: 'a' }] } },
      aChange('api', 'read-timeout', 30, 60),
      /no such setting/,
    ],
    ['a balancer’s field', live, aChange('api', 'balancer-idle-timeout', 60, 90), /belongs to a load balancer/],
    ['no origins at all', { ...live, Origins: undefined }, aChange('api', 'read-timeout', 30, 60), /no longer has/],
  ])('is refused for %s', (_what, config, change, because) => {
    const plan = planChange(config, change);
    expect(plan.ok ? 'was planned' : plan.because).toMatch(because);
  });

  it('tells what is live where the value is another', () => {
    expect(planChange(live, aChange('inside', 'response-completion-timeout', null, 60))).toMatchObject({
      liveValue: 90,
    });
  });
});

describe('a plan that somebody tampered with', () => {
  const change = aChange('api', 'read-timeout', 30, 60);
  const planned = planChange(live, change);
  const good: DistributionConfig = planned.ok ? planned.config : live;
  it.each<[string, unknown, RegExp]>([
    ['unchanged', live, /does not differ/],
    [
      'another value',
      withLeaf(live, ['Origins', 'Items', 0, 'CustomOriginConfig', 'OriginReadTimeout'], 90),
      /nobody approved/,
    ],
    [
      'a string for the number',
      withLeaf(live, ['Origins', 'Items', 0, 'CustomOriginConfig', 'OriginReadTimeout'], '60'),
      /nobody approved/,
    ],
    [
      'the field removed',
      withLeaf(live, ['Origins', 'Items', 0, 'CustomOriginConfig', 'OriginReadTimeout'], undefined),
      /nobody approved/,
    ],
    ['another field as well', withLeaf(good, ['Comment'], 'pwned'), /would change Comment/],
    [
      'another origin’s field as well',
      withLeaf(good, ['Origins', 'Items', 2, 'VpcOriginConfig', 'OriginReadTimeout'], 60),
      /Items\[2\]/,
    ],
    [
      'the same field of another origin only',
      withLeaf(live, ['Origins', 'Items', 2, 'VpcOriginConfig', 'OriginReadTimeout'], 60),
      /Items\[2\]/,
    ],
    ['a domain name as well', withLeaf(good, ['Origins', 'Items', 0, 'DomainName'], 'evil.example.net'), /DomainName/],
    ['a field more', { ...good, WebACLId: 'x' }, /WebACLId/],
    ['a field less', withLeaf(good, ['CallerReference'], undefined), /CallerReference/],
    ['an origin less', withLeaf(good, ['Origins', 'Items'], good.Origins?.Items?.slice(0, 2)), /Items\[2\]/],
    ['the quantity as well', withLeaf(good, ['Origins', 'Quantity'], 4), /Quantity/],
  ])('%s', (_what, tampered, because) => {
    expect(() => assertOnlyAllowed(live, tampered as DistributionConfig, change)).toThrow(because);
  });
});

describe('any configuration', () => {
  const aLeaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined), fc.date());
  const aKey = fc.oneof(fc.string(), fc.constantFrom('Quantity', 'Items', 'constructor', '__proto__', 'toString'));
  const aTree = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      aLeaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.array(fc.tuple(aKey, tie('tree')), { maxLength: 4 }).map((entries): unknown => Object.fromEntries(entries)),
    ),
  })).tree;
  const fields = {
    'connection-attempts': ['ConnectionAttempts'],
    'connection-timeout': ['ConnectionTimeout'],
    'read-timeout': ['CustomOriginConfig', 'OriginReadTimeout'],
    'keep-alive-timeout': ['CustomOriginConfig', 'OriginKeepaliveTimeout'],
    'response-completion-timeout': ['ResponseCompletionTimeout'],
  } as const;
  const aCase = fc.record({
    rest: fc.array(fc.tuple(aKey, aTree), { maxLength: 5 }),
    originRest: fc.array(fc.tuple(aKey, aTree), { maxLength: 4 }),
    others: fc.array(fc.tuple(fc.string(), aTree), { maxLength: 3 }),
    id: fc.string(),
    field: fc.constantFrom(...(Object.keys(fields) as (keyof typeof fields)[])),
    before: fc.integer({ min: 1, max: 100 }),
    after: fc.integer({ min: 101, max: 200 }),
    tamper: aTree,
  });

  it('differs from its plan in the field alone, and in anything else the plan is refused', () => {
    fc.assert(
      fc.property(aCase, ({ rest, originRest, others, id, field, before, after, tamper }) => {
        const path = fields[field];
        const own = Object.fromEntries(originRest);
        const origin: unknown =
          path.length === 1
            ? { ...own, Id: id, [path[0]]: before }
            : { ...own, VpcOriginConfig: undefined, Id: id, [path[0]]: { HTTPPort: 80, [path[1]]: before } };
        const Items = [...others.filter(([other]) => other !== id).map(([Id, extra]) => ({ Id, extra })), origin];
        const config = {
          ...Object.fromEntries(rest),
          Origins: { Quantity: Items.length, Items },
        } as DistributionConfig;
        const change = aChange(id, field, before, after);
        const plan = planChange(config, change);
        expect(plan.ok).toBe(true);
        if (!plan.ok) return;
        expect(plan.diff).toEqual([
          { path: ['Origins', 'Items', Items.length - 1, ...path], kind: 'changed', before, after },
        ]);
        const tampered = { ...plan.config, Tampered: tamper };
        if (diffJson(plan.config, tampered).length === 0) return;
        expect(() => assertOnlyAllowed(config, tampered, change)).toThrow();
      }),
      { numRuns: 1_000 },
    );
  });

  it('differs from a deep copy in nothing', () => {
    fc.assert(fc.property(aTree, (tree) => expect(diffJson(tree, structuredClone(tree))).toEqual([])));
  });

  it('shows a difference wherever there is one', () => {
    fc.assert(
      fc.property(aTree, aTree, (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        if (!isSame) expect(diffJson(a, b)).not.toEqual([]);
      }),
    );
  });
});

describe('the attributes of a balancer', () => {
  const attributes: readonly LoadBalancerAttribute[] = [
    { Key: 'access_logs.s3.enabled', Value: 'false' },
    { Key: 'idle_timeout.timeout_seconds', Value: '60' },
    { Key: 'deletion_protection.enabled', Value: 'true' },
  ];
  const target = {
    kind: 'balancer',
    distributionId: 'E2EXAMPLE1ABCD',
    arn: 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/example-alb/1234',
    region: 'us-east-1',
    name: 'example-alb',
  } as const;
  const change: Change = { target, field: 'balancer-idle-timeout', before: 60, after: 120 };

  it('change in one, and only that one is sent', () => {
    const plan = planAttributes(attributes, change);
    expect(plan).toMatchObject({
      ok: true,
      send: [{ Key: 'idle_timeout.timeout_seconds', Value: '120' }],
      diff: [{ path: [1, 'Value'], kind: 'changed', before: '60', after: '120' }],
    });
    expect(attributes[1]?.Value).toBe('60');
    if (plan.ok) expect(() => assertOnlyAllowed(attributes, plan.attributes, change)).not.toThrow();
  });

  it.each<[string, readonly LoadBalancerAttribute[], Change, RegExp]>([
    ['another value', attributes, { ...change, before: 70 }, /is 60 and not 70/],
    ['no idle time-out', attributes.slice(0, 1), change, /only Application Load Balancers/],
    ['a value that is no number', [{ Key: 'idle_timeout.timeout_seconds', Value: 'x' }], change, /no idle time-out/],
    ['a change of an origin', attributes, aChange('api', 'read-timeout', 30, 60), /not of a load balancer/],
  ])('are refused for %s', (_what, list, wished, because) => {
    const plan = planAttributes(list, wished);
    expect(plan.ok ? 'was planned' : plan.because).toMatch(because);
  });

  it.each<[string, readonly LoadBalancerAttribute[]]>([
    [
      'another attribute as well',
      attributes.map(({ Key, Value }) => ({
        Key,
        Value: Key === 'idle_timeout.timeout_seconds' ? '120' : `${Value}!`,
      })),
    ],
    [
      'another attribute only',
      attributes.map(({ Key, Value }, index) => ({ Key, Value: index === 2 ? 'false' : Value })),
    ],
    ['one more', [...attributes, { Key: 'x', Value: 'y' }]],
  ])('tampered with: %s', (_what, tampered) => {
    expect(() => assertOnlyAllowed(attributes, tampered, change)).toThrow();
  });
});
