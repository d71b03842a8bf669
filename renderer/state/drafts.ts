import {tablesFolder, type TableText} from '../../shared/dataset';
import {appError, type AppError} from '../../shared/errors';
import {formatPlural} from '../../shared/format';
import {fileOfLine, isOfCodelists, type Problem} from '../../shared/problem';
import {ok, type Result} from '../../shared/result';
import type {CodeFile} from '../../shared/study';
import type {Desk, DeskState} from './deskStore';
import {outputAt, remember} from './selectors';
import {leavingReading} from './sides';
import type {CentreView} from './viewState';

/** The file that the study itself is read from; the only one that is checked while it is edited. */
export const PROJECT_FILE = 'project.yaml';

/** A code file of the study with what was typed into it in the window. */
export interface Draft {
  /** The file that it may replace: as it was opened, or as the user saw it on disk since. Null for none. */
  readonly base: string | null;
  /** As it would be written, with the line ends and the byte order mark of the file. */
  readonly text: string;
  /** What is wrong with `checked`; of project.yaml alone. */
  readonly problems: readonly Problem[];
  /** The text that was checked last; what was typed since is not in it. */
  readonly checked: string;
  /** What the editor keeps while another view is in its place: what can be undone. */
  readonly kept: unknown;
}

/** What the user was about to do when unsaved changes were in the way. */
export type Leaving =
  | {readonly kind: 'file' | 'study'}
  | {readonly kind: 'open'; readonly dir: string}
  /** `start` begins the run, of what is on disk by then. */
  | {readonly kind: 'run'; readonly start: () => Promise<void>};

type Drafted = Pick<DeskState, 'study' | 'drafts' | 'codeFiles'>;

/** The text of a file on disk, as it was last read; null where there is none. */
export function textOnDisk(
  {study, codeFiles}: Omit<Drafted, 'drafts'>,
  path: string,
): string | null {
  return path === PROJECT_FILE
    ? (study?.text ?? null)
    : (okValue(codeFiles.get(path))?.text ?? null);
}

function okValue(read: Result<CodeFile, AppError> | undefined): CodeFile | null {
  return read?.ok === true ? read.value : null;
}

/** The code file in the centre; null for anything else. */
export function codePath({centre}: Pick<DeskState, 'centre'>): string | null {
  return centre.kind === 'project-file'
    ? PROJECT_FILE
    : centre.kind === 'code-file'
      ? centre.path
      : null;
}

/** The view in which a problem is seen: at its line, or among the codelists where it is of none. */
export function viewOfProblem(problem: Problem): CentreView {
  const {line, place} = problem;
  const path = fileOfLine(problem);
  if (path === PROJECT_FILE) return {kind: 'project-file', line};
  return place?.line === null ? {kind: 'codelists'} : {kind: 'code-file', path, line};
}

/** True when the window holds changes to a file that are not written. */
export function isUnsaved({drafts}: Pick<Drafted, 'drafts'>, path = PROJECT_FILE): boolean {
  const draft = drafts.get(path);
  return draft !== undefined && draft.text !== (draft.base ?? '');
}

/** The files with changes that are not written; the same array while it is the same drafts. */
export function unsavedPaths({drafts}: Pick<Drafted, 'drafts'>): readonly string[] {
  return unsavedOf(drafts);
}
const unsavedOf = remember((drafts: DeskState['drafts']) =>
  [...drafts.keys()].filter((path) => isUnsaved({drafts}, path)),
);

/** True when the file on disk is another than the one that is edited. */
export function changedOnDisk(state: Drafted, path: string): boolean {
  const draft = state.drafts.get(path);
  return draft !== undefined && state.study !== null && textOnDisk(state, path) !== draft.base;
}

/** How many errors and warnings there are: `1 error, 2 warnings`, or `no problems`. */
export function countWords(problems: readonly Problem[]): string {
  const errors = problems.filter(({severity}) => severity === 'error').length;
  const counts = [
    ...(errors > 0 ? [formatPlural(errors, 'error')] : []),
    ...(problems.length > errors ? [formatPlural(problems.length - errors, 'warning')] : []),
  ];
  return counts.length === 0 ? 'no problems' : counts.join(', ');
}

