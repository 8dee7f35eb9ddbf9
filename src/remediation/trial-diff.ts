/** What a promotion would change: the configuration of the staging distribution as the live one would have it. Pure. */
import { assertOnlyAllowed } from './change-plan.js';
import { diffJson, type JsonChange, own, withLeaf } from './json-diff.js';
import type { LiveConfig } from './live-config.js';
import type { Change } from './proposal.js';

/**
 * What AWS leaves as it is on the primary distribution, and what makes a distribution a staging one. The first two are AWS's word:
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistributionWithStagingConfig.html
 */
const leftAlone = ['Aliases', 'ContinuousDeploymentPolicyId', 'CallerReference', 'Staging'] as const;

/** The configuration that the live distribution would have after a promotion. */
export function promotedConfig<Config extends LiveConfig>(primary: Config, staging: LiveConfig): Config {
  const kept = leftAlone.reduce<unknown>(
    (config, key) => withLeaf(config, [key], own(primary as Readonly<Record<string, unknown>>, key)),
    staging,
  );
  return kept as Config;
}

/** @throws Error naming what else a promotion would change; then nothing must be promoted. */
export function assertPromotion(primary: LiveConfig, staging: LiveConfig, change: Change): void {
  assertOnlyAllowed(primary, promotedConfig(primary, staging), change);
}

/** The live configuration with a policy attached, or with none where it is empty. */
export function withPolicy<Config extends LiveConfig>(live: Config, policyId: string): Config {
  const config = withLeaf(live, ['ContinuousDeploymentPolicyId'], policyId) as Config;
  const other = diffJson(live, config).find(({ path }: JsonChange) => path[0] !== 'ContinuousDeploymentPolicyId');
  if (other !== undefined) throw new Error('More than the policy would change.');
  return config;
}
