/** Words inside a message as a person reads them: mrkdwn, dates, mentions and the inline elements of rich text. */
import { isObject, type JsonObject, objectsIn, textOrNull } from '../json.js';

/** Names for ids; the id itself where none is known. */
export type NameOf = (id: string) => string;

/** A date template filled in with UTC; every form of a day reads as `2026-01-31`. */
export function renderDate(seconds: number, format: string, fallback: string): string {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return fallback;
  const [day = '', clock = ''] = at.toISOString().split('T');
  const hasTime = /\{(time|time_secs|ago)\}/.test(format);
  const filled = format
    .replaceAll('{time_secs}', clock.slice(0, 8))
    .replaceAll('{time}', clock.slice(0, 5))
    .replaceAll('{ago}', `${day} ${clock.slice(0, 8)}`)
    .replaceAll(/\{(date\w*|day_divider_pretty)\}/g, day);
  return hasTime ? `${filled} UTC` : filled;
}

/** What stands between `<` and `>` in mrkdwn. */
function renderToken(token: string, nameOf: NameOf): string {
  const [target = '', ...rest] = token.split('|');
  const label = rest.length > 0 ? rest.join('|') : null;
  if (target.startsWith('@')) return `@${label ?? nameOf(target.slice(1))}`;
  if (target.startsWith('#')) return `#${label ?? nameOf(target.slice(1))}`;
  if (target.startsWith('!date^')) {
    const [, seconds = '', format = ''] = target.split('^');
    return renderDate(Number(seconds), format, label ?? '');
  }
  if (target.startsWith('!subteam^')) return label ?? `@${nameOf(target.slice('!subteam^'.length))}`;
  if (target.startsWith('!')) return `@${target.slice(1).split('^')[0] ?? ''}`;
  return label === null || label === target ? target : `${label} (${target})`;
}

function decodeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Takes the marks of bold, italics and strike away, where Slack would read them as such. */
function unmark(text: string): string {
  return ['\\*', '_', '~'].reduce(
    (sofar, mark) =>
      sofar.replaceAll(new RegExp(`(?<![\\w\`])${mark}(?=\\S)([^\\n\`]*?\\S)${mark}(?![\\w\`])`, 'g'), '$1'),
    text,
  );
}

export function renderMrkdwn(text: string, nameOf: NameOf): string {
  const tokens: string[] = [];
  // Tokens step aside while the marks go, since a mark may stand around one; a character of private use holds their place.
  const marked = text.replaceAll(/<([^<>\n]+)>/g, (_whole, token: string) => `\uE000${tokens.push(token) - 1}\uE000`);
  return decodeEntities(
    unmark(marked).replaceAll(/\uE000(\d+)\uE000/g, (_whole, index: string) =>
      renderToken(tokens[Number(index)] ?? '', nameOf),
    ),
  );
}

/** A text object of either kind; empty where there is none. */
export function renderText(value: unknown, nameOf: NameOf): string {
  if (!isObject(value)) return '';
  const text = textOrNull(value['text']) ?? '';
  return value['type'] === 'mrkdwn' ? renderMrkdwn(text, nameOf) : text;
}

function renderElement(element: JsonObject, nameOf: NameOf): string {
  const text = (name: string) => textOrNull(element[name]) ?? '';
  switch (element['type']) {
    case 'text':
      return text('text');
    case 'link': {
      const label = text('text');
      return label === '' || label === text('url') ? text('url') : `${label} (${text('url')})`;
    }
    case 'user':
      return `@${nameOf(text('user_id'))}`;
    case 'usergroup':
      return `@${nameOf(text('usergroup_id'))}`;
    case 'channel':
      return `#${nameOf(text('channel_id'))}`;
    case 'team':
      return nameOf(text('team_id'));
    case 'broadcast':
      return `@${text('range')}`;
    case 'emoji':
      return `:${text('name')}:`;
    case 'color':
      return text('value');
    case 'date':
      return renderDate(Number(element['timestamp']), text('format'), text('fallback'));
    default:
      return '';
  }
}

export function renderInline(elements: unknown, nameOf: NameOf): string {
  return objectsIn(elements)
    .map((element) => renderElement(element, nameOf))
    .join('');
}
