import {describe, expect, it, test} from 'vitest';
import {focusActions, focusGraph, hiddenNeighbours} from '../../../renderer/graph/focusGraph';
import {foldStudy} from '../../../renderer/groups/fold';
import {heatSlots, leadingState, stripOf, summaryOf} from '../../../renderer/status/stateStrip';
import {blockerOf, spokenName} from '../../../renderer/graph/nodeText';
import {edgeKey} from '../../../renderer/graph/routeEdges';
import {lineageEdges, lineageOf, nodeTones} from '../../../renderer/graph/tones';
import {endedAt, shortReason} from '../../../renderer/status/stateWords';
import {foldable, graphOf} from '../groups/corpusStudies';
import {jobOf, statusOf} from './statusOf';

const now = new Date('2026-11-24T12:01:42Z');

describe('shortReason', () => {
  const stale = (kind: 'code' | 'config', path: string | null) =>
    statusOf('a', {
      provenance: {kind: 'out-of-date', reasons: [{kind, message: '', path, changedAt: null}]},
    });
  test.each([
    ['how long it took', statusOf('a'), '1 m 12 s'],
    ['how long it has been running', statusOf('a', {lastJob: jobOf('executing')}), 'running 1:42'],
    ['that it waits', statusOf('a', {lastJob: jobOf('waiting_on_dependencies')}), 'waiting'],
    ['how it failed', statusOf('a', {lastJob: jobOf('nonzero_exit', {exitCode: 3})}), 'exit 3'],
    [
      'that it was killed',
      statusOf('a', {lastJob: jobOf('nonzero_exit', {exitCode: 137})}),
      'killed',
    ],
    [
      'that a need did not succeed',
      statusOf('a', {lastJob: jobOf('dependency_failed')}),
      'blocked',
    ],
    ['which file changed', stale('code', 'analysis/model/cox.R'), 'cox.R changed'],
    [
      'only that code changed where the name is long',
      stale('code', 'a/count_by_region.R'),
      'code changed',
    ],
    ['what else changed', stale('config', null), 'config changed'],
    [
      'that it is upstream',
      statusOf('a', {provenance: {kind: 'upstream-out-of-date', because: []}}),
      'upstream',
    ],
    ['that outputs went', statusOf('a', {outputsPresent: false}), 'outputs missing'],
    ['that it never ran', statusOf('a', {lastJob: null}), 'never run'],
    ['that nothing is known yet', undefined, 'checking…'],
    ['that it was stopped', statusOf('a', {lastJob: jobOf('cancelled_by_user')}), 'cancelled'],
  ])('says %s', (_, status, words) => expect(shortReason(status, now)).toBe(words));
});

test('a time is not told of outputs that an attempt which came to nothing did not make', () => {
  const lastJob = jobOf('cancelled_by_user');
  const before = statusOf('a', {lastJob, outcome: 'succeeded'});
  expect([endedAt(before), shortReason(before, now)]).toEqual([null, 'up to date']);
  expect(endedAt(statusOf('a', {lastJob}))).toBe(lastJob.completedAt);
  expect(endedAt(statusOf('a'))).toBe('2026-11-24T12:01:12Z');
});

test('blockerOf names the first need that an action waits for, or that blocks it', () => {
  const statuses = new Map([
    ['done', statusOf('done')],
    ['going', statusOf('going', {lastJob: jobOf('executing')})],
    ['broken', statusOf('broken', {lastJob: jobOf('nonzero_exit')})],
  ]);
  const needs = ['done', 'going', 'broken'];
  expect(blockerOf('waiting', needs, statuses)).toBe('going');
  expect(blockerOf('waiting', ['done'], statuses)).toBeNull();
  expect(blockerOf('blocked', needs, statuses)).toBe('broken');
  expect(blockerOf('out-of-date', needs, statuses)).toBeNull();
  const waiting = statusOf('a', {lastJob: jobOf('waiting_on_dependencies')});
  expect(shortReason(waiting, now, 'going')).toBe('waiting for going');
  const blocked = statusOf('a', {lastJob: jobOf('dependency_failed')});
  expect(shortReason(blocked, now, 'broken')).toBe('blocked by broken');
});

test('spokenName says all that a node shows', () => {
  const status = statusOf('model', {
    lastJob: jobOf('succeeded', {peakMemoryBytes: 1.5 * 1024 ** 3}),
  });
  expect(spokenName('model', 'r:v2', status, {needs: 702, neededBy: 0}, now)).toBe(
    'model, Up to date, r:v2, 1 m 12 s, peak memory 1.5 GB, 1 highly sensitive, needs 702, needed by 0',
  );
});

