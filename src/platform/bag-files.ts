/** Bags of evidence on disk: written for their owner alone, since log paths and host names are in them; read with a limit. */
import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { maxBagFileBytes, parseBagFile, renderBagFile, type SavedBag } from '../diagnosis/bag-file.js';
import { Failure } from '../failure.js';

const ownerOnly = 0o600;

/** So that a check does not run for nothing. @throws Failure `bad-input` where the file cannot be written. */
export function refuseUnwritable(path: string): void {
  if (path === '') throw new Failure('bad-input', 'Say where to keep the evidence: --save bag.json');
  try {
    closeSync(openSync(path, 'a', ownerOnly));
  } catch (error) {
    throw new Failure('bad-input', `The evidence cannot be kept in ${path}${reasonOf(error)}.`, { cause: error });
  }
}

/**
 * Writes the bag and the time of its verdict.
 *
 * @returns what is in the file: a verdict from that is the one that a replay gives, byte for byte.
 * @throws Failure `bad-input` where the file cannot be written.
 */
export function saveBag(saved: SavedBag, path: string, version: string): SavedBag {
  const text = renderBagFile(saved, version);
  try {
    writeFileSync(path, text, { mode: ownerOnly });
  } catch (error) {
    throw new Failure('bad-input', `The evidence cannot be kept in ${path}${reasonOf(error)}.`, { cause: error });
  }
  const read = parseBagFile(text, path);
  if (!read.ok) throw new Failure('bug', read.problem);
  return read;
}

/** @throws Failure `bad-input` that says what is wrong with the file and what to do. */
export function readBag(path: string): SavedBag {
  let text: string;
  try {
    if (statSync(path).size > maxBagFileBytes)
      throw new Failure('bad-input', `${path} is too large to be a bag of evidence.`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('bad-input', `${path} cannot be read${reasonOf(error)}.`, { cause: error });
  }
  const read = parseBagFile(text, path);
  if (!read.ok) throw new Failure('bad-input', read.problem);
  return read;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'ENOENT':
      return ': there is no such file or folder';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return ': permission denied';
    case 'EISDIR':
      return ': it is a folder';
    default:
      return typeof code === 'string' ? ` (${code})` : '';
  }
}
