/** From what a person named to a distribution id. */
import { type DistributionSummary, ListDistributionsCommand } from '@aws-sdk/client-cloudfront';
import type { Target } from '../diagnosis/target.js';
import { Failure } from '../failure.js';
import { callAws } from '../platform/aws.js';
import type { CollectContext } from './collector.js';
import { type Page, readPages } from './pages.js';

const pageSize = 100;

/**
 * A distribution id is taken as it is. A domain name is looked for among the domain names and aliases of every distribution of the account:
 * an exact match first, else the longest wildcard alias that covers it.
 * @throws Failure `not-found` that says how much was looked through.
 */
export async function resolveTarget(context: CollectContext, target: Target): Promise<string> {
  if (target.kind === 'distribution-id') return target.id;
  const wanted = target.domainName.toLowerCase().replace(/\.$/, '');
  let covering: { readonly id: string; readonly alias: string } | null = null;
  let seen = 0;
  for await (const summaries of readPages((marker) => listPage(context, marker))) {
    for (const summary of summaries) {
      seen += 1;
      const id = summary.Id ?? '';
      const aliases = (summary.Aliases?.Items ?? []).map((alias) => alias.toLowerCase());
      if (summary.DomainName?.toLowerCase() === wanted || aliases.includes(wanted)) return id;
      for (const alias of aliases) {
        if (covers(alias, wanted) && (covering === null || alias.length > covering.alias.length))
          covering = { id, alias };
      }
    }
    context.onProgress(`${seen} distributions looked through`);
  }
  if (covering !== null) return covering.id;
  const looked = seen === 1 ? 'The 1 distribution' : `All ${seen} distributions`;
  throw new Failure(
    'not-found',
    `No distribution answers to ${wanted}. ${looked} of the account were looked through.`,
    {
      details: {
        remedy:
          'Check the spelling, or name the distribution by its id. cf502 sees only the AWS account that its read role belongs to.',
        tried: [`cloudfront:ListDistributions: ${seen} distributions, by domain name and alias`],
      },
    },
  );
}

/** `*.example.com` stands for every name below example.com, at any depth. */
function covers(alias: string, name: string): boolean {
  return alias.startsWith('*.') && name.endsWith(alias.slice(1)) && name.length > alias.length - 1;
}

async function listPage(
  { aws, signal }: CollectContext,
  marker: string | undefined,
): Promise<Page<DistributionSummary>> {
  const command = new ListDistributionsCommand({
    MaxItems: pageSize,
    ...(marker === undefined ? {} : { Marker: marker }),
  });
  const { DistributionList: list } = await callAws(
    'cloudfront:ListDistributions',
    '*',
    () => aws.cloudFront().send(command, { abortSignal: signal }),
    signal,
  );
  return { items: list?.Items, next: list?.IsTruncated === true ? list.NextMarker : undefined };
}
