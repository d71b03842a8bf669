import {rmSync} from 'node:fs';
import * as z from 'zod';
import {appError, type AppError} from '../../shared/errors';
import {formatDayTime} from '../../shared/format';
import {createJsonFile} from './jsonFile';

/** How often it is noted how the application is, in milliseconds. */
const NOTE_MS = 60_000;

/** How the application is: what is left of it where it ends without closing. Nothing of a study is in it. */
const Note = z.object({
  version: z.string(),
  startedAt: z.string(),
  seenAt: z.string(),
  windows: z.number(),
  runs: z.number(),
  megabytes: z.number(),
});
type Note = z.infer<typeof Note>;

/**
 * Notes how the application is while it runs. What a start before has left, as it crashed, was killed or lost its power, is an
 * error to be shown: given once, with what was noted last.
 */
export function noteEnd(
  path: string,
  version: string,
  now: () => Date,
  look: () => Pick<Note, 'windows' | 'runs'>,
) {
  const file = createJsonFile<Note | null>(path, Note.nullable(), null);
  let left = file.readSync();
  const startedAt = now().toISOString();
  const note = (): void => {
    const megabytes = Math.round(process.memoryUsage().rss / 1e6);
    // where the disk is full there is only no note
    void file
      .write({version, startedAt, seenAt: now().toISOString(), ...look(), megabytes})
      .catch(() => undefined);
  };
  note();
  const timer = setInterval(note, NOTE_MS);
  timer.unref();
  return {
    /** Why the start before has not closed; null where it has, or that was given before. */
    takeReport(): AppError | null {
      const report = left === null ? null : reportOf(left, now());
      left = null;
      return report;
    },
    /** It closes now. */
    async close(): Promise<void> {
      clearInterval(timer);
      // after a note that is on its way
      await file.read();
      rmSync(path, {force: true});
    },
  };
}

function reportOf(note: Note, now: Date): AppError {
  const {seenAt, runs} = note;
  return appError('bug', 'Study Desk did not close when it ended last.', {
    why: `It was last seen ${formatDayTime(seenAt, now, 'in a sentence')}. It crashed, was killed, or the computer lost its power.`,
    hint:
      runs === 0
        ? 'Nothing was running. “Copy report” copies what is known of it.'
        : 'Runs are taken up where they are when their study is opened. “Copy report” copies what is known of it.',
    detail: JSON.stringify(note, null, 2),
  });
}
