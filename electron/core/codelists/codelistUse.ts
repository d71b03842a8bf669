import {join} from 'node:path';
import type {Action} from '../../../shared/project';
import {isScript} from '../../../shared/script';
import {CODELISTS} from '../../codelists/codelistFile';
import {OWN_CODELISTS, type CodelistUse} from '../../codelists/listCodelists';
import {readRegularFileSync} from '../../files/openFile';
import {ScanMemory} from '../../provenance/scanMemory';
import {listStudyFiles} from '../project/listStudyFiles';

/** Bytes of code that are looked into. */
const MOST_CODE = 2 * 1024 ** 2;
/** A file of codelists as code names it. */
const NAMED = new RegExp(`\\b(?:${CODELISTS}|${OWN_CODELISTS})/[\\w .+-]+?\\.csv\\b`, 'g');
/** Code that takes whatever is in the folder. */
const WHOLE_FOLDER =
  /(?:glob|listdir|scandir|iterdir|walk|list\.files|dir_ls)[^\n]*codelists|codelists[^\n]*(?:glob|iterdir)/;

/** What the code of a study says of its codelists: of each action, the code that its run line leads to. */
export async function findCodelistUse(
  studyDir: string,
  actions: readonly Action[],
): Promise<CodelistUse> {
  const files = await listStudyFiles(studyDir);
  const texts = new Map<string, string | null>();
  const readText = (path: string): string | null => {
    const known = texts.get(path);
    if (known !== undefined) return known;
    let text: string | null = null;
    try {
      text = readRegularFileSync(join(studyDir, path), MOST_CODE).toString('utf8');
    } catch {
      // what can’t be read names nothing
    }
    texts.set(path, text);
    return text;
  };
  const paths = [...(files ?? [])];
  const scans = new ScanMemory();
  const found = new Map<string, Set<string>>();
  const namedIn = new Map<string, readonly string[]>();
  const listsIn = (script: string): readonly string[] => {
    const known = namedIn.get(script) ?? (readText(script) ?? '').match(NAMED) ?? [];
    namedIn.set(script, known);
    return known;
  };
  for (const action of actions) {
    const scan = scans.scan(action, {paths, list: '', hash: () => null, readText});
    const scripts = scan.paths.filter(isScript);
    // where the scan is not sure it takes in a whole folder: a list counts where its name is in the code
    const isSaid = (path: string): boolean =>
      [action.run.raw, ...scripts.map(readText)].some((text) => text?.includes(nameOf(path)));
    const lists = [
      ...scan.paths.filter((path) => isList(path) && isSaid(path)),
      ...scripts.flatMap(listsIn),
    ];
    for (const list of lists) found.set(list, (found.get(list) ?? new Set()).add(action.name));
  }
  const code = paths.filter(isScript).map((path) => readText(path) ?? '');
  const takesAll = files === null || code.some((text) => WHOLE_FOLDER.test(text));
  const isNamed = (path: string): boolean => {
    const name = nameOf(path).slice(0, -'.csv'.length);
    return takesAll || found.has(path) || code.some((text) => text.includes(name));
  };
  return {actions: new Map([...found].map(([path, names]) => [path, [...names]])), isNamed};
}

function isList(path: string): boolean {
  return path.endsWith('.csv') && /^(?:local_)?codelists\//.test(path);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
