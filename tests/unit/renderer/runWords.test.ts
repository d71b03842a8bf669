import {describe, expect, it} from 'vitest';
import {createDeskStore, type DeskState} from '../../../renderer/state/deskStore';
import {
  endWords,
  lacksEngine,
  queueWords,
  runAbility,
  runWords,
  stateOfRun,
} from '../../../renderer/state/runWords';
import type {EngineStatus} from '../../../shared/engine';
import {appError} from '../../../shared/errors';
import {isFinal, stateOf, type Job, type StatusCode} from '../../../shared/job';
import {newJob} from '../../../shared/newJob';
import {DEFAULT_RUN_OPTIONS, type RunRecord} from '../../../shared/run';
import {FAKE_SETTINGS} from '../../renderer/fakes/fakeHost';
import {fakeSnapshot} from '../../renderer/fakes/fakeStudy';
import {someRun} from '../runs/someJob';

const NOW = new Date('2026-03-14T12:10:00Z');
const AT = '2026-03-14T12:00:00Z';
const CODES: readonly StatusCode[] = [
  ...(['created', 'waiting_on_dependencies', 'waiting_on_workers', 'preparing'] as const),
  ...(['prepared', 'executing', 'executed', 'finalizing', 'finalized', 'succeeded'] as const),
  ...(['dependency_failed', 'nonzero_exit', 'cancelled_by_user', 'unmatched_patterns'] as const),
  ...(['internal_error', 'not_started', 'cut_off'] as const),
];
const READY: EngineStatus = {
  ...{state: 'ready', name: 'Docker 26.1', platform: 'linux/amd64'},
  ...{cpus: 4, memoryBytes: 8e9},
};
const DOWN: EngineStatus = {
  state: 'down',
  trouble: 'stopped',
  message: 'Docker does not answer.',
  hint: 'Start it.',
  remedy: null,
};
const ENGINES: readonly EngineStatus[] = [{state: 'checking'}, READY, DOWN];

function job(action: string, statusCode: StatusCode): Job {
  const made = newJob(
    {action, reason: 'requested', waitsFor: []},
    {id: `r1-${action}`, runId: 'r1', image: 'r:v2', at: AT},
  );
  return {...made, statusCode, state: stateOf(statusCode)};
}

const runOf = (jobs: readonly Job[], change: Partial<RunRecord> = {}): RunRecord =>
  someRun('r1', jobs, {startedAt: AT, ...change});

const desk = (change: Partial<DeskState>): DeskState =>
  createDeskStore({
    study: fakeSnapshot([{name: 'a', run: 'r:v2 a.R'}]),
    app: {
      ...{electronVersion: '1', developmentElectron: false, editorFound: null},
      ...{
        recents: [],
        settings: FAKE_SETTINGS,
        initialDir: null,
        openingError: null,
        updatedFrom: null,
      },
    },
    engine: READY,
    ...change,
  }).getState();
const during = (jobs: readonly Job[], change: Partial<DeskState> = {}) =>
  runWords(desk({runs: [runOf(jobs)], activeRunId: 'r1', ...change}), NOW).words;

describe('what the window says of a run under way', () => {
  it('names the most advanced step of its jobs', () => {
    expect(during([job('a', 'created'), job('b', 'created')])).toBe('Starting the run');
    expect(during([job('a', 'preparing'), job('b', 'created')])).toBe('Starting a, 1 waiting');
    expect(during([job('a', 'prepared'), job('b', 'executing')])).toBe('Running b');
    expect(during([job('a', 'finalizing'), job('b', 'waiting_on_workers')])).toBe(
      'Collecting outputs of a, 1 waiting',
    );
    expect(during([job('a', 'succeeded'), job('b', 'created')])).toBe(
      'Starting the next, 1 of 2 done',
    );
  });

  it('does not call a run starting whose jobs have all ended', () => {
    expect(during([job('a', 'succeeded'), job('b', 'nonzero_exit')])).toBe(
      'Finishing the run, 2 of 2 done',
    );
  });

  it('says when the engine of a job no longer answers', () => {
    const lost: Job = {...job('a', 'executing'), state: 'waiting-for-engine'};
    expect(during([lost])).toBe('Waiting for the container engine: a');
  });

  it('counts the runs that wait for their turn', () => {
    const queued = {
      ...{id: 'q', request: runOf([]).request, options: DEFAULT_RUN_OPTIONS, queuedAt: AT},
      ...{actions: ['b'], held: null},
    };
    const held = {...queued, held: {kind: 'refused', error: appError('bug', 'No.')}} as const;
    expect(queueWords([queued, held])).toBe('1 run waiting, 1 held');
    expect(queueWords([held, held])).toBe('2 runs held');
    expect(during([job('a', 'executing')], {queue: [queued]})).toBe('Running a; 1 run waiting');
  });

  it('has one step for each status, which never contradicts it, whatever the engine is', () => {
    for (const code of CODES) {
      for (const engine of ENGINES) {
        const words = during([job('a', code)], {engine});
        const step = words.split(' ')[0];
        const expected = isFinal(code)
          ? 'Finishing'
          : code === 'executing'
            ? 'Running'
            : ['executed', 'finalizing', 'finalized'].includes(code)
              ? 'Collecting'
              : 'Starting';
        expect([code, step]).toEqual([code, expected]);
        expect(words).not.toMatch(/ready|down|nothing/i);
      }
    }
  });
});

