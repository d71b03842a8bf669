import fs from 'node:fs';
import path from 'node:path';
import type {PromiseFsClient} from 'isomorphic-git';
import type {GitFolder} from './gitFolder';

/** What a linked working tree keeps for itself; all else it shares with the main one (git's own layout). */
const OWN_FILES =
  /^(HEAD|index|ORIG_HEAD|MERGE_HEAD|logs[\\/]HEAD|refs[\\/](bisect|worktree)([\\/].*)?)$/;

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
      readFile: async (file: string, options?: {encoding?: BufferEncoding} | BufferEncoding) =>
        fs.promises.readFile(toCommon(file), options),
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
