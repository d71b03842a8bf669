import {readdir} from 'node:fs/promises';
import {join} from 'node:path';

/** Folders that hold no scripts of a study. */
const LEFT_OUT = new Set(['.git', 'metadata', 'node_modules', 'venv', '.venv', '__pycache__']);

/** Most files listed; a study with more has its scripts near the top all the same. */
const MOST_FILES = 20_000;

/** The study's files, study-relative with `/`, the nearest to the top first. */
export async function listStudyFiles(studyDir: string): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  let folders = [''];
  while (folders.length > 0 && files.size < MOST_FILES) {
    const deeper: string[] = [];
    for (const folder of folders) {
      const entries = await readdir(join(studyDir, folder), {withFileTypes: true}).catch(() => []);
      for (const entry of entries) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) deeper.push(path);
        else if (entry.isFile() && files.size < MOST_FILES) files.add(path);
      }
    }
    folders = deeper;
  }
  return files;
}
