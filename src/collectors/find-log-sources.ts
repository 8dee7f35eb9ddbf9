/** Finds where the access logs of a distribution lie: named in the policy file, or else wherever AWS's configuration leads. */
import type { LegacyLogging, Unavailability } from '../diagnosis/evidence.js';
import type { NamedLogs } from '../platform/log-settings.js';
import type { CollectContext } from './collector.js';
import { toGap } from './gap.js';
import { readDeliveries } from './log-deliveries.js';
import { deliverySource, folderOf, type LogGroupSource, type LogSource, legacySource } from './log-sources.js';

export interface LogSources {
  /** v1 first. */
  readonly sources: readonly LogSource[];
  /** A sentence each, for logs that exist where cf502 cannot read them. */
  readonly unreadable: readonly string[];
  /** What could not be asked. */
  readonly gaps: readonly Unavailability[];
}

export interface LoggedDistribution {
  readonly distributionId: string;
  /** Absent: deliveries of standard logging v2 are not looked for. */
  readonly distributionArn?: string;
  /** Its own name at CloudFront; absent: not known, or none that requests come by. */
  readonly domainName?: string;
  readonly legacyLogging: LegacyLogging | null;
}

/** Deliveries that may not be looked up are a gap, not a failure: v1 logs may do. */
export async function findLogSources(context: CollectContext, of: LoggedDistribution): Promise<LogSources> {
  const { distributionId, distributionArn, legacyLogging } = of;
  const domainName = of.domainName?.toLowerCase() ?? null;
  const named = context.logs?.named.get(distributionId);
  if (named !== undefined)
    return { sources: named.map((logs) => namedSource(distributionId, domainName, logs)), unreadable: [], gaps: [] };
  const legacy = legacySource(distributionId, legacyLogging);
  const sources: LogSource[] = legacy === null ? [] : [legacy];
  const unreadable: string[] = [];
  const gaps: Unavailability[] = [];
  if (distributionArn !== undefined && distributionArn !== '') {
    try {
      const read = await readDeliveries(context, distributionArn);
      gaps.push(...read.gaps);
      for (const delivery of read.deliveries) {
        const source = sourceOf({ distributionId, distributionArn, domainName }, delivery);
        if (typeof source === 'string') unreadable.push(source);
        else sources.push(source);
      }
    } catch (thrown) {
      gaps.push(toGap(context, thrown));
    }
  }
  return { sources, unreadable, gaps };
}

type Delivery = Awaited<ReturnType<typeof readDeliveries>>['deliveries'][number];

/** The source, or why there is none to read. */
function sourceOf(
  {
    distributionId,
    distributionArn,
    domainName,
  }: { readonly distributionId: string; readonly distributionArn: string; readonly domainName: string | null },
  delivery: Delivery,
): LogSource | string {
  const { destinationType, destinationArn, deliveryDestinationArn, outputFormat, recordFields, fieldDelimiter } =
    delivery;
  const accountId = accountOf(distributionArn);
  const layout = { format: outputFormat ?? 'w3c', delimiter: fieldDelimiter, fields: recordFields };
  if (destinationType === 'FH')
    return `Standard logs v2 go to the Firehose stream ${lastPart(destinationArn ?? deliveryDestinationArn)}, which hands them on and keeps none, so they cannot be read there; name the place where it writes them under logs in the policy file.`;
  if (destinationType !== 'S3' && destinationType !== 'CWL')
    return `Standard logs v2 go to a destination of the type ${destinationType}, which cf502 cannot read.`;
  if (destinationArn === null) {
    const owner = accountOf(deliveryDestinationArn);
    const whose =
      owner === '' || owner === accountId ? 'a destination that could not be looked up' : `account ${owner}`;
    return `Standard logs v2 are delivered to ${whose} (${deliveryDestinationArn}), where cf502 cannot look them up; name their place under logs in the policy file, and let the read role read it.`;
  }
  if (destinationType === 'CWL')
    return logGroupSource(destinationArn, {
      distributionId,
      domainName,
      isOnlyDelivery: delivery.isOnlyDelivery,
      ...layout,
    });
  const source = deliverySource({
    distributionId,
    accountId,
    destinationArn,
    suffixPath: delivery.suffixPath,
    isHiveCompatible: delivery.isHiveCompatible,
    ...layout,
  });
  return source ?? `Standard logs v2 go to ${destinationArn}, which cf502 does not understand as a place in S3.`;
}

function logGroupSource(
  arn: string,
  of: Omit<LogGroupSource, 'kind' | 'generation' | 'name' | 'logGroupArn' | 'region'>,
): LogGroupSource {
  const logGroupArn = arn.replace(/:\*$/, '');
  return {
    kind: 'log-group',
    generation: 'v2',
    name: `standard logging v2, log group ${logGroupArn.split(':log-group:')[1] ?? logGroupArn}`,
    logGroupArn,
    region: logGroupArn.split(':')[3] ?? 'us-east-1',
    ...of,
  };
}

function namedSource(distributionId: string, domainName: string | null, logs: NamedLogs): LogSource {
  if ('logGroup' in logs)
    return logGroupSource(logs.logGroup, {
      distributionId,
      domainName,
      isOnlyDelivery: false,
      format: 'json',
      delimiter: '\t',
      fields: [],
    });
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(logs.s3) ?? [];
  const folder = folderOf(path.replaceAll(/\{distributionid\}/gi, distributionId));
  const isLegacy = logs.format === 'w3c' && !folder.includes('{');
  return {
    kind: 's3',
    generation: isLegacy ? 'v1' : 'v2',
    name: `logs named in the policy file (${logs.format}), s3://${bucket}/${folder}`,
    distributionId,
    bucket,
    folders: [folder],
    isOwnFolder: /\{distributionid\}/i.test(path) || path.includes(distributionId),
    format: logs.format,
    delimiter: logs.delimiter,
    fields: logs.fields,
  };
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

function lastPart(arn: string): string {
  return arn.split(/[:/]/).at(-1) ?? arn;
}
