/** Safe text for Slack: everything untrusted goes through here, into plain_text or rich_text `text` elements and nowhere else. */
import type { PlainTextElement, RichTextElement } from '@slack/types';
import { cut, slackLimits } from './limits.js';

/** A piece of a rich text: a string becomes a `text` element, so it can hold anything. */
export type Piece = string | RichTextElement;

// Control characters, direction marks and overrides, invisible joiners, variation tags, lone halves of surrogate pairs.
const unprintable =
  /[\p{Cc}\p{Cs}\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

/** One line of printable text. Never empty. */
export function cleanText(value: string, max: number = slackLimits.element): string {
  // Cut first: a hostile megabyte is not worth scanning.
  const bounded = value.length > max * 4 ? value.slice(0, max * 4) : value;
  const printable = bounded
    .replace(/[\t\r\n\u2028\u2029]+/g, ' ')
    .replace(unprintable, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  return printable === '' ? '–' : cut(printable, max);
}

/** A rich text element with the text as it is: Slack parses no markup in it. */
export function text(value: string): RichTextElement {
  return { type: 'text', text: inlineText(value) };
}

export function bold(value: string): RichTextElement {
  return { type: 'text', text: inlineText(value), style: { bold: true } };
}

export function code(value: string): RichTextElement {
  return { type: 'text', text: inlineText(value), style: { code: true } };
}

/** Pieces as rich text elements. */
export function elements(pieces: readonly Piece[]): RichTextElement[] {
  return pieces.map((piece) => (typeof piece === 'string' ? text(piece) : piece));
}

/** `plain_text`, in which Slack shows neither markup nor emoji codes. */
export function plain(value: string, max: number): PlainTextElement {
  return { type: 'plain_text', text: cleanText(value, max), emoji: false };
}

/**
 * The top-level `text` of a message: what notifications and screen readers use. Slack parses it, so its three special characters are
 * escaped and URLs broken: no mention, date token or link can come out of it.
 */
export function fallbackText(...sentences: readonly string[]): string {
  const joined = cleanText(sentences.join(' '), slackLimits.fallbackText / 2).replaceAll('://', ':// ');
  const escaped = joined.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  if (escaped.length <= slackLimits.fallbackText) return escaped;
  // Not through the middle of an entity.
  return `${escaped.slice(0, slackLimits.fallbackText - 1).replace(/&[a-z]{0,4}$/, '')}…`;
}

/** A person, shown by name; nothing but the text where the id is not one. */
export function person(userId: string): RichTextElement {
  return /^[UW][A-Z0-9]{2,20}$/.test(userId) ? { type: 'user', user_id: userId } : text(userId);
}

/** A link to AWS's documentation. Anything else stays text: no link may come from input. */
export function awsPage(url: string, label: string): RichTextElement {
  const trusted = /^https:\/\/(docs|repost)\.aws\.amazon\.com\/[\w./#?=&-]{1,500}$/.test(url);
  return trusted ? { type: 'link', url, text: cleanText(label) } : text(`${label}: ${url}`);
}

/** `20 Nov 2026, 10:15 UTC`; the text itself where it is no time. */
export function utc(iso: string): string {
  const at = new Date(iso);
  if (!isShowable(at)) return cleanText(iso, 40);
  const [, , month = ''] = at.toUTCString().split(' ');
  return `${at.getUTCDate()} ${month} ${at.getUTCFullYear()}, ${utcClock(at)} UTC`;
}

/** `10:15`, in UTC; the text itself where it is no time. */
export function clock(iso: string): string {
  const at = new Date(iso);
  return isShowable(at) ? utcClock(at) : cleanText(iso, 40);
}

/** A time in the reader's zone with UTC beside it. */
export function when(iso: string): RichTextElement[] {
  const at = new Date(iso);
  if (!isShowable(at)) return [text(iso)];
  return [date(at, '{date_short_pretty} {time}'), text(` (${utcClock(at)} UTC)`)];
}

function date(at: Date, format: string): RichTextElement {
  return { type: 'date', timestamp: Math.floor(at.getTime() / 1000), format, fallback: utc(at.toISOString()) };
}

/** An interval in the reader's zone with UTC beside it; short where it is less than a day. */
export function interval(from: string, to: string): RichTextElement[] {
  const start = new Date(from);
  const end = new Date(to);
  const lengthMs = end.getTime() - start.getTime();
  if (!isShowable(start) || !isShowable(end) || lengthMs < 0 || lengthMs >= 86_400_000)
    return [...when(from), text(' to '), ...when(to)];
  return [
    date(start, '{date_short_pretty} {time}'),
    text(' to '),
    date(end, '{time}'),
    text(` (${utcClock(start)} to ${utcClock(end)} UTC)`),
  ];
}

function utcClock(at: Date): string {
  return at.toISOString().slice(11, 16);
}

/** Slack's dates are positive seconds; a year of four digits. */
function isShowable(at: Date): boolean {
  const ms = at.getTime();
  return Number.isFinite(ms) && ms > 0 && ms < 253_402_300_800_000;
}

/** Like `cleanText`, but blanks at the ends are kept: pieces of one line are put side by side. */
function inlineText(value: string): string {
  if (value === ' ') return value;
  const cleaned = cleanText(value);
  if (cleaned === '–') return cleaned;
  return `${value.startsWith(' ') ? ' ' : ''}${cleaned}${value.endsWith(' ') ? ' ' : ''}`;
}
