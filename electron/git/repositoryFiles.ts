import fs from 'node:fs';
import path from 'node:path';
import type {PromiseFsClient} from 'isomorphic-git';
import {readRegularFile} from '../files/openFile';
import type {GitFolder} from './gitFolder';

/** What a linked working tree keeps for itself; all else it shares with the main one (git's own layout). */
const OWN_FILES =
  /^(HEAD|index|ORIG_HEAD|MERGE_HEAD|logs[\\/]HEAD|refs[\\/](bisect|worktree)([\\/].*)?)$/;

/** Bytes of a pack, the largest file of a repository: as many as Node reads at once. */
const MOST_BYTES = 2 ** 31 - 1;

/** Bytes of what git reads as text: HEAD, config, refs and what is ignored. */
const MOST_TEXT_BYTES = 16 * 1024 ** 2;

type ReadOptions = {readonly encoding?: BufferEncoding} | BufferEncoding;

/** What is no file counts as missing for isomorphic-git, and is never waited for. */
async function read(file: string, options?: ReadOptions): Promise<Buffer | string> {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  if (encoding === undefined) return readRegularFile(file, MOST_BYTES);
  return (await readRegularFile(file, MOST_TEXT_BYTES)).toString(encoding);
}

/** The file system as isomorphic-git is given it for repositories of our own, which it writes too. */
export const gitFiles: PromiseFsClient = {promises: {...fs.promises, readFile: read}};

/**
 * The file system as isomorphic-git needs it to see a linked working tree, which it does not know:
 * shared files of the git folder are looked up in the common one. Nothing is ever written: isomorphic-git would
 * store the times it saw in the index.
 */
export function repositoryFiles({gitDir, commonDir}: GitFolder): PromiseFsClient {
  const toCommon = (file: string): string => {
    if (gitDir === commonDir) return file;
    const inside = path.relative(gitDir, file);
    const isShared = inside !== '' && !inside.startsWith('..') && !path.isAbsolute(inside);
    return isShared && !OWN_FILES.test(inside) ? path.join(commonDir, inside) : file;
  };
  const dropped = (): Promise<void> => Promise.resolve();
  return {
    promises: {
      readFile: async (file: string, options?: ReadOptions) => read(toCommon(file), options),
      readdir: async (folder: string) => fs.promises.readdir(toCommon(folder)),
      lstat: async (file: string) => fs.promises.lstat(toCommon(file)),
      stat: async (file: string) => fs.promises.stat(toCommon(file)),
      readlink: async (file: string) => fs.promises.readlink(toCommon(file)),
      writeFile: dropped,
      unlink: dropped,
      mkdir: dropped,
      rmdir: dropped,
      symlink: dropped,
    },
  };
}

/** Files that say what is ignored are asked for anew with every path: kept for one look. */
export function withIgnoresKept({promises}: PromiseFsClient): PromiseFsClient {
  const kept = new Map<string, Promise<unknown>>();
  // isomorphic-git declares all of these as mere functions
  const read = promises.readFile as (file: string, options?: unknown) => Promise<unknown>;
  const readFile = (file: string, options?: unknown): Promise<unknown> => {
    if (!/(?:\.gitignore|info[\\/]exclude)$/.test(file)) return read(file, options);
    const key = JSON.stringify([file, options]);
    const known = kept.get(key) ?? read(file, options);
    kept.set(key, known);
    return known;
  };
  return {promises: {...promises, readFile}};
}