/** What is wrong with changes that are not saved, beside the problems of the file on disk; null where there are none. */
export function draftWords(state: Drafted): string | null {
  const draft = state.drafts.get(PROJECT_FILE);
  if (draft === undefined || !isUnsaved(state)) return null;
  return draft.text === draft.checked
    ? `What is being edited, not saved yet, has ${countWords(draft.problems)}.`
    : 'What is being edited, not saved yet, is checked…';
}

/** The drafts with one changed; where there is none of the file it begins as the file on disk. */
export function drafting(
  state: DeskState,
  path: string,
  change: Partial<Draft>,
): Pick<DeskState, 'drafts'> {
  const draft = state.drafts.get(path) ?? fromDisk(state, path);
  return {drafts: new Map(state.drafts).set(path, {...draft, ...change})};
}

function fromDisk(state: DeskState, path: string): Draft {
  const base = textOnDisk(state, path);
  const text = base ?? '';
  const problems =
    path === PROJECT_FILE
      ? (state.study?.reading.problems.filter((problem) => !isOfCodelists(problem)) ?? [])
      : [];
  return {base, text, problems, checked: text, kept: null};
}

/** The drafts without one, or without any. */
export function discarding({drafts}: DeskState, path?: string): Pick<DeskState, 'drafts'> {
  return {drafts: new Map([...drafts].filter(([each]) => path !== undefined && each !== path))};
}

/** Takes the file as it is on disk now; the editor can undo it. */
export function loadingDisk(state: DeskState, path: string): Partial<DeskState> {
  const draft = state.drafts.get(path);
  return draft === undefined
    ? {}
    : drafting(state, path, {...fromDisk(state, path), kept: draft.kept});
}

/** Keeps what was written here: the next save replaces what is on disk now. */
export function keepingMine(state: DeskState, path: string): Partial<DeskState> {
  return state.drafts.has(path) ? drafting(state, path, {base: textOnDisk(state, path)}) : {};
}

/** What a change of files on disk does to the drafts: those without unsaved changes follow. */
export function draftsAfter(state: DeskState, before: DeskState): Partial<DeskState> | null {
  const {study, drafts, codeFiles} = state;
  if (study === null || (study === before.study && codeFiles === before.codeFiles)) return null;
  let next = state;
  for (const [path, {base, text}] of drafts) {
    const onDisk = textOnDisk(state, path);
    if (onDisk === base) continue;
    if (onDisk === text) next = {...next, ...keepingMine(next, path)};
    else if (!isUnsaved(state, path))
      next = {...next, ...(onDisk === null ? discarding(next, path) : loadingDisk(next, path))};
  }
  return next.drafts === drafts ? null : {drafts: next.drafts};
}

/** What changes when the user closes the file in the centre; changes that are not saved are asked about first. */
export function closingFile(state: DeskState): Partial<DeskState> {
  const path = codePath(state);
  if (path === null) return leavingReading(state);
  return isUnsaved(state, path)
    ? {dialog: {kind: 'unsaved', leaving: {kind: 'file'}}}
    : {...leavingReading(state), ...discarding(state, path)};
}

/** True when unsaved changes are in the way; then the user is asked what to do with them. */
export function heldByDraft({store}: Desk, leaving: Leaving): boolean {
  if (unsavedPaths(store.getState()).length === 0) return false;
  store.setState({dialog: {kind: 'unsaved', leaving}});
  return true;
}

/** Has the host look at what was typed into project.yaml; of several answers only the one for the text on screen counts. */
export async function checkDraft({store, host}: Desk): Promise<void> {
  const text = store.getState().drafts.get(PROJECT_FILE)?.text;
  if (text === undefined) return;
  const found = await host.request('project:check', {text});
  if (!found.ok) return store.setState({error: found.error});
  store.setState((state) =>
    state.drafts.get(PROJECT_FILE)?.text === text
      ? drafting(state, PROJECT_FILE, {problems: found.value, checked: text})
      : {},
  );
}

