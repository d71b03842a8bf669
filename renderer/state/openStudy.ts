import type {ActionStatus, Provenance} from '../../shared/status';
import {ask, askInto} from './ask';
import {WITHOUT_STUDY, type Desk} from './deskStore';
import {isTriedOnSave, keepDefinitionsInStep} from './definitions';
import {draftsAfter, heldByDraft, keepCodeInStep, unsavedPaths} from './drafts';
import {noteOf, seenAfter} from './lastSeen';
import {keepRunsOnSave} from './onSave';
import {loadShells} from './shells';
import {errorCount, offeringProblems, sidesAfter, sidesAtStart} from './sides';
import {decodeView, encodeView, viewDiffers} from './viewChoices';

/** Runs listed in the history and searched for attempts. */
const RUNS_LISTED = 200;
const SAVE_DELAY_MS = 400;
const OUTPUTS_DELAY_MS = 250;
/** A crash loses no more than this of what was seen. */
const SEEN_DELAY_MS = 4000;
/** What a note of what is seen is made from. */
const SEEN_IN = ['statuses', 'runs', 'activeRunId', 'lastSeen'] as const;
const LONGEST_FRAME_MS = 200;
const LONGEST_GRAPH_MS = 500;

/** First requests of a window: who we are, the study it was opened on, the engine's state. */
export async function startDesk(desk: Desk): Promise<void> {
  const info = await ask(desk, 'app:info', {});
  if (info === undefined) return;
  const {initialDir, openingError} = info;
  desk.store.setState({app: info, opening: initialDir});
  const engine = checkEngine(desk);
  if (initialDir !== null) await openStudy(desk, initialDir);
  // a study that can't be opened is the first thing to know
  desk.store.setState(({error}) => ({error: error ?? openingError}));
  await engine;
}

/** Asks for the engine's state anew. */
export async function checkEngine(desk: Desk): Promise<void> {
  await askInto(desk, 'engines:check', {}, (engine) => ({engine}));
}

/** Has the host read a study ahead, which is likely to be opened next; not in place of one that is being opened. */
export function expectStudy({host, store}: Desk, dir: string): void {
  if (store.getState().opening !== null) return;
  // only ever sooner: where it can't be read, opening it shows why
  void host.request('project:expect', {dir});
}

/**
 * Opens a study in this window. The frame shows it as soon as project.yaml is read; states, git, runs
 * and outputs fill in as each arrives. With `tour`, that hint of it is shown.
 */
export async function openStudy(
  desk: Desk,
  dir: string,
  tour: number | null = null,
): Promise<void> {
  const {store, host} = desk;
  if (heldByDraft(desk, {kind: 'open', dir})) return;
  store.setState({opening: dir, error: null});
  const opened = await host.request('project:open', {dir});
  if (!opened.ok) {
    store.setState({opening: null, error: opened.error});
    return;
  }
  const view = await host.request('view:load', {});
  const saved = view.ok && view.value !== null ? decodeView(view.value) : {};
  const known = opened.value.graph?.names.includes(saved.selection ?? '') ?? false;
  store.setState((state) => {
    const next = {
      ...state,
      ...WITHOUT_STUDY,
      ...saved,
      tour,
      selection: known ? (saved.selection ?? null) : null,
      study: opened.value,
    };
    const placed = {...next, ...sidesAtStart(next)};
    // what is wrong with project.yaml is the first thing to know
    return errorCount(placed) === 0 ? placed : {...placed, ...offeringProblems(placed)};
  });
  await firstLook(desk);
  await Promise.all([
    loadStatuses(desk),
    askInto(desk, 'project:git', {}, (git) => ({git})),
    loadRuns(desk),
    askInto(desk, 'runs:queue', {}, (queue) => ({queue})),
    askInto(desk, 'runs:unfinished', {}, (unfinished) => ({unfinished})),
    loadOutputs(desk),
    askInto(desk, 'plan:overrides', {}, (overrides) => ({overrides})),
    askInto(desk, 'settings:own', {}, (ownSettings) => ({ownSettings})),
    loadRestorable(desk),
    loadShells(desk),
  ]);
  // behind what it is compared with
  const seen = await host.request('view:lastSeen', {});
  const note = seen.ok ? seen.value : null;
  store.setState({lastSeen: note === null ? null : {note, shown: null}});
}

/** Resolves when what a study opens with is on screen, which all that is asked for next would hold up. */
async function firstLook({store}: Desk): Promise<void> {
  await nextPaint();
  const {study, centre} = store.getState();
  if ((study?.graph ?? null) === null || centre.kind !== 'graph') return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const look = (): void => {
      if (store.getState().graphDrawn) end();
    };
    const stop = store.subscribe(look);
    const timer = setTimeout(end, LONGEST_GRAPH_MS);
    look();
  });
  await nextPaint();
}

/** Resolves when what has been rendered is on screen; a hidden window paints nothing. */
function nextPaint(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, LONGEST_FRAME_MS);
  });
}

/** Leaves the study and shows the start page; runs under way go on in the host. */
export async function closeStudy(desk: Desk): Promise<void> {
  if (heldByDraft(desk, {kind: 'study'})) return;
  saveSeen(desk);
  await ask(desk, 'project:close', {});
  desk.store.setState({...WITHOUT_STUDY});
  await askInto(desk, 'app:info', {}, (app) => ({app}));
}

async function loadStatuses(desk: Desk): Promise<void> {
  const statuses = await ask(desk, 'provenance:statuses', {});
  if (statuses === undefined) return;
  // events that came in the meantime are newer than this answer
  desk.store.setState((state) => ({
    statuses: new Map([
      ...statuses.map((status) => [status.action, status] as const),
      ...state.statuses,
    ]),
  }));
}

