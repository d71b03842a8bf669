import {existsSync, readFileSync, readdirSync} from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../../..');
/** Real studies beside the checkout. */
const CORPUS = path.join(ROOT, '../shared/corpus');
const CORPUS_FOLDERS = ['projects', 'history', 'actions'];
const SAMPLE = path.join(ROOT, 'electron/sample/study/project.yaml');

/** Real project.yaml and action.yaml files, by name: the corpus where it is, and always the sample study. */
export function realDocuments(): ReadonlyMap<string, string> {
  const files = [SAMPLE];
  if (existsSync(CORPUS)) {
    for (const folder of CORPUS_FOLDERS) {
      const names = readdirSync(path.join(CORPUS, folder)).sort();
      files.push(...names.map((name) => path.join(CORPUS, folder, name)));
    }
  } else {
    console.warn(
      `SKIPPED: the corpus of real studies is not at ${CORPUS}, so only the sample study is mutated.`,
    );
  }
  return new Map(files.map((file) => [path.relative(ROOT, file), readFileSync(file, 'utf8')]));
}
