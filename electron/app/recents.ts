import {stat} from 'node:fs/promises';
import {basename} from 'node:path';
import * as z from 'zod';
import type {RecentStudy} from '../../shared/study';
import {createJsonFile} from './jsonFile';

/** Folders kept in the list. */
const MAX_RECENTS = 20;

/** Looking at a folder on a network drive that is gone must not hold up the start page. */
const LOOK_MS = 300;

const recentsDecoder = z.array(z.object({dir: z.string(), openedAt: z.string()}));

type Recent = z.infer<typeof recentsDecoder>[number];

/** Studies opened before, newest first. */
export interface Recents {
  list(): Promise<readonly RecentStudy[]>;
  remember(dir: string, now: Date): Promise<void>;
  forget(dir: string): Promise<void>;
}

/** Puts a folder first and keeps the list short. */
export function withRecent(recents: readonly Recent[], dir: string, now: Date): readonly Recent[] {
  const others = recents.filter((recent) => recent.dir !== dir);
  return [{dir, openedAt: now.toISOString()}, ...others].slice(0, MAX_RECENTS);
}

/** Opens the list of recent studies. */
export function openRecents(path: string): Recents {
  const file = createJsonFile<readonly Recent[]>(path, recentsDecoder, []);
  return {
    list: async () =>
      Promise.all(
        (await file.read()).map(async ({dir, openedAt}) => ({
          dir,
          name: basename(dir),
          openedAt,
          exists: await folderExists(dir),
        })),
      ),
    remember: (dir, now) => file.update((recents) => withRecent(recents, dir, now)),
    forget: (dir) => file.update((recents) => recents.filter((recent) => recent.dir !== dir)),
  };
}

async function folderExists(dir: string): Promise<boolean> {
  const look = stat(dir).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const timeUp = new Promise<boolean>((resolve) => setTimeout(resolve, LOOK_MS, false).unref());
  return Promise.race([look, timeUp]);
}
