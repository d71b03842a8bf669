import {stat} from 'node:fs/promises';
import type {CodeText, InputHeader} from '../../failures/failureFacts';
import {fileInStudy, recordedFile} from '../../files/fileInStudy';
import {HOST_IGNORES_CASE, PatternTree} from '../../files/patternTree';
import {readRegularFile} from '../../files/openFile';
import {outputFormatOf} from '../../outputs/outputFormat';
import {actionEdits} from '../../study/actionEdits';
import {listStudyFiles} from '../project/listStudyFiles';
import type {StudyState} from '../studyState';

/** Tables of which the header is read at most, for one job. */
const MOST_HEADERS = 30;
/** A file of more bytes is no script. */
const LARGEST_SCRIPT = 2 * 1024 * 1024;

/** How the study is looked into for the failures of one question: each file and header is read once, however many ask. */
export type StudyLookup = ReturnType<typeof lookIntoStudy>;

/** Looks into a study as it is now. */
export function lookIntoStudy({
  dir,
  context: {tables},
  history,
  snapshot,
}: Pick<StudyState, 'dir' | 'context' | 'history' | 'snapshot'>) {
  const {project, text, revision, broken} = snapshot();
  const study =
    project === null || text === null || broken
      ? null
      : {project, edits: actionEdits(text), revision};
  const headers = new Map<string, Promise<InputHeader | null>>();
  const texts = new Map<
    string,
    Promise<{readonly text: string; readonly writtenMs: number} | null>
  >();
  let paths: Promise<readonly string[]> | null = null;

  const inputs = (action: string): readonly string[] => {
    const needs = project?.actions.find(({name}) => name === action)?.needs ?? [];
    return needs.flatMap(
      (need) => history.past(need)?.success?.outputs.map(({path}) => path) ?? [],
    );
  };

  const headerOf = async (path: string): Promise<InputHeader | null> => {
    if (outputFormatOf(path).kind !== 'table') return null;
    const file = await recordedFile(dir, path);
    if (!file.ok) return null;
    const schema = await tables.schema(file.value, false);
    await tables.closeTable(file.value);
    // one that can't be read is reported where it is opened, not here
    return schema.ok ? {path, columns: schema.value.columns.map(({name}) => name)} : null;
  };

  const read = async (
    path: string,
  ): Promise<{readonly text: string; readonly writtenMs: number} | null> => {
    const file = await fileInStudy(dir, path);
    if (!file.ok) return null;
    try {
      const {size, mtimeMs} = await stat(file.value);
      if (size > LARGEST_SCRIPT) return null;
      const content = await readRegularFile(file.value);
      return content.includes(0) ? null : {text: content.toString('utf8'), writtenMs: mtimeMs};
    } catch {
      // a place that can't be shown is left out of the card
      return null;
    }
  };

  return {
    study,
    /** What the actions in an action's `needs` have made, by the records of their latest successes. */
    inputs,
    async headers(action: string): Promise<readonly InputHeader[]> {
      const found: InputHeader[] = [];
      for (const path of inputs(action).slice(0, MOST_HEADERS)) {
        const header = headers.get(path) ?? headerOf(path);
        headers.set(path, header);
        const known = await header;
        if (known !== null) found.push(known);
      }
      return found;
    },
    async code(path: string, startedAt: string | null): Promise<CodeText | null> {
      const known = texts.get(path) ?? read(path);
      texts.set(path, known);
      const found = await known;
      if (found === null) return null;
      const began = startedAt === null ? Infinity : Date.parse(startedAt);
      return {text: found.text, changedSince: found.writtenMs > began};
    },
    codePaths() {
      paths ??= listStudyFiles(dir).then((files) => {
        const outputs = new PatternTree(HOST_IGNORES_CASE);
        for (const action of project?.actions ?? [])
          for (const {pattern} of action.outputs) outputs.add(pattern);
        return [...(files ?? [])].filter((path) => !outputs.holds(path));
      });
      return paths;
    },
  };
}
