import {
  plainPath,
  type Assurance,
  type Dataset,
  type EhrqlAction,
  type MadeTables,
  type Shown,
  type Trial,
} from '../../shared/dataset';
import type {AppError} from '../../shared/errors';
import type {Problem} from '../../shared/problem';
import type {Answer} from './ask';
import type {Desk, DeskState} from './deskStore';
import {codePath, isUnsaved, saveDraft, textOnDisk} from './drafts';
import {remember} from './selectors';
import {showingBottom} from './sides';

/** What ehrQL was asked about an action's definition: the last answer, which stays while it is asked again. */
export interface Asked<T> {
  readonly running: boolean;
  readonly answer: Answer<readonly T[]>;
  /** Files of the study have changed since. */
  readonly old: boolean;
}

/** A definition that is tried, or was. */
export interface Tried {
  /** The action or file that it was tried for. */
  readonly of: string;
  readonly running: boolean;
  readonly trial: Trial | null;
  /** The last one before it that showed something. */
  readonly before: Trial | null;
  /** Why there is no newer one. */
  readonly error: AppError | null;
}

/** Definitions in ehrQL: the actions that run them, and what was found out about them in their images. */
export interface DefinitionState {
  readonly definitions: readonly EhrqlAction[];
  /** Folders that dummy tables were placed in, each with its action, whether or not a run line names them. */
  readonly placedTables: ReadonlyMap<string, string>;
  /** By action. */
  readonly looked: ReadonlyMap<string, Asked<Dataset>>;
  /** Their assurance tests, by action. */
  readonly tested: ReadonlyMap<string, Asked<Assurance>>;
  /** By file. */
  readonly tried: ReadonlyMap<string, Tried>;
  /** The file that the panel shows the last try of. */
  readonly triedLast: string | null;
  /** What a mark in the editor brings into view in that panel, whenever the object is another one. */
  readonly shownToSee: {readonly path: string; readonly line: number} | null;
}

/** Before anything of a study is known. */
export const NO_DEFINITIONS: DefinitionState = {
  definitions: [],
  placedTables: new Map<string, string>(),
  looked: new Map<string, Asked<Dataset>>(),
  tested: new Map<string, Asked<Assurance>>(),
  tried: new Map<string, Tried>(),
  triedLast: null,
  shownToSee: null,
};

const UNASKED = {running: false, answer: null, old: false};

/** The action's definition, as far as its run line says; undefined where it runs none. */
export function definitionOf({definitions}: DeskState, action: string): EhrqlAction | undefined {
  return definitions.find((each) => each.action === action);
}

