/** Uploaded files. After the upload Slack looks through a file for a while; only then a message can show it. */
import { randomBytes } from 'node:crypto';
import type { JsonObject } from './json.js';
import type { MessageFile } from './message.js';

interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly length: number;
  readonly altText: string | null;
  readonly uploadKey: string;
  bytes: Buffer | null;
  title: string;
  completedAt: number | null;
}

export type Files = ReturnType<typeof createFiles>;

function mimeType(name: string): string {
  const known: Readonly<Record<string, string>> = {
    png: 'image/png',
    jpg: 'image/jpeg',
    gif: 'image/gif',
    txt: 'text/plain',
    json: 'application/json',
    csv: 'text/csv',
  };
  return known[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
}

export function createFiles(now: () => number, scanMs: number) {
  const files = new Map<string, StoredFile>();

  const isScanned = (file: StoredFile) => file.completedAt !== null && now() - file.completedAt >= scanMs;

  return {
    /** Announces a file; the bytes follow under the key. */
    announce(
      name: string,
      length: number,
      altText: string | null,
    ): { readonly id: string; readonly uploadKey: string } {
      const id = `F${randomBytes(5).toString('hex').toUpperCase()}`;
      const uploadKey = randomBytes(16).toString('hex');
      files.set(id, { id, name, length, altText, uploadKey, bytes: null, title: name, completedAt: null });
      return { id, uploadKey };
    },

    /** Takes the bytes; false where the key is unknown or the length is not the announced one. */
    receive(uploadKey: string, bytes: Buffer): boolean {
      const file = [...files.values()].find((each) => each.uploadKey === uploadKey);
      if (file === undefined || file.bytes !== null || bytes.length !== file.length) return false;
      file.bytes = bytes;
      return true;
    },

    /** The finished file, or null where it is unknown or its bytes never came. */
    complete(id: string, title: string | null): MessageFile | null {
      const file = files.get(id);
      if (file === undefined || file.bytes === null || file.completedAt !== null) return null;
      file.title = title ?? file.name;
      file.completedAt = now();
      return { id, name: file.name, title: file.title, bytes: file.bytes };
    },

    /** Whether a block may show it. */
    isUsable(id: string): boolean {
      const file = files.get(id);
      return file !== undefined && isScanned(file) && mimeType(file.name).startsWith('image/');
    },

    /** As files.info shows it; null where there is none. `mimetype` is empty until Slack has looked through it. */
    describe(id: string): JsonObject | null {
      const file = files.get(id);
      if (file === undefined || file.completedAt === null) return null;
      return {
        id,
        name: file.name,
        title: file.title,
        size: file.length,
        mimetype: isScanned(file) ? mimeType(file.name) : '',
        ...(file.altText === null ? {} : { alt_txt: file.altText }),
      };
    },
  };
}
