import type {QueuedRun} from '../../shared/runQueue';
import {ask, askInto} from './ask';
import type {Desk} from './deskStore';
import {EMPTY_PLAN} from './runState';
import {openPlan, startPlannedRun} from './planTray';
import {requestWords} from './runScopes';
import {showingBottom} from './sides';

/** Takes a waiting run out of the queue. */
export async function dropQueued(desk: Desk, queuedId: string): Promise<void> {
  await askInto(desk, 'runs:drop', {queuedId}, (queue) => ({queue}));
}

/** Puts a waiting run to a place of the queue, from 0. */
export async function moveQueued(desk: Desk, queuedId: string, to: number): Promise<void> {
  await askInto(desk, 'runs:move', {queuedId, to}, (queue) => ({queue}));
}

/** Shows what a held run would do now; one that was refused is planned anew. */
export function showHeld(desk: Desk, run: QueuedRun): void {
  const title = requestWords(run.request, run.actions.length);
  const {held, request} = run;
  if (held?.kind !== 'changed') {
    openPlan(desk, {title, request});
    desk.store.setState((state) => ({plan: {...state.plan, heldId: run.id}}));
    return;
  }
  const {prepared, changes} = held;
  desk.store.setState((state) => ({
    ...showingBottom(state, 'plan'),
    followsRun: false,
    choseSinceStart: true,
    plan: {...EMPTY_PLAN, title, request, prepared, changes, heldId: run.id, wantsFocus: true},
  }));
}

/** Starts a held run as it would be carried out now; what has changed once more is shown. */
export async function startHeld(desk: Desk, run: QueuedRun): Promise<void> {
  showHeld(desk, run);
  if (run.held?.kind === 'changed') await startPlannedRun(desk);
}

/** Ends the run that waits for its engine; what it had not collected is lost. */
export async function giveUpUnfinished(desk: Desk, runId: string): Promise<void> {
  await ask(desk, 'runs:giveUp', {runId});
}