test('spokenName says nothing twice', () => {
  const never = statusOf('model', {
    ...{lastJob: null, provenance: {kind: 'never-run'}},
    outputCounts: {highly_sensitive: 0, moderately_sensitive: 0, minimally_sensitive: 0},
  });
  expect(spokenName('model', 'r:v2', never, {needs: 1, neededBy: 2}, now)).toBe(
    'model, Never run, r:v2, needs 1, needed by 2',
  );
});

test('spokenName says how long it took where that is not the reason shown', () => {
  const failed = statusOf('model', {lastJob: jobOf('nonzero_exit', {exitCode: 1})});
  expect(spokenName('model', 'r:v2', failed, {needs: 1, neededBy: 2}, now)).toBe(
    'model, Failed, r:v2, exit 1, took 1 m 12 s, 1 highly sensitive, needs 1, needed by 2',
  );
});

describe('a group', () => {
  const statuses = new Map([
    ['a', statusOf('a')],
    ['b', statusOf('b', {lastJob: jobOf('nonzero_exit')})],
    ['c', statusOf('c')],
  ]);
  const strip = stripOf(['a', 'b', 'c', 'd'], statuses);

  it('keeps its members’ states in file order', () => {
    expect(heatSlots(strip, 4)).toEqual(['up-to-date', 'failed', 'up-to-date', 'checking']);
  });

  it('goes by what needs a look most, and counts the rest', () => {
    expect(leadingState(strip)).toBe('failed');
    expect(summaryOf(strip)).toBe('1 failed, 1 checking, 2 up to date');
  });

  it('still shows one failure in a thousand', () => {
    const names = Array.from({length: 1000}, (_, index) => `n${index}`);
    const many = new Map(names.map((name) => [name, statusOf(name)]));
    many.set('n777', statusOf('n777', {lastJob: jobOf('nonzero_exit')}));
    const slots = heatSlots(stripOf(names, many), 91);
    expect(slots).toHaveLength(91);
    expect(slots.filter((state) => state === 'failed')).toHaveLength(1);
  });
});

const scripts = ['extract', 'clean', 'model_1', 'model_2', 'model_3', 'plot', 'other'];
const actions = scripts.map((name) => foldable(name, ['r:v2', `${name.replace(/_\d/, '')}.R`]));
const graph = graphOf([
  ['extract', []],
  ['clean', ['extract']],
  ['model_1', ['clean']],
  ['model_2', ['clean']],
  ['model_3', ['clean']],
  ['plot', ['model_1', 'model_2']],
  ['other', []],
]);
const folded = foldStudy(actions, graph);
const models = folded.nodeOf.get('model_1') ?? '';

describe('focus mode', () => {
  const shown = focusActions(graph, 'model_1', []);
  const near = focusGraph(folded, graph, shown, 'model_1');

  it('shows the selection out of its group with its neighbours', () => {
    expect(near.nodes.map(({id}) => id)).toEqual(['action:clean', 'action:model_1', 'action:plot']);
  });

  it('counts what it hides', () => {
    expect(near.stubs.get('action:clean')).toEqual({upstream: 1, downstream: 2});
    expect(near.stubs.get('action:plot')).toEqual({upstream: 1, downstream: 0});
    expect(near.stubs.get('action:model_1')).toEqual({upstream: 0, downstream: 0});
  });

  it('shows hidden neighbours once they are opened', () => {
    const opened = hiddenNeighbours(graph, ['clean'], 'downstream', shown);
    const more = focusGraph(folded, graph, focusActions(graph, 'model_1', opened), 'model_1');
    expect(more.nodes.map(({id, members}) => [id, members.length])).toContainEqual([models, 2]);
    expect(more.stubs.get('action:clean')?.downstream).toBe(0);
  });
});

describe('highlighting', () => {
  it('lights the edges of the lineage and of no other', () => {
    const lineage = lineageOf(graph, ['clean'], 'both');
    const lit = lineageEdges(folded, graph, 'clean', lineage);
    expect(lit).toEqual(
      new Set([
        edgeKey('action:extract', 'action:clean'),
        edgeKey('action:clean', models),
        edgeKey(models, 'action:plot'),
      ]),
    );
    const upstream = lineageEdges(folded, graph, 'clean', lineageOf(graph, ['clean'], 'upstream'));
    expect(upstream).toEqual(new Set([edgeKey('action:extract', 'action:clean')]));
    const downstream = lineageEdges(
      folded,
      graph,
      'clean',
      lineageOf(graph, ['clean'], 'downstream'),
    );
    expect(downstream.size).toBe(2);
  });

  it('tones nodes by lineage and by query', () => {
    const tones = nodeTones(
      folded,
      'clean',
      lineageOf(graph, ['clean'], 'both'),
      new Set(['model_2', 'other']),
    );
    expect(tones.get(models)).toBe('lineage');
    expect(tones.get('action:other')).toBe('plain');
    expect(tones.get('action:extract')).toBe('faint');
  });
});
