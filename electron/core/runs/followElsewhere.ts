import {mkdir, utimes} from 'node:fs/promises';
import path, {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {appError, failWith, type AppError} from '../../../shared/errors';
import {formatCount, formatDayTime, formatList} from '../../../shared/format';
import {err, ok} from '../../../shared/result';
import {
  copyName,
  FOLLOWED_COPIES,
  followedFrom,
  holdLink,
  LARGEST_COPIED,
  placeOf,
} from '../../export/followed';
import {isThere} from '../../files/openFile';
import type {CloneWay} from '../begin/cloneStudy';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** How long is waited before a lost link is tried again, in milliseconds. */
const AGAIN_MS = 5000;
const NAMED = 3;

/**
 * The study of an exported folder whose run is to be followed: of this computer as it is, of another as a copy in the
 * user's cache, which is kept in step for as long as the study is open.
 */
export async function followStudy(
  address: string,
  cacheDir: string,
  {signal, onProgress}: Pick<CloneWay, 'signal' | 'onProgress'>,
): Answer<string> {
  const place = placeOf(address);
  if (place === null) {
    const folder = path.resolve(address);
    for (const each of [folder, path.dirname(folder)])
      if (await isThere(join(each, 'plan.jsonl'))) return ok(join(each, 'study'));
    return failWith('not-found', `"${address}" is no exported folder.`, {
      hint: 'Give the folder that `study-desk export snakemake` has written, on another computer as HOST:FOLDER.',
    });
  }
  const copy = join(cacheDir, FOLLOWED_COPIES, copyName(place, address));
  await mkdir(copy, {recursive: true, mode: 0o700});
  const end = new AbortController();
  const stop = () => end.abort();
  signal.addEventListener('abort', stop);
  let isWhole = false;
  let files = 0;
  const ended = await holdLink(copy, address, {
    signal: end.signal,
    onFile: () => onProgress({phase: 'Files', loaded: (files += 1), total: null}),
    onLook: () => {
      isWhole = true;
      stop();
    },
  });
  signal.removeEventListener('abort', stop);
  if (signal.aborted) return err(appError('cancelled', 'Stopped before all files had come.'));
  return isWhole ? ok(join(copy, 'study')) : err(ended);
}

/** Why nothing is run in a copy of a study that runs on another computer; null where it is none. */
export async function refusedInCopy(study: string): Promise<AppError | null> {
  const from = await followedFrom(study);
  if (from === null) return null;
  return appError('invalid-request', `This is a copy of the study at ${from}.`, {
    why: 'It shows what is run there; what is run here would be replaced by that.',
    hint: 'Run it there.',
  });
}

/** Keeps the copy of a study on another computer in step with it; answers how to end that. A lost link is tried again. */
export function keepFollowing(state: Pick<StudyState, 'folder' | 'emit' | 'context'>): () => void {
  const end = new AbortController();
  const {study, lock} = state.folder;
  const notice = (level: 'info' | 'warning', message: string) =>
    state.emit({kind: 'run-event', event: {event: 'notice', runId: '', level, message}});
  const follow = async (): Promise<void> => {
    const from = await followedFrom(study);
    if (from === null) return;
    let isLost = false;
    let seenLarge = 0;
    while (!end.signal.aborted) {
      const error = await holdLink(path.dirname(study), from, {
        signal: end.signal,
        onLook: (large) => {
          if (isLost) notice('info', `The link to ${from} is back.`);
          isLost = false;
          if (large.length > seenLarge) notice('info', stays(from, large));
          seenLarge = large.length;
        },
      });
      if (end.signal.aborted) return;
      const now = new Date(state.context.now());
      if (!isLost)
        notice(
          'warning',
          `${error.message} ${error.why ?? ''} What is shown is as it was ${formatDayTime(now.toISOString(), now, 'in a sentence')}; the link is tried again.`,
        );
      isLost = true;
      // whether Snakemake lives is not known meanwhile: as it was, not as gone
      await utimes(lock, now, now).catch(() => undefined);
      await delay(AGAIN_MS, null, {signal: end.signal}).catch(() => undefined);
    }
  };
  void follow();
  return () => end.abort();
}

function stays(from: string, large: readonly string[]): string {
  const most = LARGEST_COPIED / 1024 ** 2;
  return `${formatCount(large.length)} of more than ${most} MB stay on ${from}, and count as missing here: ${formatList(large, NAMED)}.`;
}
