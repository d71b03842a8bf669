import {readdir, stat} from 'node:fs/promises';
import {basename, join} from 'node:path';
import * as z from 'zod';
import type {RecentEdit, RecentStudy} from '../../shared/study';
import {studyName} from '../core/project/studyName';
import {parseJson, readText} from '../files/openFile';
import {createJsonFile} from './jsonFile';

/** Folders kept in the list beside those that are pinned. */
const MAX_RECENTS = 20;

/** Looking at a folder on a network drive that is gone must not hold up the start page. */
const LOOK_MS = 300;

/** A record of a run that is larger says nothing here: the page waits for it. */
const MOST_RECORD_BYTES = 512 * 1024;

const recentsDecoder = z.array(
  z.object({dir: z.string(), openedAt: z.string(), pinned: z.boolean().optional()}),
);

type Recent = z.infer<typeof recentsDecoder>[number];

const lastRunDecoder = z.object({
  startedAt: z.string(),
  outcome: z.enum(['succeeded', 'failed', 'cancelled']).nullable(),
});

/** Studies opened before: pinned ones first, then the newest. */
export interface Recents {
  list(): Promise<readonly RecentStudy[]>;
  remember(dir: string, now: Date): Promise<void>;
  edit(dir: string, to: RecentEdit): Promise<void>;
}

/** Puts a folder first and keeps the list short; what is pinned stays. */
export function withRecent(recents: readonly Recent[], dir: string, now: Date): readonly Recent[] {
  const before = recents.find((recent) => recent.dir === dir);
  const others = recents.filter((recent) => recent !== before);
  const all = [{...before, dir, openedAt: now.toISOString()}, ...others];
  const kept = new Set(all.filter((recent) => !isPinned(recent)).slice(0, MAX_RECENTS));
  return all.filter((recent) => isPinned(recent) || kept.has(recent));
}

function isPinned({pinned}: Recent): boolean {
  return pinned === true;
}

/** Opens the list of recent studies. */
export function openRecents(path: string): Recents {
  const file = createJsonFile<readonly Recent[]>(path, recentsDecoder, []);
  return {
    async list() {
      const recents = await file.read();
      const inOrder = [...recents].sort((one, other) => +isPinned(other) - +isPinned(one));
      return Promise.all(
        inOrder.map(async ({dir, openedAt, pinned = false}) => ({
          ...{dir, openedAt, pinned},
          ...(await lookAt(dir)),
        })),
      );
    },
    remember: (dir, now) => file.update((recents) => withRecent(recents, dir, now)),
    edit: (dir, to) =>
      file.update((recents) =>
        recents.flatMap((recent) => {
          if (recent.dir !== dir) return [recent];
          return to === 'forgotten' ? [] : [{...recent, pinned: to === 'pinned'}];
        }),
      ),
  };
}

type Look = Pick<RecentStudy, 'name' | 'exists' | 'branch' | 'lastRun'>;

async function lookAt(dir: string): Promise<Look> {
  const gone: Look = {name: basename(dir), exists: false, branch: null, lastRun: null};
  const timeUp = new Promise<Look>((resolve) => setTimeout(resolve, LOOK_MS, gone).unref());
  return Promise.race([look(dir, gone), timeUp]);
}

async function look(dir: string, gone: Look): Promise<Look> {
  const found = await stat(dir).catch(() => null);
  if (found?.isDirectory() !== true) return gone;
  const [head, lastRun] = await Promise.all([
    readText(join(dir, '.git', 'HEAD'), 1000).catch(() => ''),
    lastRunOf(join(dir, 'metadata', 'study-desk', 'runs')),
  ]);
  const branch = /^ref: refs\/heads\/(.+)$/mu.exec(head)?.[1] ?? null;
  return {name: studyName(dir), exists: true, branch, lastRun};
}

/** The newest run that has a record; null where there is none, or it says nothing. */
async function lastRunOf(runs: string): Promise<RecentStudy['lastRun']> {
  const names = await readdir(runs).catch(() => []);
  const newest = names
    .filter((name) => /^\d{6,}-/u.test(name))
    .sort()
    .at(-1);
  if (newest === undefined) return null;
  const text = await readText(join(runs, newest, 'run.json'), MOST_RECORD_BYTES).catch(() => '');
  return lastRunDecoder.safeParse(parseJson(text)).data ?? null;
}
