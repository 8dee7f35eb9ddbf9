/** Whether origins whose answers are kept have Origin Shield in front. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { fromConfiguration, nameOrigins, originIdsOf } from '../diagnosis/audit-reading.js';

export const originShield = defineAuditItem({
  id: 'origin-shield',
  title: 'Origin Shield',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html',
  matters:
    'Without it every regional cache fetches the same object by itself; the burst after an expiry or a purge is what overloads small origins.',
  offers:
    'One more cache in one Region, paid by the request, for objects that are kept. It does nothing for answers that are never kept, and does not go with gRPC.',
  needs: ['distribution'],
  evaluate: ({ distribution }) => {
    const kept = new Set(
      distribution.behaviours
        .filter(({ caching }) => caching !== 'off')
        .flatMap((behaviour) => originIdsOf(distribution, behaviour)),
    );
    const origins = distribution.origins.filter(({ id }) => kept.has(id));
    const bare = origins.filter(({ originShieldRegion }) => originShieldRegion === null);
    const citations = [
      fromConfiguration(
        origins.length === 0
          ? 'caching is off in every behaviour'
          : origins.map(({ id, originShieldRegion }) => `${id}: ${originShieldRegion ?? 'none'}`).join('; '),
      ),
    ] as const;
    if (bare.length === 0)
      return {
        state: 'in-place',
        because:
          origins.length === 0
            ? 'No behaviour keeps answers, so there is nothing that it could hold.'
            : `Origin Shield stands in front of ${nameOrigins(origins)}.`,
        citations,
      };
    const nearest = regionIn(bare[0]?.domainName ?? '') ?? 'eu-central-1';
    const unsure = distribution.behaviours.some(({ caching }) => caching === undefined || caching === 'unknown');
    return {
      state: 'missing',
      because: `${nameOrigins(bare)} ${bare.length === 1 ? 'is' : 'are'} asked by every regional cache separately.${unsure ? ' Not every cache policy could be read; where nothing is kept it is of no use.' : ''}`,
      citations,
      fix: {
        action:
          'Turn it on in the Region nearest to the origin, for origins whose answers are kept. Leave it off where hardly anything is kept.',
        terraform: `# origin ${JSON.stringify(bare[0]?.id ?? '')}\norigin_shield {\n  enabled              = true\n  origin_shield_region = ${JSON.stringify(nearest)}\n}`,
        cloudFormation: `Origin.OriginShield: Enabled true, OriginShieldRegion ${nearest}`,
      },
    };
  },
});

/** Names that AWS gives hold the Region; of others the example stands for the one that is near. */
function regionIn(domainName: string): string | null {
  return /\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:[a-z]+\.)?amazonaws\.com$/.exec(domainName)?.[1] ?? null;
}
