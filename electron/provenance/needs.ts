import {beyond} from '../../shared/graph';
import type {Action} from '../../shared/project';
import {RUNTIME_NAMES} from '../study/knownImages';
import {matchesPattern} from '../study/outputPattern';
import type {NeedFindings, StudyNow} from './provenance';
import {wordsOf} from './scanMemory';
import {CodeMatcher} from './scan/codeMatcher';
import {scanScripts} from './scan/scanScripts';
import {sureReads, type ScriptReads} from './scan/sureReads';
import type {SuccessRecord} from './successLedger';

/** What the looking for needs draws upon. */
export interface NeedSources {
  /** Code files of the study. */
  readonly codePaths: readonly string[];
  readonly readText: (path: string) => string | null;
  /** The record of the success that an action's outputs are from; null where there is none. */
  readonly recordOf: (action: string) => SuccessRecord | null;
  /** The files that a record lists by a digest. */
  readonly listed: (digest: string) => readonly string[] | null;
}

/**
 * Needs that are hidden, as a script surely reads what another action makes, and needs that seem unused, as the latest
 * success was seen to read nothing of them and no script names any of it (RULES.md).
 */
export function findNeeds(
  {project, graph}: Pick<StudyNow, 'project' | 'graph'>,
  sources: NeedSources,
): NeedFindings {
  const exact = new Map<string, Action[]>();
  const wild: (readonly [pattern: string, action: Action])[] = [];
  for (const action of project.actions)
    for (const {pattern} of action.outputs)
      if (pattern.includes('*')) wild.push([pattern, action]);
      else exact.set(pattern, [...(exact.get(pattern) ?? []), action]);
  // many scripts read the same files
  const made = new Map<string, readonly Action[]>();
  const makersOf = (path: string): readonly Action[] => {
    const makers = made.get(path) ?? [
      ...(exact.get(path) ?? []),
      ...wild.flatMap(([pattern, action]) => (matchesPattern(pattern, path) ? [action] : [])),
    ];
    made.set(path, makers);
    return makers;
  };

  const hidden: NeedFindings['hidden'][number][] = [];
  const unused: NeedFindings['unused'][number][] = [];
  const scripts: ScriptReads = new Map();
  const texts = {matcher: new CodeMatcher(sources.codePaths), readText: sources.readText};
  // the code of a reusable action is not the study's
  for (const action of project.actions.filter(({run}) => RUNTIME_NAMES.has(run.imageName))) {
    const listed = new Set<string>();
    let later: ReadonlySet<string> | null = null;
    for (const {path, at} of sureReads(wordsOf(action), texts, scripts)) {
      const makers = makersOf(path);
      const [maker, ...others] = makers;
      if (
        maker === undefined ||
        others.length > 0 ||
        texts.matcher.has(path) ||
        listed.has(maker.name)
      )
        continue;
      if (maker.name === action.name || action.needs.includes(maker.name)) continue;
      // one that needs this action itself can't be needed by it: the file is an earlier one
      later ??= beyond(graph, action.name, 'downstream');
      if (later.has(maker.name)) continue;
      listed.add(maker.name);
      hidden.push({action: action.name, need: maker.name, path, at});
    }
    unused.push(...unusedNeeds(action, project.actions, sources));
  }
  return {hidden, unused};
}

/** Ways to take a file that is not named, or without its being seen as read: lists of a folder, copies, other programs. */
const UNSEEN =
  /\b(?:i?glob|rglob|listdir|scandir|iterdir|walk|list\.files|list\.dirs|dir_ls|dir|shutil|cop(?:y|ies)\w*|file\.copy|system2?|subprocess|popen|sendfile|rename|eval|exec|adopath|cd|setwd|chdir)\b/i;

function mayTakeUnseen(
  action: Action,
  scripts: readonly string[],
  readText: (path: string) => string | null,
): boolean {
  const isShell = action.run.argv.some((word) => /^(?:ba|da)?sh$|\.sh$/.test(word));
  const texts = scripts.map((path) => readText(path));
  return (
    isShell ||
    texts.every((text) => text === null) ||
    texts.some((text) => text !== null && UNSEEN.test(text))
  );
}

function unusedNeeds(
  action: Action,
  actions: readonly Action[],
  {codePaths, readText, recordOf, listed}: NeedSources,
): NeedFindings['unused'] {
  const record = action.needs.length === 0 ? null : recordOf(action.name);
  if (record?.inputsNotRead === undefined || record.inputsNotRead.length === 0) return [];
  if (record.runLine !== action.run.raw || record.configJson !== action.configJson) return [];
  const given = listed(record.inputManifest) ?? [];
  const notRead = new Set(record.inputsNotRead);
  const candidates = action.needs.flatMap((need) => {
    const patterns = actions.find(({name}) => name === need)?.outputs.map((o) => o.pattern) ?? [];
    const files = given.filter((path) => patterns.some((each) => matchesPattern(each, path)));
    return files.length > 0 && files.every((path) => notRead.has(path)) ? [{need, files}] : [];
  });
  if (candidates.length === 0) return [];
  // what is copied whole may not be seen as read: a need of which a script may name something is used
  const scan = scanScripts(wordsOf(action), [...codePaths, ...given], readText);
  if (!scan.certain && mayTakeUnseen(action, scan.paths, readText)) return [];
  const named = new Set(scan.paths);
  return candidates
    .filter(({files}) => !files.some((path) => named.has(path)))
    .map(({need}) => ({action: action.name, need}));
}
