import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {systemErrorCode} from '../../files/fileSystemError';
import {isLeftBeside} from '../../files/writeAtomically';

/** Folders in which no script of a study lies, and which can be huge. */
const SKIPPED = new Set([
  '.git',
  'metadata',
  'node_modules',
  'venv',
  '.venv',
  '__pycache__',
  'renv',
]);

/** Files looked at before giving up: a study with more is no study but its data. */
const MOST_FILES = 20_000;

/**
 * Study-relative paths with `/` of the files of a study, links not followed; null where there are
 * too many or a folder can't be read.
 */
export async function listStudyFiles(studyDir: string): Promise<ReadonlySet<string> | null> {
  const files = new Set<string>();
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(path.join(studyDir, folder), {withFileTypes: true}).catch(
      (error: unknown) => (folder !== '' && systemErrorCode(error) === 'ENOENT' ? [] : null),
    );
    if (entries === null) return null;
    for (const entry of entries) {
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) folders.push(relative);
      } else if (!isLeftBeside(entry.name)) {
        files.add(relative);
      }
    }
    if (files.size > MOST_FILES) return null;
  }
  return files;
}
