import {describe, expect, it} from 'vitest';
import {createDeskStore, type DeskState} from '../../../renderer/state/deskStore';
import {
  againScope,
  mainScope,
  neededScope,
  requestFor,
  runEntries,
  selectionScopes,
  type RunCommandId,
} from '../../../renderer/state/runScopes';
import type {ActionState} from '../../../shared/status';
import {ACTION_STATES} from '../../../shared/status';
import {fakeSnapshot, fakeStatuses, inState, type FakeAction} from '../../renderer/fakes/fakeStudy';

const stale = {kind: 'out-of-date', reasons: []} as const;
const upstream = {kind: 'upstream-out-of-date', because: ['a']} as const;

function state(changes: Readonly<Record<string, Partial<FakeAction>>> = {}): DeskState {
  const fakes: readonly FakeAction[] = [
    {name: 'a', run: 'r:v2 a.R', ...changes['a']},
    {name: 'b', run: 'r:v2 b.R', needs: ['a'], ...changes['b']},
    {name: 'c', run: 'r:v2 c.R', needs: ['b'], ...changes['c']},
    {name: 'd', run: 'r:v2 d.R', ...changes['d']},
  ];
  return createDeskStore({
    study: fakeSnapshot(fakes),
    statuses: new Map(fakeStatuses(fakes).map((status) => [status.action, status])),
  }).getState();
}

/** With these selected together, or one alone. */
function selecting(now: DeskState, ...names: readonly string[]): DeskState {
  const [selection = null] = names;
  return {...now, selection, isChosen: true, picked: new Set(names.length > 1 ? names : [])};
}

function entry(now: DeskState, id: RunCommandId) {
  return runEntries(now).find((each) => each.id === id);
}

const labels = (now: DeskState) => runEntries(now).map(({label}) => label);

function only(wanted: ActionState): DeskState {
  const fakes: readonly FakeAction[] = [{name: 'a', run: 'r:v2 a.R'}];
  const [status] = fakeStatuses(fakes);
  if (status === undefined) throw new Error('one status expected');
  return createDeskStore({
    study: fakeSnapshot(fakes),
    statuses: new Map([['a', inState(status, wanted)]]),
  }).getState();
}