/** Whether a file can be tried: an action runs it, or it makes a dataset or measures in ehrQL. */
export function isDefinition({definitions}: DeskState, path: string, text: string): boolean {
  if (!path.endsWith('.py')) return false;
  if (definitions.some(({file}) => file !== null && plainPath(file) === path)) return true;
  return (
    /^\s*(?:from|import)\s+ehrql\b/m.test(text) && /\bcreate_(?:dataset|measures)\(/.test(text)
  );
}

/** Whether a definition is tried on each save. */
export function isTriedOnSave({choices}: Pick<DeskState, 'choices'>, path: string): boolean {
  return choices[onSaveChoice(path)] === 'on';
}

/** The view choice that a definition is tried on each save. */
export function onSaveChoice(path: string): string {
  return `try.${path}`;
}

/** What is asked about an action's definition, and where its answer is kept. */
const KEPT_IN = {look: 'looked', assure: 'tested'} as const;

/** Asks ehrQL what an action's definition is, or runs its tests; nothing while that is under way. */
export async function askAbout(
  {store, host}: Desk,
  what: keyof typeof KEPT_IN,
  action: string,
): Promise<void> {
  const name = KEPT_IN[what];
  const asked = (): Asked<Dataset | Assurance> => store.getState()[name].get(action) ?? UNASKED;
  const keep = (change: Partial<Asked<Dataset | Assurance>>): void =>
    store.setState((state) => ({
      [name]: new Map<string, unknown>(state[name]).set(action, {...asked(), ...change}),
    }));
  if (asked().running) return;
  const {dir} = store.getState().study ?? {};
  const {old} = asked();
  // files may change while it is under way
  keep({running: true, old: false});
  const answer = await host.request(`datasets:${what}`, {of: action});
  if (store.getState().study?.dir !== dir) return;
  // stopped by its user: what was known stays
  if (!answer.ok && answer.error.kind === 'cancelled')
    keep({running: false, old: old || asked().old});
  else keep({running: false, answer});
}

/** Ends what `askAbout` has begun. */
export function stopAsking({host}: Desk, what: keyof typeof KEPT_IN, action: string): void {
  void host.request('datasets:stop', {what, of: action});
}

/** Tries a definition as it is on disk, of an action or by itself; an older try of the file is cancelled. */
async function tryDefinition({store, host}: Desk, path: string, of: string = path): Promise<void> {
  const {dir} = store.getState().study ?? {};
  const begun: Tried = {
    ...{trial: null, before: null},
    ...store.getState().tried.get(path),
    ...{of, running: true, error: null},
  };
  store.setState(({tried}) => ({tried: new Map(tried).set(path, begun), triedLast: path}));
  const answer = await host.request('datasets:try', {of, dummyTables: null});
  const now = store.getState();
  // a newer one has begun, or another study is open
  if (now.study?.dir !== dir || now.tried.get(path) !== begun) return;
  const {trial, before} = begun;
  const ended: Tried = answer.ok
    ? {
        ...begun,
        running: false,
        trial: answer.value,
        before: (trial?.shown.length ?? 0) > 0 ? trial : before,
      }
    : {...begun, running: false, error: answer.error.kind === 'cancelled' ? null : answer.error};
  store.setState(({tried}) => ({tried: new Map(tried).set(path, ended)}));
}

/** Tries a definition and shows the panel; what was typed is saved first. */
export async function tryNow(desk: Desk, path: string, of?: string): Promise<void> {
  const {store} = desk;
  if (isUnsaved(store.getState(), path) && !(await saveDraft(desk, path))) return;
  store.setState((state) => showingBottom(state, 'try'));
  await tryDefinition(desk, path, of);
}

/** What can be tried now: the definition in the editor, else that of the selected action; null where neither is one. */
export function triable(
  state: DeskState,
): {readonly path: string; readonly of: string | undefined} | null {
  const path = codePath(state);
  if (path !== null) {
    const text = state.drafts.get(path)?.text ?? textOnDisk(state, path) ?? '';
    if (isDefinition(state, path, text)) return {path, of: undefined};
  }
  const file = definitionOf(state, state.selection ?? '')?.file ?? null;
  return file === null ? null : {path: plainPath(file), of: state.selection ?? undefined};
}

/** Tries what can be tried now. */
export function tryAt(desk: Desk): void {
  const found = triable(desk.store.getState());
  if (found !== null) void tryNow(desk, found.path, found.of);
}

/** Ends the try of a file; what it showed before stays. */
export function stopTrying({host}: Desk, path: string): void {
  void host.request('datasets:stop', {what: 'try', of: path});
}

/** The error of the last try, as a problem at its line of a file; none while there is none there. */
export const triedProblems = remember(
  (tried: DeskState['tried'], path: string): readonly Problem[] =>
    [...tried.values()].flatMap(({trial}) => {
      const {error = null, card = null} = trial ?? {};
      if (error === null || error.file !== path || error.line === null) return [];
      return [
        {
          ...{rule: card?.rule ?? 'ehrQL', line: error.line, column: 1, endLine: error.line},
          ...{endColumn: 1000, action: null, severity: 'error', source: 'study-desk', fixes: []},
          ...{message: error.message, why: '', hint: card?.remedies[0] ?? null},
        } satisfies Problem,
      ];
    }),
);

/** What the last try of a file showed, for marks beside its lines. */
export function shownIn({tried}: DeskState, path: string): readonly Shown[] {
  return tried.get(path)?.trial?.shown ?? NONE;
}
const NONE: readonly Shown[] = [];

/** Brings what a line shows into view in the panel. */
export function seeShown({store}: Desk, path: string, line: number): void {
  store.setState((state) => ({
    ...showingBottom(state, 'try'),
    triedLast: path,
    shownToSee: {path, line},
  }));
}

/** Writes dummy tables that were made; the error where that was refused. */
export async function placeTables(
  {store, host}: Desk,
  action: string,
  {id, folder}: MadeTables,
): Promise<AppError | null> {
  const placed = await host.request('datasets:placeTables', {id});
  if (!placed.ok) return placed.error;
  store.setState(({placedTables}) => ({placedTables: new Map(placedTables).set(folder, action)}));
  return null;
}

function aged<T>(asked: ReadonlyMap<string, Asked<T>>): ReadonlyMap<string, Asked<T>> {
  if ([...asked.values()].every(({old}) => old)) return asked;
  return new Map([...asked].map(([key, each]) => [key, {...each, old: true}]));
}

/**
 * Knows the actions that run definitions as project.yaml changes, and tries those again that are to be tried on each save, by
 * this window or another program, of the definition or of a file that it is made from; gives how to stop.
 */
export function keepDefinitionsInStep(desk: Desk): () => void {
  const {store, host} = desk;
  const versions = new Map<string, string>();
  /** Tries a definition where it is another than when this was looked at last; `saved` was just seen to be. */
  const look = async (path: string, saved: boolean): Promise<void> => {
    const {dir} = store.getState().study ?? {};
    const answer = await host.request('datasets:version', {file: path});
    const state = store.getState();
    if (!answer.ok || answer.value === null || state.study?.dir !== dir) return;
    const before = versions.get(path);
    if (!isTriedOnSave(state, path)) return;
    versions.set(path, answer.value);
    if (before === answer.value || (before === undefined && !saved)) return;
    const first = state.place === null && !state.tried.has(path);
    if (first) store.setState((now) => showingBottom(now, 'try'));
    await tryDefinition(desk, path);
  };
  const stop = store.subscribe((state, before) => {
    if (state.study?.dir !== before.study?.dir) versions.clear();
    if (state.study === null) return;
    if (state.study.project !== before.study?.project) void readDefinitions(desk);
    const chosen = triedOnSave(state);
    if (state.choices !== before.choices || state.study.dir !== before.study?.dir) {
      for (const path of versions.keys()) if (!chosen.includes(path)) versions.delete(path);
      for (const path of chosen) if (!versions.has(path)) void look(path, false);
    }
    if (state.codeFiles === before.codeFiles) return;
    const saved = [...state.codeFiles].flatMap(([path, read]) => {
      const old = before.codeFiles.get(path);
      return old?.ok === true && read.ok && old.value.text !== read.value.text ? [path] : [];
    });
    if (saved.length > 0) for (const path of chosen) void look(path, saved.includes(path));
  });
  const stopAging = host.on('git:changed', () => {
    store.setState(({looked, tested}) => ({looked: aged(looked), tested: aged(tested)}));
    // comes after each change of a file
    for (const path of triedOnSave(store.getState())) void look(path, false);
  });
  return () => {
    stop();
    stopAging();
  };
}

/** The definitions that are tried on each save. */
function triedOnSave({choices}: Pick<DeskState, 'choices'>): readonly string[] {
  return triedOf(choices);
}
const triedOf = remember((choices: DeskState['choices']) =>
  Object.entries(choices).flatMap(([name, value]) =>
    value === 'on' && name.startsWith(onSaveChoice(''))
      ? [name.slice(onSaveChoice('').length)]
      : [],
  ),
);

async function readDefinitions({store, host}: Desk): Promise<void> {
  const {study} = store.getState();
  const answer = await host.request('datasets:list', {});
  // only ever an offer: without it no action is shown as one of ehrQL
  if (answer.ok && store.getState().study?.dir === study?.dir)
    store.setState({definitions: answer.value});
}
