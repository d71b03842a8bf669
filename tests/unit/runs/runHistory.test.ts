import {describe, expect, it} from 'vitest';
import {stateOf, type EndCode} from '../../../shared/job';
import type {OpensafelyJob} from '../../../electron/runs/opensafelyState';
import {otherRunner} from '../../../electron/runs/otherRunner';
import {createRunHistory} from '../../../electron/runs/runHistory';
import {someJob} from './someJob';

const OUTPUT = {path: 'output/a.csv', tier: 'highly_sensitive', size: 1, sha256: 'x'} as const;

const ended = (statusCode: EndCode, at: string) =>
  someJob('a', {
    id: `${statusCode} ${at}`,
    statusCode,
    state: stateOf(statusCode),
    startedAt: '2026-04-01T10:00:00.000Z',
    completedAt: at,
    outputs: statusCode === 'succeeded' ? [OUTPUT] : [],
  });

const reference = (part: Partial<OpensafelyJob>): OpensafelyJob => ({
  id: 'theirs',
  runId: 'request',
  action: 'a',
  state: 'succeeded',
  statusCode: 'succeeded',
  message: '',
  createdAt: 1_775_037_600,
  updatedAt: null,
  startedAt: 1_775_037_600,
  completedAt: 1_775_037_700,
  outputs: [{path: 'output/b.csv', tier: 'moderately_sensitive'}],
  runCommand: null,
  needs: null,
  outputPatterns: null,
  ...part,
});

describe('createRunHistory', () => {
  it('goes by the latest attempt that was not cancelled', () => {
    const history = createRunHistory();
    history.note(ended('succeeded', '2026-04-01T10:00:10.000Z'));
    history.note(ended('cancelled_by_user', '2026-04-01T10:01:00.000Z'));
    expect(history.past('a')).toMatchObject({
      outcome: 'succeeded',
      last: {statusCode: 'cancelled_by_user'},
      durations: [10],
    });
    history.note(ended('nonzero_exit', '2026-04-01T10:02:00.000Z'));
    expect(history.past('a')).toMatchObject({outcome: 'failed', success: {outputs: [OUTPUT]}});
  });

  it('finds an output by its path, and forgets it once the action makes others', () => {
    const history = createRunHistory();
    expect(history.output(OUTPUT.path)).toBeNull();
    history.note(ended('succeeded', '2026-04-01T10:00:10.000Z'));
    expect(history.output(OUTPUT.path)).toEqual(OUTPUT);
    history.note({
      ...ended('succeeded', '2026-04-01T10:01:00.000Z'),
      outputs: [{...OUTPUT, path: 'output/other.csv'}],
    });
    expect(history.output(OUTPUT.path)).toBeNull();
    expect(history.output('output/other.csv')).not.toBeNull();
  });

  it('tells of an attempt that never began, which says nothing of the action', () => {
    const history = createRunHistory();
    history.note({...ended('not_started', '2026-04-01T10:01:00.000Z'), startedAt: null});
    expect(history.past('a')).toMatchObject({outcome: null, last: {state: 'not-started'}});
    history.note(ended('succeeded', '2026-04-01T10:02:00.000Z'));
    history.note({...ended('not_started', '2026-04-01T10:03:00.000Z'), startedAt: null});
    expect(history.past('a')).toMatchObject({outcome: 'succeeded', success: {outputs: [OUTPUT]}});
  });

  it('takes in what opensafely run did later, and not what it did before', () => {
    const history = createRunHistory();
    history.noteOpensafely([reference({})]);
    expect(history.past('a')).toMatchObject({
      outcome: 'succeeded',
      last: {ranBy: 'opensafely', jobId: 'theirs'},
      durations: [100],
    });
    history.note(ended('nonzero_exit', '2026-04-02T10:00:00.000Z'));
    history.noteOpensafely([reference({})]);
    expect(history.past('a')).toMatchObject({outcome: 'failed', last: {ranBy: 'study-desk'}});
    history.noteOpensafely([reference({id: 'later', completedAt: 1_775_200_000})]);
    expect(history.past('a')).toMatchObject({outcome: 'succeeded', last: {jobId: 'later'}});
  });
});

describe('otherRunner', () => {
  const now = 1_775_040_000;

  it.each([
    ['a container runs', true, [], 'running'],
    [
      'a row was updated a minute ago',
      false,
      [reference({state: 'running', updatedAt: now - 60})],
      'running',
    ],
    [
      'a row has stood for three minutes',
      false,
      [reference({state: 'running', updatedAt: now - 180})],
      'left-over',
    ],
    ['all has ended', false, [reference({})], 'none'],
  ] as const)('when %s', (_when, containers, jobs, kind) => {
    expect(otherRunner(containers, jobs, now).kind).toBe(kind);
  });
});
