/** What a form carries until it is sent: ids and places, checked again when it comes back. */
import { z } from 'zod';
import { changeFields } from '../remediation/proposal.js';

const place = { channelId: z.string().min(1).max(64), threadTs: z.string().max(32).nullable() };

/** The part that every form has: where it was asked for. */
export const formPlaceSchema = z.object(place);

export const reasonFormSchema = z.strictObject({ v: z.literal(1), proposalId: z.string().max(40), ...place });
export type ReasonFormData = z.infer<typeof reasonFormSchema>;

export const proposeFormSchema = z.strictObject({
  v: z.literal(1),
  ...place,
  distributionId: z.string().regex(/^E[A-Z0-9]{6,20}$/),
  field: z.enum(changeFields),
  /** null: chosen in the form. */
  originId: z.string().max(255).nullable(),
  /** The check whose evidence the forecast was made from. */
  checkId: z.string().max(40).nullable(),
  /** What the forecast in the form is of; another wish gets its own forecast before it can be sent. */
  forecastOf: z.strictObject({ originId: z.string().max(255), after: z.number().nullable() }).nullable(),
});
export type ProposeFormData = z.infer<typeof proposeFormSchema>;

/** The data of a form as it came back; null where it is not one of ours, or of another version. */
export function readFormData<T>(schema: z.ZodType<T>, privateMetadata: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(privateMetadata));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
