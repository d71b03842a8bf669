import {describe, expect, it} from 'vitest';
import {applyHostEvent, type HostEvent} from '../../../renderer/state/applyHostEvent';
import {createDeskStore, type DeskState} from '../../../renderer/state/deskStore';
import {chosen} from '../../../renderer/state/selection';
import {failures, following, showingNextFailure} from '../../../renderer/state/followRun';
import {stateOfAction} from '../../../renderer/state/selectors';
import {stateOf, type Job, type StatusCode} from '../../../shared/job';
import {newJob} from '../../../shared/newJob';
import {fakeSnapshot, fakeStatuses} from '../../renderer/fakes/fakeStudy';
import {someRun} from '../runs/someJob';

const AT = '2026-03-14T12:00:00Z';
const NAMES = ['a', 'b', 'c', 'd'];
const FAKES = NAMES.map((name) => ({name, run: `r:v2 ${name}.R`}));

function job(action: string, statusCode: StatusCode, startedAt: string | null = null): Job {
  const made = newJob(
    {action, reason: 'requested', waitsFor: []},
    {id: `r1-${action}`, runId: 'r1', image: 'r:v2', at: AT},
  );
  return {...made, statusCode, state: stateOf(statusCode), startedAt};
}

const started: HostEvent = {
  name: 'run:event',
  payload: {
    event: 'started',
    run: someRun(
      'r1',
      NAMES.map((name) => job(name, 'created')),
    ),
  },
};
const moved = (action: string, code: StatusCode, startedAt: string | null = null): HostEvent => ({
  name: 'run:event',
  payload: {event: 'job', runId: 'r1', job: job(action, code, startedAt)},
});

const after = (events: readonly HostEvent[], state: DeskState): DeskState =>
  events.reduce((now, event) => ({...now, ...applyHostEvent(now, event)}), state);
const desk = (change: Partial<DeskState> = {}): DeskState =>
  createDeskStore({
    study: fakeSnapshot(FAKES),
    statuses: new Map(fakeStatuses(FAKES).map((status) => [status.action, status])),
    ...change,
  }).getState();

describe('following a run', () => {
  it('moves the selection to what runs, and stays with it while it goes on', () => {
    const one = after([started, moved('a', 'executing', '1')], desk({followsRun: true}));
    expect(one.selection).toBe('a');
    const both = after([moved('b', 'executing', '2')], one);
    expect(both.selection).toBe('a');
    expect(after([moved('a', 'succeeded', '1')], both).selection).toBe('b');
  });

  it('ends with a click on an action', () => {
    const clicked = {...after([started], desk({followsRun: true})), ...chosen('d')};
    expect(after([moved('a', 'executing')], clicked)).toMatchObject({
      ...{selection: 'd', followsRun: false},
    });
  });

  it('catches up with what runs already', () => {
    const state = after([started, moved('b', 'executing', '1')], desk({selection: 'd'}));
    expect(state.selection).toBe('d');
    expect({...state, ...following(state, true)}).toMatchObject({
      ...{selection: 'b', followsRun: true, bottomTab: 'log'},
    });
  });
});

describe('the first failure of a run', () => {
  const folded = new Set(['bottom'] as const);

  it('is selected with its log, which unfolds', () => {
    const state = after(
      [started, moved('b', 'nonzero_exit'), moved('c', 'nonzero_exit')],
      desk({selection: 'd', bottomTab: 'problems', collapsed: folded}),
    );
    // the second failure does not take the selection from the first
    expect(state).toMatchObject({selection: 'b', bottomTab: 'log', followsRun: false});
    expect(state.collapsed.has('bottom')).toBe(false);
  });

  it('takes nothing away from a user who has chosen something since the run began', () => {
    const clicked = {...after([started], desk({selection: 'd'})), ...chosen('c')};
    expect(after([moved('b', 'nonzero_exit')], clicked).selection).toBe('c');
  });

  it('takes the selection again in the next run', () => {
    const clicked = {...desk(), ...chosen('c')};
    expect(after([started, moved('b', 'nonzero_exit')], clicked).selection).toBe('b');
  });

  it('is told of no job that was blocked or stopped', () => {
    for (const code of ['dependency_failed', 'cancelled_by_user', 'not_started'] as const)
      expect(after([started, moved('b', code)], desk({selection: 'd'})).selection).toBe('d');
  });
});

describe('the end of a run', () => {
  const finished = (failed: boolean): HostEvent => ({
    name: 'run:event',
    payload: {
      ...{
        event: 'finished',
        runId: 'r1',
        outcome: failed ? 'failed' : 'succeeded',
        cancelled: false,
        error: null,
      },
      jobs: NAMES.map((name) => job(name, failed ? 'nonzero_exit' : 'succeeded')),
    },
  });
  const next = (state: DeskState) => {
    const event = started.payload;
    if (!('event' in event) || event.event !== 'started') throw new Error('a start is expected');
    return after(
      [{name: 'run:event', payload: {event: 'started', run: {...event.run, id: 'r2'}}}],
      state,
    );
  };

  it('is still told when a waiting run begins, if something failed', () => {
    const failed = after([started, finished(true)], desk());
    expect(failed.endsShown).toEqual(['r1']);
    expect(next(failed).endsShown).toEqual(['r1']);
    expect(next(after([started, finished(false)], desk())).endsShown).toEqual([]);
  });
});

describe('the next failure', () => {
  it('goes round in the order of the run', () => {
    let state = after(
      [started, moved('c', 'nonzero_exit'), moved('a', 'unmatched_patterns')],
      desk(),
    );
    expect(failures(state)).toEqual(['a', 'c']);
    const seen = [0, 1, 2].map(() => {
      state = {...state, ...showingNextFailure(state)};
      return state.selection;
    });
    // the first failure to come is selected already
    expect(seen).toEqual(['a', 'c', 'a']);
    expect(state.bottomTab).toBe('log');
  });

  it('is nowhere when nothing failed', () => {
    expect(showingNextFailure(desk({selection: 'b'}))).toEqual({});
  });
});

describe('states while a run is under way', () => {
  it('are those of its jobs, told in the same moment', () => {
    const state = after([started, moved('a', 'finalized')], desk());
    expect(stateOfAction(state.statuses, 'a')).toBe('running');
    expect(stateOfAction(state.statuses, 'b')).toBe('waiting');
    const ended = after([moved('a', 'succeeded')], state);
    // green only after a check
    expect(stateOfAction(ended.statuses, 'a')).toBe('checking');
  });

  it('are not set back by what the host told of a moment before', () => {
    const before = after([started, moved('a', 'preparing')], desk()).statuses.get('a');
    if (before === undefined) throw new Error('a has a status');
    const state = after(
      [started, moved('a', 'executing'), {name: 'statuses:changed', payload: [before]}],
      desk(),
    );
    expect(state.statuses.get('a')?.lastJob?.statusCode).toBe('executing');
  });
});