describe('what the window says when nothing runs', () => {
  const failed = runOf([job('a', 'nonzero_exit'), job('b', 'dependency_failed')], {
    ...{endedAt: '2026-03-14T12:05:00Z', outcome: 'failed'},
  });

  it('tells how the last run ended until the next begins, never “Ready” after a failure', () => {
    for (const engine of ENGINES) {
      const told = runWords(desk({runs: [failed], engine}), NOW);
      expect(told.words).toContain('Failed: 1 of 2, 1 blocked, 5 min ago');
      expect(told.tone).toBe('fail');
    }
  });

  it('colours each end by its outcome', () => {
    const done = runOf([job('a', 'succeeded')], {endedAt: AT, outcome: 'succeeded'});
    expect(endWords(done)).toEqual({words: 'Succeeded: 1 of 1', tone: 'ok'});
    const stopped = runOf([job('a', 'not_started')], {endedAt: AT, outcome: 'cancelled'});
    expect(endWords(stopped)).toEqual({
      ...{words: 'Stopped: 0 of 1 succeeded, 1 not started', tone: 'plain'},
    });
    expect(endWords(runOf([job('a', 'cut_off')])).tone).toBe('stale');
  });

  it('goes by the jobs of a run without an end that is not carried out here', () => {
    const elsewhere = runOf([job('a', 'succeeded'), job('b', 'executing')]);
    expect(stateOfRun(elsewhere, null)).toBe('running');
    expect(endWords(elsewhere)).toEqual({
      ...{words: 'Under way: 1 of 2 succeeded, 1 running', tone: 'accent'},
    });
    expect(runWords(desk({runs: [elsewhere]}), NOW).words).toMatch(/1 running, started .* ago$/);
    const left = runOf([job('a', 'cut_off'), job('b', 'not_started')]);
    expect([stateOfRun(left, null), endWords(left).tone]).toEqual(['cut-off', 'stale']);
    const lost = {...job('a', 'executing'), state: 'waiting-for-engine'} as const;
    expect(stateOfRun(runOf([lost]), null)).toBe('waiting-for-engine');
    const ending = runOf([job('a', 'succeeded')]);
    expect(stateOfRun(ending, ending.id)).toBe('running');
  });

  it('is ready only if actions could run', () => {
    expect(runWords(desk({}), NOW)).toEqual({words: 'Ready', tone: 'ok'});
    expect(runWords(desk({engine: DOWN}), NOW)).toEqual({
      ...{words: 'The engine is down', tone: 'fail'},
    });
    expect(runWords(desk({engine: {state: 'checking'}}), NOW).tone).toBe('plain');
    const broken = {...fakeSnapshot([]), broken: true};
    expect(runWords(desk({study: broken}), NOW)).toEqual({
      ...{words: 'project.yaml has errors: nothing can run', tone: 'fail'},
    });
  });

  it('does not miss an engine that is not needed', () => {
    const here = desk({engine: DOWN});
    const onThisComputer: DeskState = {
      ...here,
      app: here.app && {...here.app, settings: {...FAKE_SETTINGS, user: {executor: 'process'}}},
    };
    expect(lacksEngine(here)).toBe(true);
    expect(lacksEngine(onThisComputer)).toBe(false);
    expect(runWords(onThisComputer, NOW).words).toBe('Ready');
    // the run under way decides, not the setting
    const run = runOf([job('a', 'executing')], {
      options: {...DEFAULT_RUN_OPTIONS, executor: 'process'},
    });
    expect(lacksEngine(desk({engine: DOWN, runs: [run], activeRunId: 'r1'}))).toBe(false);
  });
});

describe('what comes of pressing Run', () => {
  const unfinished = {
    ...{runId: 'r0', startedAt: AT, actions: ['a'], reason: appError('no-engine', 'Down.')},
  };

  it('starts, waits for its turn, or is refused with the reason', () => {
    expect(runAbility(desk({})).kind).toBe('now');
    expect(runAbility(desk({activeRunId: 'r1'})).kind).toBe('later');
    expect(runAbility(desk({unfinished}))).toMatchObject({
      ...{
        kind: 'refused',
        why: expect.stringContaining('is waiting for the container engine') as string,
      },
    });
    expect(runAbility(desk({study: {...fakeSnapshot([]), broken: true}})).kind).toBe('refused');
    expect(runWords(desk({unfinished}), NOW)).toEqual({
      ...{words: 'A run is waiting for the container engine', tone: 'stale'},
    });
  });
});