/** Whether a file is a dummy table, which is edited as one: it lies in a folder of them, and is no output. */
export function isDummyTable(state: DeskState, path: string): boolean {
  if (!/\.csv(?:\.gz)?$/.test(path) || outputAt(state, path) !== undefined) return false;
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return (
    state.placedTables.has(folder) || state.definitions.some((run) => tablesFolder(run) === folder)
  );
}

/** Reads a code file, or a dummy table, again. */
export async function readCode(desk: Desk, path: string): Promise<void> {
  const {store, host} = desk;
  const dir = store.getState().study?.dir;
  const read = isDummyTable(store.getState(), path)
    ? editable(await host.request('datasets:readTable', {path}))
    : await host.request('project:readCode', {path});
  store.setState(({study, codeFiles}) =>
    study?.dir !== dir || isSameRead(read, codeFiles.get(path))
      ? {}
      : {codeFiles: new Map(codeFiles).set(path, read)},
  );
}

/** A dummy table as a file that is edited. */
function editable(read: Result<TableText, AppError>): Result<CodeFile, AppError> {
  return read.ok ? ok({...read.value, readOnly: null}) : read;
}

/** Compares what may be long without writing it anew. */
function isSameRead(
  read: Result<CodeFile, AppError>,
  before: Result<CodeFile, AppError> | undefined,
): boolean {
  if (read.ok && before?.ok === true) {
    const [a, b] = [read.value, before.value];
    return a.text === b.text && a.readOnly === b.readOnly && a.version === b.version;
  }
  return JSON.stringify(read) === JSON.stringify(before);
}

/**
 * Reads code files anew each time that files of the study changed: the one in the centre, those with drafts, and others by
 * `isFollowed`. The rest are read when they are opened again. Gives how to stop.
 */
export function keepCodeInStep(
  desk: Desk,
  isFollowed: (state: DeskState, path: string) => boolean,
): () => void {
  // comes after each change of a file, also where the study is in no repository
  return desk.host.on('git:changed', () => {
    const state = desk.store.getState();
    for (const path of state.codeFiles.keys())
      if (path === codePath(state) || state.drafts.has(path) || isFollowed(state, path))
        void readCode(desk, path);
  });
}

/** Writes a draft; true once it is done. Where the file on disk is another, nothing is written and both are offered. */
export async function saveDraft(desk: Desk, path: string): Promise<boolean> {
  const {store, host} = desk;
  const {study, drafts, codeFiles} = store.getState();
  const draft = drafts.get(path);
  if (study === null || draft === undefined) return false;
  const shown: Pick<DeskState, 'centre'> = {
    centre:
      path === PROJECT_FILE
        ? {kind: 'project-file', line: null}
        : {kind: 'code-file', path, line: null},
  };
  if (changedOnDisk(store.getState(), path)) {
    store.setState(shown);
    return false;
  }
  const {base, text} = draft;
  const {version} = okValue(codeFiles.get(path)) ?? {};
  const saved =
    path === PROJECT_FILE
      ? await host.request('project:apply', {
          revision: study.revision,
          edits: [{from: 0, to: base?.length ?? 0, insert: text}],
        })
      : version !== undefined
        ? editable(await host.request('datasets:saveTable', {path, version, text}))
        : await host.request('project:saveCode', {path, before: base, after: text});
  if (saved.ok) {
    const {value} = saved;
    store.setState((state) => ({
      ...('reading' in value
        ? {study: value}
        : {codeFiles: new Map(state.codeFiles).set(path, ok(value))}),
      ...(state.drafts.has(path) ? drafting(state, path, {base: text}) : {}),
    }));
    return true;
  }
  if (path === PROJECT_FILE) {
    const now = await host.request('project:reload', {});
    if (now.ok) store.setState({study: now.value});
  } else await readCode(desk, path);
  if (changedOnDisk(store.getState(), path)) store.setState(shown);
  else store.setState({error: saved.error});
  return false;
}

/** Writes all drafts, one after the other; false as soon as one is not written. */
export async function saveDrafts(desk: Desk, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (!(await saveDraft(desk, path))) return false;
  return true;
}

/** Why another part of the window may not change the file now. */
export function unsavedIn(path: string): AppError {
  return appError('invalid-request', `${path} has unsaved changes.`, {
    hint: 'Save or discard them in the window’s editor, then make this change.',
  });
}
