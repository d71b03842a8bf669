import type {RunRequest} from '../../shared/plan';
import {assertNever} from '../../shared/result';
import {runOptionsOf} from '../../shared/run';
import {ask, askInto} from './ask';
import type {Desk} from './deskStore';
import {EMPTY_PLAN, type PlanTray} from './runState';
import {following} from './followRun';
import type {RunScope} from './runScopes';
import {heldByDraft} from './drafts';
import {settingsNow} from './settings';
import {showingBottom} from './sides';

const REFRESH_DELAY_MS = 400;

/**
 * Shows what a scope would do, before anything runs, and puts the keyboard on its Run button. What has been planned
 * before and is no more than that starts at once.
 */
export function openPlan(desk: Desk, scope: Pick<RunScope, 'title' | 'request' | 'planned'>): void {
  desk.store.setState((state) => ({
    error: null,
    followsRun: false,
    choseSinceStart: true,
    ...showingBottom(state, 'plan'),
    plan: {...EMPTY_PLAN, title: scope.title, wantsFocus: true},
  }));
  void refreshPlan(desk, scope.request).then(() => startKnown(desk, scope));
}

/** Starts what the tray shows if its jobs were all planned before and nothing has to be decided. */
async function startKnown(
  desk: Desk,
  {request, planned}: Pick<RunScope, 'request' | 'planned'>,
): Promise<void> {
  const state = desk.store.getState();
  const {prepared, loading, request: shown} = state.plan;
  if (planned === undefined || prepared === null || loading || shown !== request) return;
  const jobs = prepared.plan.jobs;
  const isKnown = jobs.length > 0 && jobs.every(({action}) => planned.has(action));
  const isBlocked = prepared.findings.some(({level}) => level === 'block');
  if (isKnown && !isBlocked) await startPlannedRun(desk);
}

/** Asks the host about a request; the tray keeps the old answer, dimmed, until the new one is here. */
export async function refreshPlan(desk: Desk, request: RunRequest): Promise<void> {
  const {store, host} = desk;
  const settings = settingsNow(store.getState());
  if (settings === null) return;
  store.setState((state) => ({
    plan: {...state.plan, request, changes: [], loading: true, error: null},
  }));
  const current = () => store.getState().plan.request === request;

  const answer = await host.request('plan:prepare', {
    request,
    options: runOptionsOf(settings.values),
  });
  if (!current()) return;
  store.setState((state) => ({
    plan: {
      ...state.plan,
      loading: false,
      prepared: answer.ok ? answer.value : null,
      error: answer.ok ? null : answer.error,
    },
  }));
}

/** Works the plan out again when the study or a state changes under it; answers how to stop. */
export function keepPlanInStep(desk: Desk): () => void {
  let timer = 0;
  const stop = desk.store.subscribe((state, before) => {
    const moved =
      state.study !== before.study ||
      state.statuses !== before.statuses ||
      state.ownSettings !== before.ownSettings ||
      state.app?.settings !== before.app?.settings ||
      state.activeRunId !== before.activeRunId;
    if (!moved || state.plan.request === null || state.activeRunId !== null) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const {plan, activeRunId} = desk.store.getState();
      // a new object, so that an answer still under way is dropped
      if (plan.request !== null && activeRunId === null) void refreshPlan(desk, {...plan.request});
    }, REFRESH_DELAY_MS);
  });
  return () => {
    stop();
    window.clearTimeout(timer);
  };
}

/**
 * Starts what the tray shows; while another run is under way it waits in the queue. Files with unsaved changes are asked
 * about first.
 */
export async function startPlannedRun(desk: Desk): Promise<void> {
  const {plan} = desk.store.getState();
  if (plan.request === null || plan.prepared === null) return;
  if (!heldByDraft(desk, {kind: 'run', start: () => startOnDisk(desk)})) await startOnDisk(desk);
}

/** Starts the plan of the tray with the files as they are on disk. */
async function startOnDisk(desk: Desk): Promise<void> {
  const {store, host} = desk;
  const {plan} = store.getState();
  if (plan.request === null || plan.prepared === null) return;
  store.setState({plan: {...plan, loading: true}});
  const answer = await host.request('runs:start', {preparedId: plan.prepared.id});
  if (!answer.ok) {
    store.setState((state) => ({plan: {...state.plan, loading: false}, error: answer.error}));
    return;
  }
  const started = answer.value;
  if (started.kind !== 'changed') await leaveQueue(desk, plan);
  switch (started.kind) {
    case 'changed':
      // what would be done now is shown, with what is different about it
      store.setState((state) => ({
        plan: {
          ...state.plan,
          loading: false,
          prepared: started.prepared,
          changes: started.changes,
        },
      }));
      return;
    case 'started':
    case 'joined':
      // a run that began a moment ago may have reported its first jobs already
      store.setState((state) => ({plan: EMPTY_PLAN, endsShown: [], ...following(state, true)}));
      return;
    case 'queued':
      store.setState({plan: EMPTY_PLAN});
      return;
    default:
      assertNever(started);
  }
}

/** Takes the held run out of the queue in whose place another plan was started; under its own id the host has done so. */
async function leaveQueue(desk: Desk, {heldId, prepared}: PlanTray): Promise<void> {
  const waits = desk.store.getState().queue.some(({id}) => id === heldId);
  if (heldId === null || heldId === prepared?.id || !waits) return;
  await askInto(desk, 'runs:drop', {queuedId: heldId}, (queue) => ({queue}));
}

/** Stops one job of the run under way, or all of it. */
export async function stopRun(desk: Desk, action: string | null): Promise<void> {
  const runId = desk.store.getState().activeRunId;
  if (runId !== null) await ask(desk, 'runs:cancel', {runId, action});
}
