/** Sorts the reasons why log objects could not be read, and says each in one sentence with what would help. Pure. */
import type { Failure } from '../failure.js';

export const logTroubleKinds = [
  'archived',
  'key-denied',
  'key-unusable',
  'denied',
  'gone',
  'broken',
  'unanswered',
  'other',
] as const;
export type LogTroubleKind = (typeof logTroubleKinds)[number];

export interface LogTrouble {
  readonly kind: LogTroubleKind;
  readonly objects: number;
  /** Of the first of them. */
  readonly message: string;
  readonly remedy: string | null;
}

/** Error names of S3 that speak of the key an object is encrypted with. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const keyErrors = /^KMS\.|^(?:ServerSideEncryptionConfigurationNotFoundError|InvalidEncryptionAlgorithmError)$/;

/** The most frequent first. */
export function countTroubles(failures: readonly Failure[]): readonly LogTrouble[] {
  const counts = new Map<LogTroubleKind, { readonly first: Failure; objects: number }>();
  for (const failure of failures) {
    const kind = kindOf(failure);
    const known = counts.get(kind);
    if (known === undefined) counts.set(kind, { first: failure, objects: 1 });
    else known.objects += 1;
  }
  return [...counts]
    .map(([kind, { first, objects }]) => {
      const { remedy } = first.details;
      return { kind, objects, message: first.message, remedy: typeof remedy === 'string' ? remedy : null };
    })
    .sort((a, b) => b.objects - a.objects || (a.kind < b.kind ? -1 : 1));
}

function kindOf({ kind, details }: Failure): LogTroubleKind {
  const errorName = typeof details['errorName'] === 'string' ? details['errorName'] : '';
  if (errorName === 'InvalidObjectState') return 'archived';
  if (keyErrors.test(errorName)) return 'key-unusable';
  if (kind === 'access-denied') return details['keyArn'] === undefined ? 'denied' : 'key-denied';
  if (kind === 'not-found') return 'gone';
  // What says how it can be helped is worth repeating.
  if (kind === 'bad-data') return typeof details['remedy'] === 'string' ? 'other' : 'broken';
  return kind === 'service-down' || kind === 'throttled' ? 'unanswered' : 'other';
}

/**
 * What the notes of the evidence say: `12 of 40 log objects …`.
 * @param of how many objects were to be read.
 */
export function describeTroubles(troubles: readonly LogTrouble[], of: number): readonly string[] {
  return troubles.map((trouble) => describeTrouble(trouble, of));
}

function describeTrouble({ kind, objects, message, remedy }: LogTrouble, of: number): string {
  const some = `${objects} of ${of === 1 ? '1 log object' : `${of} log objects`}`;
  const were = objects === 1 ? 'was' : 'were';
  const help = remedy === null ? '' : ` ${remedy}`;
  switch (kind) {
    case 'archived':
      return `${some} ${were} not read, being in an archive tier of S3. ${restoring}`;
    case 'key-unusable':
      return `${some} ${were} not read: the KMS key that encrypts ${objects === 1 ? 'it' : 'them'} is disabled, deleted or not usable from here. Enable the key, and look at its policy.`;
    case 'gone':
      return `${some} ${were} gone when it was time to read; a lifecycle rule of the bucket may have removed ${objects === 1 ? 'it' : 'them'}.`;
    case 'broken':
      return `${some} could not be read to the end, and none of the rows in there are counted.`;
    case 'unanswered':
      return `${some} ${were} not read, because S3 did not answer. Run the check again.`;
    case 'key-denied':
    case 'denied':
    case 'other':
      return `${some} ${were} not read: ${message}${help}`;
  }
}

const restoring =
  'Restore them in S3 (Glacier Flexible Retrieval and Deep Archive take hours), then run the check again; and let the lifecycle rule keep logs readable for the days in which they are asked for.';

/** For objects that the listing showed to be archived, and that nobody tried to read. */
export function describeArchived(archived: number, of: number): string | null {
  if (archived === 0) return null;
  return `${archived} of ${of === 1 ? '1 log object' : `${of} log objects`} ${archived === 1 ? 'lies' : 'lie'} in Glacier or Deep Archive and ${archived === 1 ? 'was' : 'were'} not read. ${restoring}`;
}
