/** How this installation reads access logs: from the policy file. */
import type { Policy } from '../policy.js';

/** A place of logs that the policy file names for a distribution, in place of those that AWS's configuration leads to. */
export type NamedLogs = NonNullable<Policy['distributions'][string]['logs']>[number];

export interface LogSettings {
  /** `auto`: objects in S3 are read here and log groups by Logs Insights; Athena takes over what is past the budget, where it is set up. */
  readonly engine: Policy['logs']['engine'];
  /** Whether S3 may charge this account for reading Requester Pays buckets. */
  readonly requesterPays: boolean;
  /** null: Athena is not set up. */
  readonly athena: AthenaSettings | null;
  readonly insights: { readonly dollarsPerGigabyte: number };
  /** By distribution id. */
  readonly named: ReadonlyMap<string, readonly NamedLogs[]>;
}

export interface AthenaSettings {
  readonly region: string | null;
  readonly workgroup: string;
  readonly catalog: string;
  readonly database: string;
  /** Of an existing table over the logs; null: cf502 makes one for each source of logs. */
  readonly outputLocation: string | null;
  readonly dollarsPerTerabyte: number;
}

/** The settings of this installation. */
export function logSettings({ logs, distributions }: Policy): LogSettings {
  const { athena } = logs;
  const listed = Object.values(distributions).filter((entry) => entry.logs !== undefined);
  return {
    engine: logs.engine,
    requesterPays: logs.requesterPays,
    athena:
      athena === undefined
        ? null
        : {
            region: athena.region ?? null,
            workgroup: athena.workgroup,
            catalog: athena.catalog,
            database: athena.database,
            outputLocation: athena.outputLocation ?? null,
            dollarsPerTerabyte: athena.dollarsPerTerabyte,
          },
    insights: logs.insights,
    named: new Map(listed.map((entry) => [entry.id, entry.logs ?? []])),
  };
}
