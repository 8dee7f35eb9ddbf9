/** Text, blocks and metadata of a message as an app sends them, checked as Slack checks them. */
import { isObject, type JsonObject, objectsIn } from '../json.js';
import { type BlockProblem, type Surface, tooLongMessage, validateBlocks } from '../validate-blocks.js';
import type { Arguments } from './arguments.js';
import type { Inside } from './method.js';
import { SlackApiError } from './slack-api-error.js';

/** Longest text of a posted message; what is beyond is cut off. */
const textMax = 40_000;
/** Longest `markdown_text`. */
const markdownMax = 12_000;

export interface Content {
  /** null where the argument was not given. */
  readonly text: string | null;
  readonly blocks: readonly JsonObject[] | null;
  readonly metadata: JsonObject | null;
}

/** The error Slack answers for blocks it does not take. */
export function refuseBlocks(problems: readonly BlockProblem[], code = 'invalid_blocks'): SlackApiError {
  if (problems.every((each) => each.message === tooLongMessage)) return new SlackApiError('msg_blocks_too_long');
  const told = problems.map((each) => `${each.message} [json-pointer:${each.pointer}]`);
  return new SlackApiError(code, {
    errors: told,
    response_metadata: { messages: told.map((line) => `[ERROR] ${line}`) },
  });
}

/** The blocks, checked; null where none were given. @throws SlackApiError `invalid_blocks` and its kin. */
export function readBlocks(value: unknown, inside: Inside, surface: Surface = 'message'): readonly JsonObject[] | null {
  if (value === undefined || value === null || value === '') return null;
  if (!Array.isArray(value)) throw new SlackApiError('invalid_blocks_format');
  const problems = validateBlocks(value, { surface, refused: inside.refusedBlocks });
  if (problems.length > 0) throw refuseBlocks(problems);
  for (const id of slackFilesIn(value)) {
    if (!inside.files.isUsable(id)) throw refuseBlocks([{ pointer: '/blocks', message: `invalid slack file: ${id}` }]);
  }
  return objectsIn(value);
}

/** Ids of uploaded files that the blocks show; a file can be shown once Slack has looked through it. */
function slackFilesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(slackFilesIn);
  if (!isObject(value)) return [];
  const file = value['slack_file'];
  const own = isObject(file) && typeof file['id'] === 'string' ? [file['id']] : [];
  return [...own, ...Object.values(value).flatMap(slackFilesIn)];
}

function readMetadata(args: Arguments): JsonObject | null {
  const metadata = args.json('metadata');
  if (metadata === undefined || metadata === null) return null;
  if (!isObject(metadata) || typeof metadata['event_type'] !== 'string' || !isObject(metadata['event_payload']))
    throw new SlackApiError('invalid_metadata_format');
  return metadata;
}

/** @throws SlackApiError for everything Slack refuses in the content of a message; an empty one is the caller's to refuse. */
export function readContent(args: Arguments, inside: Inside): Content {
  const markdown = args.text('markdown_text');
  if (markdown !== null) {
    if (args.text('text') !== null || args.json('blocks') !== undefined)
      throw new SlackApiError('markdown_text_conflict');
    if (markdown.length > markdownMax) throw new SlackApiError('msg_too_long');
  }
  return {
    text: (args.text('text') ?? markdown)?.slice(0, textMax) ?? null,
    blocks: readBlocks(args.json('blocks'), inside),
    metadata: readMetadata(args),
  };
}

export function isEmpty(content: Content): boolean {
  return content.text === null && (content.blocks === null || content.blocks.length === 0);
}
