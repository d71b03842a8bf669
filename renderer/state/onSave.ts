import {formatList} from '../../shared/format';
import type {RunRequest} from '../../shared/plan';
import type {PreparedRun} from '../../shared/preview';
import {runOptionsOf} from '../../shared/run';
import type {Desk, DeskState} from './deskStore';
import {stopRun} from './planTray';
import {requestFor} from './runScopes';
import {actionNamed, downstreamOf} from './selectors';
import {settingsNow} from './settings';

/** More saves may follow within this time, in milliseconds: a save of all files is one. */
const QUIET_MS = 300;

/** What changes when actions are to run on each save, or no longer. */
export function runningOnSave(
  {onSave, heldSave}: DeskState,
  names: readonly string[],
  on: boolean,
): Partial<DeskState> {
  const others = [...onSave].filter((name) => !names.includes(name));
  const next = new Set(on ? [...others, ...names] : others);
  return {onSave: next, heldSave: next.size === 0 ? null : heldSave};
}

/** What was saved with all of the chosen actions that need it. */
function requestOf(state: DeskState, saved: readonly string[]): RunRequest {
  const later = new Set(saved.flatMap((name) => [name, ...downstreamOf(state, name)]));
  return requestFor([...state.onSave].filter((name) => later.has(name)));
}

/** Why a plan is not carried out unasked; null where it may be. */
function whyAsk(state: DeskState, {plan, findings, images}: PreparedRun): string | null {
  const names = plan.jobs.map(({action}) => action);
  const beside = names.filter((name) => !state.onSave.has(name));
  if (beside.length > 0) return `${formatList(beside)} would run too.`;
  const of = (test: (action: NonNullable<ReturnType<typeof actionNamed>>) => boolean) =>
    names.find((name) => {
      const action = actionNamed(state, name);
      return action !== undefined && test(action);
    });
  const database = of(({usesDatabase}) => usesDatabase);
  if (database !== undefined) return `${database} is one that reads the database.`;
  const stata = of(({run}) => run.imageName === 'stata-mp');
  if (stata !== undefined) return `${stata} uses the Stata licence.`;
  const block = findings.find(({level}) => level === 'block');
  if (block !== undefined) return block.message;
  return images.every(({present}) => present) ? null : 'An image must be downloaded first.';
}

/**
 * Runs the chosen actions when a file of theirs is saved, by this window or another program: one run at a time, and of what
 * was saved last. It stops an earlier run of its own for that, never another. Gives how to stop.
 */
export function keepRunsOnSave(desk: Desk): () => void {
  const {store, host} = desk;
  let versions: Readonly<Record<string, string>> = {};
  let saved = new Set<string>();
  let timer = 0;
  let busy = false;
  /** The newest run that a save began. */
  let ours: string | null = null;

  const look = async (): Promise<void> => {
    const {study, onSave} = store.getState();
    if (study === null || onSave.size === 0) return;
    const answer = await host.request('provenance:versions', {actions: [...onSave]});
    // what can't be read as it was saved runs nothing
    if (!answer.ok || store.getState().study?.dir !== study.dir) return;
    for (const [name, version] of Object.entries(answer.value))
      if (versions[name] !== undefined && versions[name] !== version) saved.add(name);
    versions = answer.value;
  };
  const begin = async (): Promise<void> => {
    const state = store.getState();
    const settings = settingsNow(state)?.values;
    const names = [...saved].filter((name) => state.onSave.has(name));
    saved = new Set(names);
    if (names.length === 0 || settings === undefined) return;
    if (state.activeRunId !== null) {
      if (state.activeRunId === ours && state.queue.length === 0) await stopRun(desk, null);
      return;
    }
    saved.clear();
    const request = requestOf(state, names);
    const hold = (why: string | null): void =>
      store.setState({heldSave: why === null ? null : {saved: names, request, why}});
    const options = runOptionsOf(settings);
    const prepared = await host.request('plan:prepare', {request, options});
    const now = store.getState();
    if (now.study?.dir !== state.study?.dir) return;
    if (!prepared.ok) return hold(prepared.error.message);
    const why = whyAsk(now, prepared.value);
    if (why !== null || prepared.value.plan.jobs.length === 0) return hold(why);
    const started = await host.request('runs:start', {preparedId: prepared.value.id});
    if (started.ok && started.value.kind === 'started') ours = started.value.runId;
    hold(
      !started.ok
        ? started.error.message
        : started.value.kind === 'changed'
          ? 'Its plan changed meanwhile.'
          : null,
    );
  };
  const work = async (): Promise<void> => {
    if (busy) return lookSoon();
    busy = true;
    try {
      await look();
      await begin();
    } finally {
      busy = false;
    }
  };
  const lookSoon = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void work(), QUIET_MS);
  };
  const stop = store.subscribe((state, before) => {
    if (state.study?.dir !== before.study?.dir) {
      versions = {};
      saved.clear();
    }
    if (state.onSave.size === 0) return;
    // what is there when an action is chosen was not saved since
    if (state.onSave !== before.onSave) void work();
    const moved =
      state.study?.project !== before.study?.project || state.activeRunId !== before.activeRunId;
    if (moved) lookSoon();
  });
  // comes after each change of a file
  const stopHearing = host.on('git:changed', () => {
    if (store.getState().onSave.size > 0) lookSoon();
  });
  return () => {
    stop();
    stopHearing();
    window.clearTimeout(timer);
  };
}
