/** Finds what a message is about: a distribution in an alarm, a link to the console, a name somebody wrote. Pure. */

const maxText = 20_000;
const maxDepth = 12;

/** Hosts that alarms are full of and that are never the distribution asked about. */
const foreignHosts =
  /(^|\.)(amazonaws\.com|aws\.amazon\.com|amazon\.com|slack\.com|slack-edge\.com|github\.com|pagerduty\.com|datadoghq\.com)$/i;

/** Words of a message that are a file, not a host. */
const fileEndings = /\.(js|ts|json|ya?ml|html?|css|png|jpe?g|gif|svg|txt|md|log|py|sh|tf|gz)$/i;

/**
 * @param message the message as Slack gives it: text, blocks and attachments are all searched.
 * @param names names of distributions in the policy file.
 * @returns what to write after `check`; null where nothing fits.
 */
export function findTarget(message: unknown, names: readonly string[]): string | null {
  const text = textOf(message, maxDepth).slice(0, maxText);
  const id =
    /\bdistributions?\/(E[A-Z0-9]{6,20})\b/.exec(text)?.[1] ??
    /(?<![A-Za-z0-9])(E[A-Z0-9]{12,13})(?![A-Za-z0-9])/.exec(text)?.[1];
  if (id !== undefined && /\d/.test(id)) return id;
  const own = /\b(d[a-z0-9]{8,20}\.cloudfront\.net)\b/i.exec(text)?.[1];
  if (own !== undefined) return own.toLowerCase();
  const words = text.toLowerCase().split(/[^a-z0-9-]+/);
  const name = names.find((candidate) => words.includes(candidate));
  if (name !== undefined) return name;
  const hosts = text.match(/(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?![\w-])/gi) ?? [];
  return hosts.find((host) => !foreignHosts.test(host) && !fileEndings.test(host))?.toLowerCase() ?? null;
}

/** Every string that a person could read in it, a line each. Ids and types of blocks are left out. */
function textOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return value;
  if (depth === 0 || typeof value !== 'object' || value === null) return '';
  if (Array.isArray(value)) return value.map((entry) => textOf(entry, depth - 1)).join('\n');
  return Object.entries(value)
    .filter(([key, entry]) => typeof entry === 'object' || readable.has(key))
    .map(([, entry]) => textOf(entry, depth - 1))
    .join('\n');
}

const readable: ReadonlySet<string> = new Set([
  'text',
  'title',
  'title_link',
  'pretext',
  'fallback',
  'value',
  'url',
  'from_url',
  'footer',
  'alt_text',
]);
