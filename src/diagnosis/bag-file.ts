/** Evidence as a file: what `--save` writes and `replay` reads. The verdict's time is in it, so that a replay gives the same verdict. Pure. */
import { z } from 'zod';
import type { EvidenceBag } from './evidence.js';
import { plain } from './wording.js';

export const bagFileFormat = 'cf502.bag/1';
const evidenceFormat: EvidenceBag['format'] = 'cf502.evidence/1';

/** A saved bag holds some hundred kilobytes; what is far beyond is some other file. */
export const maxBagFileBytes = 64 * 1024 * 1024;

export interface SavedBag {
  /** When the verdict was reached: certificates expire and logs arrive relative to it. */
  readonly now: Date;
  readonly bag: EvidenceBag;
}

export type ParsedBagFile =
  | ({ readonly ok: true } & SavedBag)
  /** A full sentence that says what to do. */
  | { readonly ok: false; readonly problem: string };

const time = z.iso.datetime();
const reason = z.looseObject({ kind: z.string(), message: z.string(), remedy: z.string().optional() });
const gathered = z.discriminatedUnion('state', [
  z.looseObject({ state: z.literal('collected'), at: time, elapsedMs: z.number(), data: z.looseObject({}) }),
  z.looseObject({
    state: z.literal('unavailable'),
    at: time,
    elapsedMs: z.number(),
    reason,
    tried: z.array(z.string()),
  }),
]);
/** The frame of a bag. What is inside of each piece is the checks' affair: one that cannot read it is reported as crashed. */
const bagSchema = z.looseObject({
  format: z.literal(evidenceFormat),
  checkId: z.string(),
  target: z.string(),
  window: z.object({ from: time, to: time }),
  distribution: gathered,
  accessLogs: gathered,
  cloudFrontMetrics: gathered,
  originProbes: z.record(z.string(), gathered),
  loadBalancers: z.record(z.string(), gathered),
});
const fileSchema = z.looseObject({ format: z.literal(bagFileFormat), savedBy: z.string(), now: time, bag: bagSchema });

export function renderBagFile({ now, bag }: SavedBag, version: string): string {
  const file = { format: bagFileFormat, savedBy: `cf502 ${version}`, now: now.toISOString(), bag };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @param name of the file, for the sentence that says what is wrong with it. */
export function parseBagFile(text: string, name: string): ParsedBagFile {
  const refuse = (problem: string): ParsedBagFile => ({ ok: false, problem: `${plain(name, 200)} ${problem}` });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return refuse('is not JSON, so it is not a bag of evidence. Save one with: cf502 check <target> --save bag.json');
  }
  const other = otherFormat(data);
  if (other !== null) return refuse(other);
  const parsed = fileSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    return refuse(
      `is damaged (${plain(where === '' ? 'top' : where, 200)}: ${plain(issue?.message ?? 'unreadable', 200)}). Save the evidence again with: cf502 check <target> --save bag.json`,
    );
  }
  const { bag } = data as { readonly bag: EvidenceBag };
  return { ok: true, now: new Date(parsed.data.now), bag };
}

/** Null where both formats are ours. */
function otherFormat(data: unknown): string | null {
  const file = z.looseObject({ format: z.string(), savedBy: z.string().optional() }).safeParse(data);
  if (!file.success || !/^cf502\./.test(file.data.format))
    return 'is not a bag of evidence. Save one with: cf502 check <target> --save bag.json';
  if (file.data.format === 'cf502.report/1')
    return 'is a report and not the evidence for it. Save the evidence with: cf502 check <target> --save bag.json';
  const inner = z.looseObject({ bag: z.looseObject({ format: z.string() }) }).safeParse(data);
  const formats = [file.data.format, ...(inner.success ? [inner.data.bag.format] : [])];
  const foreign = formats.find((format) => format !== bagFileFormat && format !== evidenceFormat);
  if (foreign === undefined && file.data.format === bagFileFormat) return null;
  const savedBy = file.data.savedBy === undefined ? '' : ` by ${plain(file.data.savedBy, 60)}`;
  return `was saved${savedBy} in the format ${plain(foreign ?? file.data.format, 60)}, and this version reads ${bagFileFormat} with ${evidenceFormat}. Replay it with the version that saved it, or save the evidence again.`;
}