/** Reads the runs again, and which of them the host carries out. */
async function loadRuns(desk: Desk): Promise<void> {
  const [runs, active] = await Promise.all([
    ask(desk, 'runs:list', {limit: RUNS_LISTED}),
    ask(desk, 'runs:active', {}),
  ]);
  if (runs === undefined || active === undefined) return;
  const underWay = active.find((id) => runs.some((run) => run.id === id)) ?? null;
  desk.store.setState({runs, activeRunId: underWay});
}

/** Reads the list of outputs again. */
export async function loadOutputs(desk: Desk): Promise<void> {
  await askInto(desk, 'outputs:list', {}, (outputs) => ({outputs}));
}

/** Asks which actions have earlier outputs, made from the same inputs, in the cache. */
export async function loadRestorable(desk: Desk): Promise<void> {
  const restorable = await desk.host.request('provenance:restorable', {});
  // an offer only: without the cache the window simply has none to make
  if (restorable.ok) desk.store.setState({restorable: restorable.value});
}

/**
 * Keeps what is seen of the study with it. Not while something new has not been dismissed, which is then compared with the
 * same note again, nor during a run, which is seen once it has ended.
 */
function saveSeen({store, host}: Desk): void {
  const state = store.getState();
  if (state.lastSeen !== null || state.activeRunId !== null) return;
  const note = noteOf(state, new Date());
  if (note !== null) void host.request('view:saveSeen', {note});
}

/** Keeps view choices with the study, and the outputs list up to date; answers how to stop. */
export function keepInStep(desk: Desk): () => void {
  const {store, host} = desk;
  let saveTimer = 0;
  let outputsTimer = 0;
  let restorableTimer = 0;
  let seenTimer = 0;
  let acted = false;
  let noted = '';
  const act = () => {
    acted = true;
  };
  const leave = () => saveSeen(desk);
  window.addEventListener('pointerdown', act, true);
  window.addEventListener('keydown', act, true);
  window.addEventListener('blur', leave);
  const stop = store.subscribe((state, before) => {
    if (state.study === null) return;
    if (before.study?.dir !== state.study.dir) {
      acted = false;
      noted = '';
      return;
    }
    const seen = seenAfter(state, before, acted);
    if (seen !== null) store.setState(seen);
    if (SEEN_IN.some((part) => state[part] !== before[part])) {
      // not put off by what goes on, as a run may change states all the time
      seenTimer ||= window.setTimeout(() => {
        seenTimer = 0;
        // nobody sees what goes on behind a window that is hidden, as while a run goes on without it
        if (!document.hidden) leave();
      }, SEEN_DELAY_MS);
    }
    const sides = sidesAfter(state, before);
    if (sides !== null) store.setState(sides);
    const drafts = draftsAfter(state, before);
    if (drafts !== null) store.setState(drafts);
    if (state.drafts !== before.drafts) {
      const paths = unsavedPaths(state);
      if (paths.join('\n') !== noted) void host.request('project:noteUnsaved', {paths});
      noted = paths.join('\n');
    }
    // what waited for its engine goes on, or has ended
    if (state.unfinished !== before.unfinished) void loadRuns(desk);
    if (viewDiffers(state, before)) {
      window.clearTimeout(saveTimer);
      saveTimer = window.setTimeout(() => {
        void host.request('view:save', {json: encodeView(store.getState())});
      }, SAVE_DELAY_MS);
    }
    if (state.study !== before.study || outputsMoved(state.statuses, before.statuses)) {
      window.clearTimeout(outputsTimer);
      outputsTimer = window.setTimeout(() => {
        void loadOutputs(desk);
        void loadRestorable(desk);
      }, OUTPUTS_DELAY_MS);
    } else if (provenanceMoved(state.statuses, before.statuses)) {
      window.clearTimeout(restorableTimer);
      restorableTimer = window.setTimeout(() => void loadRestorable(desk), OUTPUTS_DELAY_MS);
    }
  });
  const stopReading = keepCodeInStep(desk, isTriedOnSave);
  const stopDefinitions = keepDefinitionsInStep(desk);
  const stopRunning = keepRunsOnSave(desk);
  return () => {
    stop();
    stopReading();
    stopDefinitions();
    stopRunning();
    window.removeEventListener('pointerdown', act, true);
    window.removeEventListener('keydown', act, true);
    window.removeEventListener('blur', leave);
    window.clearTimeout(seenTimer);
    window.clearTimeout(saveTimer);
    window.clearTimeout(outputsTimer);
    window.clearTimeout(restorableTimer);
  };
}

type Statuses = ReadonlyMap<string, ActionStatus>;

/** True when some action's outputs may differ from before: a job succeeded, or files went. */
function outputsMoved(now: Statuses, before: Statuses): boolean {
  if (now === before) return false;
  for (const [action, status] of now) {
    const old = before.get(action);
    if (old === status) continue;
    if (old === undefined || old.outputsPresent !== status.outputsPresent) return true;
    const ended = status.lastJob?.state === 'succeeded' && old.lastJob?.state !== 'succeeded';
    if (ended || status.lastJob?.jobId !== old.lastJob?.jobId) return true;
  }
  return false;
}

/** True when code went to and fro: earlier outputs may fit it now, or no longer. */
function provenanceMoved(now: Statuses, before: Statuses): boolean {
  if (now === before) return false;
  for (const [action, {provenance}] of now) {
    const old = before.get(action)?.provenance;
    if (old === provenance || provenance.kind === 'checking') continue;
    if (old === undefined || wordsOf(old) !== wordsOf(provenance)) return true;
  }
  return false;
}

function wordsOf(provenance: Provenance): string {
  if (provenance.kind !== 'out-of-date') return provenance.kind;
  return provenance.reasons.map(({message, changedAt}) => `${message} ${changedAt ?? ''}`).join();
}