describe('what can be run, with its count', () => {
  it('names what the main button runs after what is to be done', () => {
    expect(neededScope(state()).label).toBe('All up to date');
    expect(neededScope(state({b: {provenance: stale}, c: {provenance: upstream}})).label).toBe(
      'Run 2 out of date',
    );
    const both = {c: {provenance: upstream}, d: {state: 'failed'}} as const;
    expect(neededScope(state({b: {provenance: stale}, ...both})).label).toBe('Run 3 actions');
    const never = {state: 'never'} as const;
    expect(neededScope(state({a: never, b: never, c: never, d: never})).label).toBe('Run all 4');
  });

  it('counts what needs something that is made anew, as the plan will', () => {
    // the code may have been put back since, so that all of them are up to date with it
    const failed = {state: 'failed'} as const;
    expect(neededScope(state({a: failed})).count).toBe(3);
    expect(selectionScopes(selecting(state({a: failed}), 'c'))[0]?.count).toBe(3);
    const marked = {provenance: {kind: 'up-to-date', markedBecause: 'only words'}} as const;
    expect(neededScope(state({a: failed, b: marked})).count).toBe(1);
  });

  it('counts every state but what is up to date or under way as something to do', () => {
    const idle = ACTION_STATES.filter((name) => neededScope(only(name)).count === 0);
    expect(idle).toEqual([
      ...['up-to-date', 'up-to-date-by-times', 'supplied', 'checking'],
      ...['waiting', 'waiting-for-engine', 'running'],
    ]);
  });

  it('says that all are up to date only if each is', () => {
    const words = (name: ActionState) => neededScope(only(name)).label;
    expect(words('up-to-date')).toBe('All up to date');
    expect(words('up-to-date-by-times')).toBe('All up to date by file times');
    expect(words('checking')).toBe('Checking…');
    expect(words('waiting-for-engine')).toBe('Nothing more to run');
    expect(words('not-verified')).toBe('Run all 1');
    expect(words('upstream-out-of-date')).toBe('Run 1 out of date');
    // nothing is known of the action yet
    expect(neededScope({...only('up-to-date'), statuses: new Map()}).label).toBe('Checking…');
  });

  it('follows what is picked together, then the query, then the selection, and says what it leaves out', () => {
    const now = state({a: {state: 'never'}, b: {state: 'failed'}});
    expect(mainScope(now)).toMatchObject({
      label: 'Run 3 actions',
      tip: 'Run 3 actions: 1 up to date, 1 never run and 1 failed',
    });
    const one = selecting(now, 'b');
    expect(mainScope(one)).toMatchObject({
      ...{label: 'Run b', name: 'b', tip: 'Run b and 1 it needs', count: 2},
    });
    expect(mainScope({...one, query: 'a'})).toMatchObject({label: 'Run 1 found', count: 1});
    expect(mainScope({...one, query: 'x'})).toMatchObject({label: 'No matching actions', count: 0});
    // it was the window that went there
    expect(mainScope({...one, isChosen: false}).label).toBe('Run 3 actions');
    const two = selecting(now, 'b', 'd');
    expect(mainScope({...two, query: 'a'})).toMatchObject({
      label: 'Run 2 selected',
      tip: 'Run 2 selected and 1 they need',
    });
    // one that has left project.yaml can't be run
    expect(mainScope(selecting(now, 'gone')).label).toBe('Run 3 actions');
  });

  it('lists every way in one order, each once', () => {
    const now = state({b: {provenance: stale}, c: {provenance: upstream}, d: {state: 'failed'}});
    expect(labels(selecting(now, 'b'))).toEqual([
      ...['Run b', 'Run this and 1 that depends on it', 'Rerun this and 1 it needs'],
      ...['Run 3 actions', 'Run 1 failed', 'Run 2 out of date or unverified', 'Rerun all 4'],
    ]);
    expect(labels({...selecting(now, 'a', 'b'), query: 'd'})).toEqual([
      ...['Run 2 selected', 'Run these and 1 that depends on them', 'Run 1 found'],
      ...['Run 3 actions, ignoring the filter', 'Run 1 failed among those found'],
      'Rerun all 4, ignoring the filter',
    ]);
    // what is needed is what has failed
    expect(labels(state({d: {state: 'failed'}}))).toEqual(['Run 1 failed', 'Rerun all 4']);
    expect(labels(state())).toEqual(['Rerun all 4']);
  });

  it('does not call a study up to date that has no project to go by', () => {
    expect(neededScope(createDeskStore().getState())).toMatchObject({
      label: 'Nothing to run',
      count: 0,
    });
  });

  it('asks for run_all with everything that is out of date', () => {
    expect(neededScope(state({a: {state: 'never'}})).request).toMatchObject({
      actions: ['run_all'],
      includeStale: true,
      forceDependencies: false,
    });
  });

  it('runs all that is doubtful, all failed, everything, what the query found', () => {
    const now = state({b: {provenance: stale}, c: {provenance: upstream}, d: {state: 'failed'}});
    expect(entry(now, 'run-stale')?.request.actions).toEqual(['b', 'c']);
    expect(entry(only('not-verified'), 'run-stale')?.label).toBe('Run 1 out of date or unverified');
    expect(entry(now, 'run-failed')?.request.actions).toEqual(['d']);
    expect(entry(now, 'run-everything')?.request.actions).toEqual(['a', 'b', 'c', 'd']);
  });

  it('counts what others need too, and says for how many it is', () => {
    const now = state({a: {state: 'never'}, b: {state: 'failed'}, d: {state: 'failed'}});
    expect(entry(now, 'run-failed')).toMatchObject({
      ...{count: 3, label: 'Run 2 failed', tip: 'Run 2 failed and 1 they need'},
    });
    const request = {...requestFor(['run_all'], {takeOut: ['a'], force: ['c']})};
    expect(againScope(now, 'again', request)).toMatchObject({
      count: 3,
      label: 'Repeat this run (3 jobs)',
    });
  });

  it('runs what is selected with all it needs, or with all that depends on it', () => {
    expect(entry(selecting(state(), 'c'), 'run-with-dependencies')).toMatchObject({
      label: 'Rerun this and 2 it needs',
      count: 3,
      request: {actions: ['c'], forceDependencies: true},
    });
    const b = state({b: {state: 'never'}});
    expect(entry(selecting(b, 'a'), 'run-with-downstream')).toMatchObject({
      label: 'Run this and 2 that depend on it',
      request: {actions: ['a', 'b', 'c']},
    });
  });
});
