import {describe, expect, it} from 'vitest';
import {runTitle} from '../../../renderer/history/HistoryList';
import {createDeskStore, type DeskState} from '../../../renderer/state/deskStore';
import {newsOf, noteOf, seenAfter} from '../../../renderer/state/lastSeen';
import {notVerifiedReason} from '../../../shared/outOfDateReason';
import type {OutOfDateReason, Provenance} from '../../../shared/status';
import {fakeSnapshot, fakeStatuses} from '../../renderer/fakes/fakeStudy';
import {someJob, someRun} from '../runs/someJob';

const NAMES = ['a', 'b', 'c'];
const FAKES = NAMES.map((name, at) => ({
  name,
  run: `r:v2 ${name}.R`,
  needs: NAMES.slice(Math.max(0, at - 1), at),
}));

const changed = (path: string, changedAt = '2026-04-01T09:00:00Z'): OutOfDateReason => ({
  ...{kind: 'code', message: `\`${path}\` changed (line 1)`, path, changedAt},
});
const outOfDate = (...reasons: readonly OutOfDateReason[]): Provenance => ({
  ...{kind: 'out-of-date', reasons},
});

/** A study with these provenances; of actions not named it is up to date. */
function desk(
  provenances: Readonly<Record<string, Provenance>> = {},
  change: Partial<DeskState> = {},
): DeskState {
  const statuses = fakeStatuses(
    FAKES.map((fake) => ({
      ...fake,
      provenance: provenances[fake.name] ?? {kind: 'up-to-date', markedBecause: null},
    })),
  );
  return createDeskStore({
    study: fakeSnapshot(FAKES),
    statuses: new Map(statuses.map((status) => [status.action, status])),
    ...change,
  }).getState();
}

const AT = new Date('2026-04-01T12:00:00Z');

/** What is new in a study that was seen in another state. */
function between(before: DeskState, after: DeskState): ReturnType<typeof newsOf> {
  const note = noteOf(before, AT);
  if (note === null) throw new Error('Not all of it was known.');
  return newsOf({...after, lastSeen: {note, shown: null}});
}

const ended = {endedAt: '2026-04-01T11:00:00Z', outcome: 'failed'} as const;
const [one, two, three] = ['1', '2', '3'].map((id) => someRun(id, [], ended));

describe('what is new since a study was last open', () => {
  const states: Readonly<Record<string, DeskState>> = {
    fresh: desk(),
    changed: desk({
      a: outOfDate(changed('a.R')),
      b: {kind: 'upstream-out-of-date', because: ['a']},
    }),
    'changed once more': desk({a: outOfDate(changed('a.R', '2026-04-02T09:00:00Z'))}),
    'not verified': desk({a: {kind: 'not-verified', reasons: [notVerifiedReason('lost')]}}),
    'run under way': desk({}, {runs: [someRun('2', []), ...(one === undefined ? [] : [one])]}),
  };

  it.each(Object.entries(states))('is nothing where nothing has moved: %s', (_, state) => {
    expect(between(state, state)).toBe(null);
  });

  it.each([
    ['fresh', 'changed', ['a.R: a, 1 further']],
    ['changed', 'changed once more', ['a.R: a, 0 further']],
    ['changed', 'fresh', null],
    // what was not known before is not called new, nor what is not known now
    ['not verified', 'changed', null],
    ['changed', 'not verified', null],
  ])('is a change that was not there: from %s to %s', (before, after, expected) => {
    const news = between(states[before] ?? desk(), states[after] ?? desk());
    expect(
      news?.changes.map(
        ({reason, actions, further}) => `${reason.path}: ${actions.join()}, ${further} further`,
      ) ?? null,
    ).toEqual(expected);
  });

  it('is every run that has ended meanwhile, those under way before included', () => {
    const runs = [three, two, one].flatMap((run) => run ?? []);
    const news = (before: readonly (typeof runs)[number][], after = runs) =>
      between(desk({}, {runs: before}), desk({}, {runs: after}))?.runs.map(({id}) => id) ?? null;
    expect(news(runs.slice(2))).toEqual(['3', '2']);
    expect(news([someRun('2', []), ...runs.slice(2)])).toEqual(['3', '2']);
    // of none known before it is the time that counts
    expect(news([])).toBe(null);
    expect(news(runs.slice(2), [someRun('4', []), ...runs.slice(2)])).toBe(null);
  });

  it('is what `opensafely run` did meanwhile', () => {
    const statuses = new Map(
      [...desk().statuses].map(([name, status]) => {
        const lastJob = status.lastJob === null ? null : {...status.lastJob};
        const job = {ranBy: 'opensafely', completedAt: '2026-04-01T13:00:00Z'} as const;
        return [
          name,
          name === 'b' && lastJob !== null ? {...status, lastJob: {...lastJob, ...job}} : status,
        ];
      }),
    );
    expect(between(desk(), desk({}, {statuses}))?.elsewhere).toMatchObject([{action: 'b'}]);
  });

  it('waits until all is compared, is shown unless the user has begun, and goes when the user goes on', () => {
    const note = noteOf(desk(), AT);
    if (note === null) throw new Error('Not all of it was known.');
    const lastSeen = {note, shown: null};
    const checking = desk({b: {kind: 'checking'}}, {lastSeen});
    const after = {...(states['changed'] ?? desk()), lastSeen};
    const begun = {...after, lastSeen: {note, shown: true}};
    expect(seenAfter(checking, checking, false)).toBe(null);
    expect(noteOf(checking, AT)).toBe(null);
    expect(seenAfter(desk({}, {lastSeen}), checking, false)).toEqual({lastSeen: null});
    expect(seenAfter(after, checking, false)).toEqual({lastSeen: {note, shown: true}});
    expect(seenAfter(after, checking, true)).toEqual({lastSeen: {note, shown: false}});
    expect(seenAfter({...begun, centre: {kind: 'table'}}, begun, false)).toEqual({lastSeen: null});
    expect(seenAfter({...begun, activeRunId: '1'}, begun, false)).toEqual({lastSeen: null});
    expect(seenAfter(begun, begun, false)).toBe(null);
  });
});

describe('the title of a run', () => {
  const request = (actions: readonly string[], includeStale = true) => ({
    ...{actions, includeStale, forceDependencies: false, force: [], takeOut: []},
  });
  const jobs = [someJob('a', {state: 'succeeded'}), someJob('b', {state: 'failed'})];
  it.each([
    [request(['run_all']), ['lib/disclosure.py'], '1 of 2 · disclosure.py changed'],
    [request(['run_all']), ['a/x.R', 'b/x.R', 'c.R'], '1 of 2 · a/x.R and 2 more changed'],
    [request(['run_all']), undefined, '1 of 2 · everything out of date'],
    [request(['run_all'], false), undefined, '1 of 2 · run_all'],
    [request(['fit_model']), ['model.R'], '1 of 2 · fit_model'],
    [request(['a', 'b', 'c', 'd']), ['model.R'], '1 of 2 · model.R changed'],
    [request(['a', 'b', 'c', 'd']), undefined, '1 of 2 · 4 actions'],
  ])('is how many succeeded and why it ran: %j, %j', (asked, files, title) => {
    const run = someRun('1', jobs, files === undefined ? {} : {changed: files});
    expect(runTitle({...run, request: asked})).toBe(title);
  });
});
