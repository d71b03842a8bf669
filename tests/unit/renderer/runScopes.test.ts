import {describe, expect, it} from 'vitest';
import {createDeskStore, type DeskState} from '../../../renderer/state/deskStore';
import {
  actionScope,
  againScope,
  doubtfulScope,
  dependenciesScope,
  downstreamScope,
  everythingScope,
  failedScope,
  matchingScope,
  neededScope,
  requestFor,
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
    expect(actionScope(state({a: failed}), 'c').count).toBe(3);
    const marked = {provenance: {kind: 'up-to-date', markedBecause: 'only words'}} as const;
    expect(neededScope(state({a: failed, b: marked})).count).toBe(1);
  });

  it('counts every state but what is up to date or under way as something to do', () => {
    const idle = ACTION_STATES.filter((name) => neededScope(only(name)).count === 0);
    expect(idle).toEqual([
      ...['up-to-date', 'up-to-date-by-times', 'checking'],
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

  it('offers to run again what came to nothing', () => {
    for (const name of ['failed', 'cut-off', 'not-started', 'blocked', 'cancelled'] as const)
      expect(actionScope(only(name), 'a').label).toBe('Rerun this action');
    expect(actionScope(only('up-to-date'), 'a').label).toBe('Run this action');
    expect(actionScope(state({a: {state: 'never'}, b: {state: 'failed'}}), 'b').label).toBe(
      'Rerun this and 1 it needs',
    );
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
    expect(doubtfulScope(now).request.actions).toEqual(['b', 'c']);
    expect(doubtfulScope(only('not-verified')).label).toBe('Run 1 out of date or unverified');
    expect(failedScope(now).request.actions).toEqual(['d']);
    expect(everythingScope(now).request.actions).toEqual(['a', 'b', 'c', 'd']);
    expect(matchingScope(now, 'model_*', ['a', 'd'])).toMatchObject({
      count: 2,
      label: 'Run 2 matches',
    });
  });

  it('counts what one action needs and does not have', () => {
    expect(actionScope(state(), 'c').label).toBe('Run this action');
    expect(actionScope(state({a: {state: 'never'}, b: {state: 'never'}}), 'c')).toMatchObject({
      label: 'Run this and 2 it needs',
      count: 3,
    });
  });

  it('counts what others need too, and says for how many it is', () => {
    const now = state({a: {state: 'never'}, b: {state: 'failed'}, d: {state: 'failed'}});
    expect(failedScope(now)).toMatchObject({count: 3, label: 'Run 3 for 2 failed'});
    const request = {...requestFor(['run_all'], {takeOut: ['a'], force: ['c']})};
    expect(againScope(now, 'again', request)).toMatchObject({
      count: 3,
      label: 'Repeat this run (3 jobs)',
    });
  });

  it('runs one action with all it needs, or with all that depends on it', () => {
    expect(dependenciesScope(state(), 'c')).toMatchObject({
      label: 'Rerun with dependencies (3)',
      count: 3,
      request: {actions: ['c'], forceDependencies: true},
    });
    expect(downstreamScope(state(), 'a')).toMatchObject({
      label: 'Run this and 2 that depend on it',
      request: {actions: ['a', 'b', 'c']},
    });
  });
});
