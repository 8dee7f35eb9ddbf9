/** Reads the VPC origins that a distribution uses: their ports, protocols and what stands behind them are kept there. */
import { type DistributionConfig, GetVpcOriginCommand, type VpcOrigin } from '@aws-sdk/client-cloudfront';
import type { Unavailability } from '../diagnosis/evidence.js';
import { callAws } from '../platform/aws.js';
import { mapBounded } from './bounded.js';
import type { CollectContext } from './collector.js';
import { toGap } from './gap.js';

const readsAtOnce = 4;

/** By id; one that cannot be read is missing, with a gap. */
export async function collectVpcOrigins(
  context: CollectContext,
  accountId: string,
  config: DistributionConfig,
): Promise<{ readonly vpcOrigins: ReadonlyMap<string, VpcOrigin>; readonly gaps: readonly Unavailability[] }> {
  const { aws, signal } = context;
  const ids = new Set((config.Origins?.Items ?? []).flatMap((origin) => origin.VpcOriginConfig?.VpcOriginId ?? []));
  const vpcOrigins = new Map<string, VpcOrigin>();
  const gaps: Unavailability[] = [];
  await mapBounded([...ids], readsAtOnce, async (id) => {
    try {
      const { VpcOrigin: vpcOrigin } = await callAws(
        'cloudfront:GetVpcOrigin',
        `arn:aws:cloudfront::${accountId}:vpcorigin/${id}`,
        () => aws.cloudFront().send(new GetVpcOriginCommand({ Id: id }), { abortSignal: signal }),
        signal,
      );
      if (vpcOrigin !== undefined) vpcOrigins.set(id, vpcOrigin);
    } catch (thrown) {
      gaps.push(toGap(context, thrown));
    }
  });
  return { vpcOrigins, gaps };
}
