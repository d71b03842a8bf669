import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {createCore} from '../../../electron/core/createCore';
import type {Study} from '../../../electron/core/study';

/** Opens a study of these files, which no run has made, for the time of `work`. */
export async function withStudyOf<T>(
  files: Readonly<Record<string, string>>,
  work: (study: Study) => Promise<T>,
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'study-desk-release-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), {recursive: true});
    writeFileSync(join(dir, path), text);
  }
  const core = createCore({cacheDir: join(dir, 'metadata/cache')});
  try {
    const opened = await core.openStudy(dir, {watch: false});
    if (!opened.ok) throw new Error(opened.error.message);
    try {
      return await work(opened.value);
    } finally {
      await opened.value.close();
    }
  } finally {
    await core.close();
    rmSync(dir, {recursive: true, force: true});
  }
}

/** The value of an answer that is expected to be good. */
export async function valueOf<T>(
  answer: Promise<{ok: true; value: T} | {ok: false; error: {message: string}}>,
): Promise<T> {
  const given = await answer;
  if (!given.ok) throw new Error(given.error.message);
  return given.value;
}
