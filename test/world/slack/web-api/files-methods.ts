/** files.*: the upload in three steps. */
import { objectsIn, textOrNull } from '../json.js';
import type { Arguments } from './arguments.js';
import { readBlocks } from './content.js';
import { type Inside, type Method, visibleChannel } from './method.js';
import { SlackApiError } from './slack-api-error.js';

const getUploadUrl: Method = {
  tier: 4,
  token: 'bot',
  scopes: ['files:write'],
  run: (args, inside) => {
    const length = args.integer('length', 0, 0, 1_000_000_000);
    if (length === 0) throw new SlackApiError('invalid_arguments');
    const file = inside.files.announce(args.needText('filename'), length, args.text('alt_text'));
    return { upload_url: `${inside.baseUrl()}/upload/${file.uploadKey}`, file_id: file.id };
  },
};

/** Posts what was uploaded, where a channel was named. */
function share(args: Arguments, inside: Inside, files: Parameters<Inside['workspace']['post']>[0]['files']): void {
  const asked = args.text('channel_id');
  if (asked === null) return;
  const channel = visibleChannel(inside, asked);
  if (!channel.members.includes(inside.identity.botUserId)) throw new SlackApiError('not_in_channel');
  if (channel.archived) throw new SlackApiError('is_archived');
  inside.workspace.post({
    channel: channel.id,
    author: inside.identity.botUserId,
    byBot: true,
    text: args.text('initial_comment') ?? '',
    blocks: readBlocks(args.json('blocks'), inside) ?? [],
    threadTs: args.text('thread_ts'),
    ...(files === undefined ? {} : { files }),
  });
}

const completeUpload: Method = {
  tier: 4,
  token: 'bot',
  scopes: ['files:write'],
  run: (args, inside) => {
    const asked = objectsIn(args.json('files'));
    if (asked.length === 0) throw new SlackApiError('invalid_arguments');
    const files = asked.map((each) => {
      const file = inside.files.complete(textOrNull(each['id']) ?? '', textOrNull(each['title']));
      if (file === null) throw new SlackApiError('file_not_found');
      return file;
    });
    share(args, inside, files);
    return { files: files.map((file) => ({ id: file.id, title: file.title })) };
  },
};

const info: Method = {
  tier: 4,
  token: 'bot',
  scopes: ['files:read'],
  run: (args, inside) => {
    const file = inside.files.describe(args.needText('file'));
    if (file === null) throw new SlackApiError('file_not_found');
    return { file };
  },
};

export const fileMethods: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
  'files.info': info,
};
