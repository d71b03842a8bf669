import type {RunRequest} from '../../shared/plan';
import type {RunOptions} from '../../shared/run';
import type {Settings} from '../../shared/settings';
import {EMPTY_PLAN, type Desk} from './deskStore';
import type {RunScope} from './runScopes';

const REFRESH_DELAY_MS = 400;

/** How runs started from the window are carried out: as set in Settings; Run in the tray agrees to pulls. */
export function optionsFrom(settings: Settings): RunOptions {
  return {
    executor: settings.executor,
    concurrency: settings.concurrency,
    limits: {memoryBytes: settings.memoryBytes, cpus: settings.cpus},
    continueOnError: settings.continueOnError,
    letRunningFinish: settings.letRunningFinish,
    debug: false,
    pull: true,
  };
}

/** Shows what a scope would do, before anything runs, and puts the keyboard on its Run button. */
export function openPlan(desk: Desk, scope: Pick<RunScope, 'title' | 'request'>): void {
  desk.store.setState((state) => ({
    error: null,
    bottomTab: 'plan',
    collapsed: {...state.collapsed, bottom: false},
    plan: {...EMPTY_PLAN, title: scope.title, wantsFocus: true},
  }));
  void refreshPlan(desk, scope.request);
}

/** Asks the host about a request; the tray keeps the old answer, dimmed, until the new one is here. */
export async function refreshPlan(desk: Desk, request: RunRequest): Promise<void> {
  const {store, host} = desk;
  const settings = store.getState().app?.settings;
  if (settings === undefined) return;
  store.setState((state) => ({plan: {...state.plan, request, loading: true, error: null}}));
  const current = () => store.getState().plan.request === request;

  const [preview, findings] = await Promise.all([
    host.request('plan:preview', {request}),
    host.request('run:preflight', {request, options: optionsFrom(settings)}),
  ]);
  if (!current()) return;
  store.setState((state) => ({
    plan: {
      ...state.plan,
      loading: false,
      preview: preview.ok ? preview.value : null,
      findings: findings.ok ? findings.value : null,
      error: preview.ok ? (findings.ok ? null : findings.error) : preview.error,
    },
  }));
}

/** Works the plan out again when the study or a state changes under it; answers how to stop. */
export function keepPlanInStep(desk: Desk): () => void {
  let timer = 0;
  const stop = desk.store.subscribe((state, before) => {
    const moved = state.study !== before.study || state.statuses !== before.statuses;
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

/** Starts what the tray shows. */
export async function startPlannedRun(desk: Desk): Promise<void> {
  const {store, host} = desk;
  const {plan, app} = store.getState();
  if (plan.request === null || app === null) return;
  const request = plan.request;
  store.setState({plan: {...plan, loading: true}});
  const started = await host.request('run:start', {request, options: optionsFrom(app.settings)});
  if (!started.ok) {
    store.setState((state) => ({plan: {...state.plan, loading: false}, error: started.error}));
    return;
  }
  store.setState({plan: EMPTY_PLAN, bottomTab: 'log', logTarget: {kind: 'run'}});
}

/** Stops one job of the run under way, or all of it. */
export async function stopRun(desk: Desk, action: string | null): Promise<void> {
  const {store, host} = desk;
  const runId = store.getState().activeRunId;
  if (runId === null) return;
  const answer = await host.request('run:cancel', {runId, action});
  if (!answer.ok) store.setState({error: answer.error});
}
