import {describe, expect, it} from 'vitest';
import {applyHostEvent, type HostEvent} from '../../../renderer/state/applyHostEvent';
import {createDeskStore, type DeskState} from '../../../renderer/state/deskStore';
import {emptyLog} from '../../../renderer/state/logPages';
import {appError} from '../../../shared/errors';
import type {Job} from '../../../shared/job';
import {fakeSnapshot, fakeStatuses} from '../../renderer/fakes/fakeStudy';
import {someJob, someRun} from '../runs/someJob';

const fakes = [
  {name: 'extract', run: 'r:v2 a.R'},
  {name: 'model', run: 'r:v2 b.R', needs: ['extract']},
];
const job = (change: Partial<Job> = {}): Job =>
  someJob('model', {id: 'j1', runId: 'r1', ...change});
const run = someRun('r1', [job()], {startedAt: '2026-03-14T12:00:00Z'});

const after = (events: readonly HostEvent[], start: Partial<DeskState> = {}): DeskState =>
  events.reduce(
    (state, event) => ({...state, ...applyHostEvent(state, event)}),
    createDeskStore({study: fakeSnapshot(fakes), ...start}).getState(),
  );
const started: HostEvent = {name: 'run:event', payload: {event: 'started', run}};

describe('what the host tells becomes state', () => {
  it('keeps the selection while its action is there, and drops it with the action', () => {
    const study = fakeSnapshot(fakes);
    const event = {name: 'study:changed', payload: study} as const;
    expect(after([event], {selection: 'model'}).selection).toBe('model');
    expect(after([event], {selection: 'gone'}).selection).toBeNull();
  });

  it('keeps the selection when the changed file can’t be read at all', () => {
    const study = {...fakeSnapshot(fakes), graph: null, project: null};
    expect(after([{name: 'study:changed', payload: study}], {selection: 'x'}).selection).toBe('x');
  });

  it('changes only the statuses it is told of', () => {
    const [first, second] = fakeStatuses(fakes);
    if (first === undefined || second === undefined) throw new Error('two statuses expected');
    const state = after(
      [{name: 'statuses:changed', payload: [{...second, outputsPresent: false}]}],
      {
        statuses: new Map([
          ['extract', first],
          ['model', second],
        ]),
      },
    );
    expect(state.statuses.get('extract')).toBe(first);
    expect(state.statuses.get('model')?.outputsPresent).toBe(false);
  });

  it('follows a run from its start through its jobs to its end', () => {
    const running = job({state: 'running', statusCode: 'executing'});
    const done = job({
      ...{state: 'succeeded', statusCode: 'succeeded', completedAt: '2026-03-14T12:01:00Z'},
    });
    const during = after([
      started,
      {name: 'run:event', payload: {event: 'job', runId: 'r1', job: running}},
    ]);
    expect(during.activeRunId).toBe('r1');
    expect(during.runs[0]?.jobs).toEqual([running]);
    const end = after([
      started,
      {
        name: 'run:event',
        payload: {
          ...{event: 'finished', runId: 'r1', outcome: 'succeeded', cancelled: false, error: null},
          jobs: [done],
        },
      },
    ]);
    expect(end.activeRunId).toBeNull();
    expect(end.runs[0]).toMatchObject({outcome: 'succeeded', endedAt: '2026-03-14T12:01:00Z'});
  });

  it('does not list a run twice', () => expect(after([started, started]).runs).toHaveLength(1));

  it('keeps the end of a run as the host tells it, also of one that was cut off or partly stopped', () => {
    for (const outcome of ['cancelled', null] as const) {
      const event = {
        event: 'finished',
        runId: 'r1',
        outcome,
        cancelled: false,
        error: null,
      } as const;
      const state = after([started, {name: 'run:event', payload: {...event, jobs: []}}]);
      expect(state.runs[0]).toMatchObject({outcome});
    }
  });

  it('shows a fault that ended the run', () => {
    const error = appError('no-engine', 'Docker stopped.');
    const state = after([
      started,
      {
        name: 'run:event',
        payload: {
          ...{event: 'finished', runId: 'r1', outcome: 'failed', cancelled: false},
          ...{error, jobs: []},
        },
      },
    ]);
    expect(state.error).toBe(error);
    expect(state.runs[0]?.outcome).toBe('failed');
  });

  it('shows a pull until it is done', () => {
    const progress = {image: 'r:v2', downloadedBytes: 5, totalBytes: 10} as const;
    const pull = (phase: 'downloading' | 'done'): HostEvent => ({
      name: 'run:event',
      payload: {event: 'pull', runId: 'r1', progress: {...progress, phase}},
    });
    expect(after([started, pull('downloading')]).pulls.size).toBe(1);
    expect(after([started, pull('downloading'), pull('done')]).pulls.size).toBe(0);
  });

  it('adds lines to the log on screen, and marks it complete with its job', () => {
    const line = {time: '', stream: 'stdout', text: 'hello'} as const;
    const events: readonly HostEvent[] = [
      started,
      {name: 'log:batch', payload: {jobId: 'j1', action: 'model', firstSeq: 0, lines: [line]}},
      {
        name: 'log:batch',
        payload: {jobId: 'j2', action: 'other', firstSeq: 0, lines: [line, line]},
      },
    ];
    const open = after(events, {log: emptyLog('j1')});
    expect(open.log).toMatchObject({totalLines: 1, complete: false});
    const failed = job({state: 'failed', statusCode: 'nonzero_exit'});
    const closed = after(
      [...events, {name: 'run:event', payload: {event: 'job', runId: 'r1', job: failed}}],
      {log: emptyLog('j1')},
    );
    expect(closed.log.complete).toBe(true);
  });
});
