/** The links of the audit log's chain: how an event becomes an entry, and how a row of entries is found whole or broken. Pure. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AuditEntry, AuditEvent } from './audit-log.js';

/** What the first entry of a chain has for `previous`. */
export const chainStart = '0'.repeat(64);

/** Action of the entry that every chain begins with: where there are two, Redis was emptied in between. */
export const chainStartAction = 'audit.started';

const limits = { action: 64, actor: 64, subject: 200, factNames: 32, factName: 64, fact: 1_000, allFacts: 12_000 };

const hex = z.string().regex(/^[0-9a-f]{64}$/);

/** An entry as it is stored, exported and shipped: one line of JSON. */
const auditEntrySchema = z.strictObject({
  sequence: z.int().min(1),
  at: z.iso.datetime(),
  actor: z.string().nullable(),
  action: z.string(),
  subject: z.string().nullable(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  previous: hex,
  hash: hex,
});

/** The place that a new entry takes. */
export interface ChainPlace {
  readonly sequence: number;
  readonly previous: string;
}

/** JSON with the names of every object in code unit order and no blanks, which is what is hashed. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256, hex, over the canonical JSON of everything but `hash` itself. */
export function hashOf({
  hash: _hash,
  ...rest
}: AuditEntry | (Omit<AuditEntry, 'hash'> & { readonly hash?: string })): string {
  return createHash('sha256').update(canonicalJson(rest), 'utf8').digest('hex');
}

/** The event as an entry at this place of the chain. Text is cut to size, credentials in it are blanked: reasons are typed by people. */
export function sealEntry(event: AuditEvent, { sequence, previous }: ChainPlace, at: Date): AuditEntry {
  const entry = {
    sequence,
    at: at.toISOString(),
    actor: event.actor === null ? null : cut(event.actor, limits.actor),
    action: cut(event.action, limits.action),
    subject: event.subject === null ? null : cut(event.subject, limits.subject),
    facts: fitFacts(event.facts),
    previous,
  };
  return { ...entry, hash: hashOf(entry) };
}

/** One line of an export or a shipped segment. */
export function renderEntry(entry: AuditEntry): string {
  return canonicalJson(entry);
}

/** @returns null where the line is no entry, letter for letter as `renderEntry` writes it: what a parser would overlook is not overlooked. */
export function parseEntry(line: string): AuditEntry | null {
  try {
    const parsed = auditEntrySchema.safeParse(JSON.parse(line));
    return parsed.success && renderEntry(parsed.data) === line ? parsed.data : null;
  } catch {
    return null;
  }
}

function fitFacts(facts: AuditEvent['facts']): AuditEvent['facts'] {
  const given = Object.entries(facts);
  const kept: [string, string | number | boolean | null][] = [];
  let room = limits.allFacts;
  for (const [name, value] of given.slice(0, limits.factNames)) {
    const fitted = fitValue(value, Math.max(0, Math.min(limits.fact, room)));
    room -= name.length + (typeof fitted === 'string' ? fitted.length : 8);
    kept.push([name === '__proto__' ? 'proto' : cut(name, limits.factName), fitted]);
  }
  if (given.length > limits.factNames) kept.push(['factsLeftOut', given.length - limits.factNames]);
  return Object.fromEntries(kept);
}

/** What the types rule out may still come out of a job: it is written as text rather than refused. */
function fitValue(value: unknown, most: number): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  // JSON has neither NaN nor -0, so that what is read back would hash differently.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  return cut(typeof value === 'string' ? value : canonicalJson(value), most);
}

/** Access keys of AWS, tokens of Slack. Nothing of the kind is put in on purpose. */
const secrets = /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|x(?:ox[a-z]|app)-[A-Za-z0-9-]{8,})/g;

function cut(text: string, most: number): string {
  // Half a surrogate pair has no UTF-8; Buffer puts U+FFFD in its place, so that hash and stored text agree.
  const whole = Buffer.from(text.slice(0, most * 4 + 64), 'utf8')
    .toString('utf8')
    .replaceAll(secrets, '[secret]');
  if (text.length <= most && whole.length <= most) return whole;
  const points = Array.from(whole).slice(0, Math.max(0, most - 1));
  return `${points.join('')}…`;
}
