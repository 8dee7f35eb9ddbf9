/** Counts of requests and failures by path template, bounded however many paths there are. */
import type { DimensionCount } from '../diagnosis/evidence.js';
import { addCount, type Count, type SavedCount } from './counts.js';

/** Distinct names kept apart within one folder; more of them are items (articles, products, what a scanner tries), not places. */
const maxNames = 256;
const anyName = '{any}';

/** A path as far as it is told apart; `label` is its template. */
export interface PathCount extends Count {
  readonly label: string;
}

/** A folder as it crosses processes. */
export interface SavedFolder {
  readonly files: SavedCount[];
  readonly folders: [name: string, folder: SavedFolder][];
  readonly filesAreFolded: boolean;
  readonly foldersAreFolded: boolean;
}

interface Folder {
  readonly label: string;
  readonly files: Map<string, PathCount>;
  readonly folders: Map<string, Folder>;
  filesAreFolded: boolean;
  foldersAreFolded: boolean;
}

/**
 * A tree of folders. Where a folder holds more than `maxNames` files, all its files become `{any}`; the same for its folders, whose contents
 * are then merged. Folding depends on the set of paths alone, so neither the order of rows nor of merges matters. Past `maxEntries` in all,
 * new names go to `{any}` at once: then totals stay exact, and which names are kept depends on what came first.
 */
export class PathTree {
  readonly #maxEntries: number;
  readonly #root = createFolder('');
  #entries = 0;
  /** Changes whenever counts were folded: a `PathCount` got before may then be dead. */
  version = 0;

  constructor(maxEntries = 20_000) {
    this.#maxEntries = maxEntries;
  }

  /** The count of a template, to be added to until `version` changes. */
  of(template: string): PathCount {
    const names = template.split('/').slice(1);
    const file = names.pop() ?? '';
    let folder = this.#root;
    for (const name of names) folder = this.#folderIn(folder, name);
    return this.#fileIn(folder, file);
  }

  merge(other: PathTree): void {
    this.#mergeFolder(this.#root, other.#root);
  }

  /** What `restore` takes back. */
  save(): SavedFolder {
    return saveFolder(this.#root);
  }

  /** Adds what another tree saved. */
  restore(saved: SavedFolder): void {
    this.#restoreFolder(this.#root, saved);
  }

  list(): readonly DimensionCount[] {
    const counts: DimensionCount[] = [];
    const visit = (folder: Folder): void => {
      for (const { label, requests, failures } of folder.files.values())
        counts.push({ value: label, requests, failures });
      for (const inner of folder.folders.values()) visit(inner);
    };
    visit(this.#root);
    return counts;
  }

  #fileIn(folder: Folder, name: string): PathCount {
    // The folder itself (`/`, `/api/`) is a place whatever else it holds.
    const kept = folder.filesAreFolded && name !== '' ? anyName : name;
    const known = folder.files.get(kept);
    if (known !== undefined) return known;
    if (kept !== anyName && kept !== '' && this.#isFull(folder.files)) {
      this.#foldFiles(folder);
      return this.#fileIn(folder, anyName);
    }
    const file = { label: `${folder.label}/${kept}`, requests: 0, failures: 0 };
    folder.files.set(kept, file);
    this.#entries += 1;
    return file;
  }

  #folderIn(folder: Folder, name: string): Folder {
    const kept = folder.foldersAreFolded ? anyName : name;
    const known = folder.folders.get(kept);
    if (known !== undefined) return known;
    if (kept !== anyName && this.#isFull(folder.folders)) {
      this.#foldFolders(folder);
      return this.#folderIn(folder, anyName);
    }
    const inner = createFolder(`${folder.label}/${kept}`);
    folder.folders.set(kept, inner);
    this.#entries += 1;
    return inner;
  }

  #isFull(names: ReadonlyMap<string, unknown>): boolean {
    const counted = names.size - (names.has('') ? 1 : 0);
    return counted >= maxNames || this.#entries >= this.#maxEntries;
  }

  #foldFiles(folder: Folder): void {
    if (folder.filesAreFolded) return;
    folder.filesAreFolded = true;
    const files = [...folder.files].filter(([name]) => name !== '');
    for (const [name] of files) folder.files.delete(name);
    this.#entries -= files.length;
    for (const [, file] of files) addCount(this.#fileIn(folder, anyName), file);
    this.version += 1;
  }

  #foldFolders(folder: Folder): void {
    if (folder.foldersAreFolded) return;
    folder.foldersAreFolded = true;
    const folders = [...folder.folders.values()];
    folder.folders.clear();
    this.#entries -= folders.reduce((sum, inner) => sum + 1 + countEntries(inner), 0);
    for (const inner of folders) this.#mergeFolder(this.#folderIn(folder, anyName), inner);
    this.version += 1;
  }

  #restoreFolder(into: Folder, saved: SavedFolder): void {
    if (saved.filesAreFolded) this.#foldFiles(into);
    if (saved.foldersAreFolded) this.#foldFolders(into);
    for (const [name, requests, failures] of saved.files) addCount(this.#fileIn(into, name), { requests, failures });
    for (const [name, folder] of saved.folders) this.#restoreFolder(this.#folderIn(into, name), folder);
  }

  #mergeFolder(into: Folder, from: Folder): void {
    if (from.filesAreFolded) this.#foldFiles(into);
    if (from.foldersAreFolded) this.#foldFolders(into);
    for (const [name, file] of from.files) addCount(this.#fileIn(into, name), file);
    for (const [name, folder] of from.folders) this.#mergeFolder(this.#folderIn(into, name), folder);
  }
}

function saveFolder({ files, folders, filesAreFolded, foldersAreFolded }: Folder): SavedFolder {
  return {
    files: [...files].map(([name, { requests, failures }]) => [name, requests, failures]),
    folders: [...folders].map(([name, folder]) => [name, saveFolder(folder)]),
    filesAreFolded,
    foldersAreFolded,
  };
}

function createFolder(label: string): Folder {
  return { label, files: new Map(), folders: new Map(), filesAreFolded: false, foldersAreFolded: false };
}

function countEntries(folder: Folder): number {
  let entries = folder.files.size;
  for (const inner of folder.folders.values()) entries += 1 + countEntries(inner);
  return entries;
}
