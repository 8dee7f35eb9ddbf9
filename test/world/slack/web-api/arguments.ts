/** Arguments of a Web API call, whether they came as a form or as JSON. */
import { isObject, type JsonObject, parseJson } from '../json.js';
import { SlackApiError } from './slack-api-error.js';

export interface Arguments {
  readonly all: JsonObject;
  /** The text, or null where the argument is missing or empty. */
  text(name: string): string | null;
  /** The text. @throws SlackApiError `invalid_arguments` where it is missing. */
  needText(name: string): string;
  flag(name: string): boolean;
  /** Whole number within the bounds; `otherwise` where it is missing. */
  integer(name: string, otherwise: number, min: number, max: number): number;
  /** A structured argument: JSON text in a form, the value itself in a JSON body; undefined where it is missing. */
  json(name: string): unknown;
}

export function readArguments(all: JsonObject): Arguments {
  const text = (name: string): string | null => {
    const value = all[name];
    if (typeof value === 'string') return value === '' ? null : value;
    return typeof value === 'number' ? String(value) : null;
  };
  return {
    all,
    text,
    needText: (name) => {
      const value = text(name);
      if (value !== null) return value;
      throw new SlackApiError('invalid_arguments', {
        response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
      });
    },
    flag: (name) => all[name] === true || ['true', '1'].includes(text(name) ?? ''),
    integer: (name, otherwise, min, max) => {
      const value = text(name);
      if (value === null) return otherwise;
      const number = Number(value);
      if (!Number.isInteger(number)) throw new SlackApiError('invalid_arguments');
      return Math.min(Math.max(number, min), max);
    },
    json: (name) => {
      const value = all[name];
      return typeof value === 'string' ? (parseJson(value) ?? value) : value;
    },
  };
}

/** The fields of a request body: JSON, a form, or a multipart form without its files. */
export async function parseBody(contentType: string, body: Buffer): Promise<JsonObject> {
  if (body.length === 0) return {};
  if (contentType.startsWith('application/json')) {
    const parsed = parseJson(body.toString('utf8'));
    if (!isObject(parsed)) throw new SlackApiError('invalid_json');
    return parsed;
  }
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  if (contentType.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    return Object.fromEntries([...form.entries()].filter(([, value]) => typeof value === 'string'));
  }
  throw new SlackApiError('invalid_form_data');
}
