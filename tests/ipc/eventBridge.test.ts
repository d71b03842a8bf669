import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import type {EventName} from '../../shared/contract/events';
import type {ActionStatus} from '../../shared/status';
import type {StudyEvent} from '../../electron/core/studyState';
import {createEventBridge} from '../../electron/ipc/eventBridge';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function bridge() {
  const sent: {name: EventName; payload: unknown}[] = [];
  const made = createEventBridge((name, payload) => void sent.push({name, payload}));
  return {bridge: made, sent};
}

function log(jobId: string, firstSeq: number, lines = 1): StudyEvent {
  const line = {time: '2026-11-24T10:00:00Z', stream: 'stdout', text: 'x'} as const;
  return {
    kind: 'run-event',
    event: {
      event: 'log',
      runId: 'r',
      batch: {jobId, action: 'a', firstSeq, lines: Array.from({length: lines}, () => line)},
    },
  };
}

const status = (action: string, seconds: number): ActionStatus => ({
  action,
  lastJob: null,
  outcome: null,
  outputsPresent: false,
  outputCounts: {highly_sensitive: 0, moderately_sensitive: 0, minimally_sensitive: 0},
  provenance: {kind: 'checking'},
  expectedSeconds: seconds,
});

const finished: StudyEvent = {
  kind: 'run-event',
  event: {
    event: 'finished',
    runId: 'r',
    outcome: 'succeeded',
    cancelled: false,
    error: null,
    jobs: [],
  },
};

describe('events of a study', () => {
  it('carry log batches of the followed job only', () => {
    const {bridge: made, sent} = bridge();
    made.handle(log('j1', 0));
    made.follow('j2');
    made.handle(log('j1', 1));
    made.handle(log('j2', 0));
    made.follow(null);
    made.handle(log('j2', 1));
    expect(sent).toMatchObject([{name: 'log:batch', payload: {jobId: 'j2', firstSeq: 0}}]);
  });

  it('stop sending batches to a window that takes none, and show it the gap afterwards', () => {
    const {bridge: made, sent} = bridge();
    made.follow('j');
    for (let seq = 0; seq < 100; seq += 1) made.handle(log('j', seq * 10, 10));
    const sentWhileBusy = sent.length;
    expect(sentWhileBusy).toBeLessThan(10);
    for (let taken = 0; taken < sentWhileBusy; taken += 1) made.batchTaken();
    expect(sent).toHaveLength(sentWhileBusy + 1);
    expect(sent.at(-1)).toMatchObject({name: 'log:batch', payload: {firstSeq: 1000, lines: []}});
    made.batchTaken();
    made.handle(log('j', 1000, 10));
    expect(sent.at(-1)).toMatchObject({payload: {firstSeq: 1000}});
  });

  it('send to a reloaded window again', () => {
    const {bridge: made, sent} = bridge();
    made.follow('j');
    for (let seq = 0; seq < 20; seq += 1) made.handle(log('j', seq));
    const before = sent.length;
    made.follow('j');
    made.handle(log('j', 20));
    expect(sent).toHaveLength(before + 1);
  });

  it('gather status changes, the last of each action', () => {
    const {bridge: made, sent} = bridge();
    for (let change = 0; change < 200; change += 1) {
      made.handle({kind: 'statuses-changed', statuses: [status(`a${change % 3}`, change)]});
    }
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(sent).toMatchObject([
      {
        name: 'statuses:changed',
        payload: [{expectedSeconds: 198}, {expectedSeconds: 199}, {expectedSeconds: 197}],
      },
    ]);
  });

  it('send statuses before the end of the run that changed them', () => {
    const {bridge: made, sent} = bridge();
    made.handle({kind: 'statuses-changed', statuses: [status('a', 1)]});
    made.handle(finished);
    expect(sent.map(({name}) => name)).toEqual(['statuses:changed', 'run:event']);
    vi.advanceTimersByTime(100);
    expect(sent).toHaveLength(2);
  });

  it('end with the window', () => {
    const {bridge: made, sent} = bridge();
    made.follow('j');
    made.handle({kind: 'statuses-changed', statuses: [status('a', 1)]});
    made.close();
    vi.advanceTimersByTime(100);
    made.handle(log('j', 0));
    expect(sent).toEqual([]);
  });
});
