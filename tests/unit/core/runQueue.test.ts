import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {RunStart} from '../../../shared/runQueue';
import type {RunEvent} from '../../../shared/run';
import type {Study} from '../../../electron/core/study';
import {requestFor, runToEnd, startRun, USUAL} from '../../integration/runs/runToEnd';
import {action, held, runsBench, well} from './runsBench';

const bench = runsBench();
const HEAD = `version: '4.0'\nactions:\n`;

async function start(study: Study, ...actions: readonly string[]): Promise<RunStart> {
  const prepared = await study.plan.prepare(requestFor({actions}), USUAL);
  if (!prepared.ok) throw new Error(prepared.error.message);
  const started = await study.runs.start({preparedId: prepared.value.id});
  if (!started.ok) throw new Error(started.error.message);
  return started.value;
}

function endsOf(study: Study): Extract<RunEvent, {event: 'finished'}>[] {
  const ends: Extract<RunEvent, {event: 'finished'}>[] = [];
  study.subscribe((event) => {
    if (event.kind === 'run-event' && event.event.event === 'finished') ends.push(event.event);
  });
  return ends;
}

describe('a run started while another is under way', () => {
  it('waits for its turn, and starts by itself', async () => {
    const slow = held();
    const {study, engine} = await bench.open(HEAD + action('a') + action('b'), (name) =>
      name === 'a' ? slow.job(name) : well(name),
    );
    const ends = endsOf(study);
    await start(study, 'a');
    const second = await start(study, 'b');
    expect(second).toMatchObject({kind: 'queued', queued: {actions: ['b'], held: null}});
    expect(study.runs.queue()).toHaveLength(1);
    expect(engine.started).toEqual(['a']);
    slow.release();
    await expect.poll(() => ends.length).toBe(2);
    expect(ends.every(({outcome}) => outcome === 'succeeded')).toBe(true);
    expect(ends[1]?.runId).toBe(second.kind === 'queued' ? second.queued.id : '');
    expect(study.runs.queue()).toEqual([]);
  });

  it('joins one that does the same, under way or waiting', async () => {
    const slow = held();
    const {study} = await bench.open(HEAD + action('a') + action('b'), slow.job);
    const first = await start(study, 'a');
    const again = await start(study, 'a');
    expect(again).toEqual({kind: 'joined', runId: first.kind === 'started' ? first.runId : ''});
    const waiting = await start(study, 'b');
    expect(await start(study, 'b')).toEqual({
      kind: 'joined',
      runId: waiting.kind === 'queued' ? waiting.queued.id : '',
    });
    expect(study.runs.queue()).toHaveLength(1);
    slow.release();
    await expect.poll(() => study.runs.active().length + study.runs.queue().length).toBe(0);
  });

  it('can be moved and taken out', async () => {
    const slow = held();
    const {study, engine} = await bench.open(
      HEAD + ['a', 'b', 'c', 'd'].map((name) => action(name)).join(''),
      (name) => (name === 'a' ? slow.job(name) : well(name)),
    );
    await start(study, 'a');
    const ids = new Map<string, string>();
    for (const name of ['b', 'c', 'd']) {
      const {queued} = (await start(study, name)) as Extract<RunStart, {kind: 'queued'}>;
      ids.set(name, queued.id);
    }
    await study.runs.move({queuedId: ids.get('d') ?? '', to: 0});
    await study.runs.drop({queuedId: ids.get('b') ?? ''});
    expect(await study.runs.drop({queuedId: 'nobody'})).toMatchObject({error: {kind: 'not-found'}});
    expect(study.runs.queue().map(({actions}) => actions)).toEqual([['d'], ['c']]);
    slow.release();
    await expect.poll(() => engine.started.length).toBe(3);
    expect(engine.started).toEqual(['a', 'd', 'c']);
  });

  it('needs no more what was made meanwhile, and makes the rest', async () => {
    const slow = held();
    const {study, engine} = await bench.open(HEAD + action('a') + action('b', ['a']), (name) =>
      name === 'a' ? slow.job(name) : well(name),
    );
    const ends = endsOf(study);
    await start(study, 'a');
    expect(await start(study, 'b')).toMatchObject({kind: 'queued', queued: {actions: ['a', 'b']}});
    slow.release();
    await expect.poll(() => ends.length).toBe(2);
    expect(engine.started).toEqual(['a', 'b']);
  });

  it('is shown again instead of being run, where its plan is another by then', async () => {
    const slow = held();
    const {study, engine} = await bench.open(HEAD + action('a') + action('b'), (name) =>
      name === 'a' ? slow.job(name) : well(name),
    );
    await start(study, 'a');
    await start(study, 'b');
    await writeFile(
      join(bench.dir(), 'project.yaml'),
      HEAD + action('a') + action('b', [], 'python:v2', 'other'),
    );
    slow.release();
    await expect
      .poll(() => study.runs.queue()[0]?.held)
      .toMatchObject({
        kind: 'changed',
        changes: ['`b` would run differently: its command has changed.'],
      });
    expect(engine.started).toEqual(['a']);
    const [waiting] = study.runs.queue();
    const agreed = await study.runs.start({preparedId: waiting?.id ?? ''});
    expect(agreed).toMatchObject({ok: true, value: {kind: 'started'}});
    expect(study.runs.queue()).toEqual([]);
    await expect.poll(() => study.runs.active()).toEqual([]);
    expect(engine.started).toEqual(['a', 'b']);
  });

  it('does not start once the run before it was stopped', async () => {
    const slow = held();
    const {study, engine} = await bench.open(HEAD + action('a') + action('b'), slow.job);
    const first = await start(study, 'a');
    await start(study, 'b');
    await study.runs.cancel({runId: first.kind === 'started' ? first.runId : '', action: null});
    await expect.poll(() => study.runs.active()).toEqual([]);
    expect(study.runs.queue()[0]?.held).toMatchObject({kind: 'refused'});
    expect(engine.started).toEqual(['a']);
  });
});

describe('a prepared run', () => {
  it('is carried out as it was shown, or says what has changed', async () => {
    const {study, engine} = await bench.open(HEAD + action('a') + action('b', ['a']), well);
    await runToEnd(study, {actions: ['a']});
    const prepared = await study.plan.prepare(requestFor({actions: ['b']}), USUAL);
    const id = prepared.ok ? prepared.value.id : '';
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await writeFile(join(bench.dir(), 'project.yaml'), HEAD + action('b'));
    expect(await study.runs.start({preparedId: id})).toMatchObject({
      value: {kind: 'changed', changes: ['`b` would run differently: its definition has changed.']},
    });
    expect(engine.started).toEqual(['a']);
    // what is shown now is what is run now
    expect(await study.runs.start({preparedId: id})).toMatchObject({value: {kind: 'started'}});
    await expect.poll(() => study.runs.active()).toEqual([]);
    expect(engine.started).toEqual(['a', 'b']);
  });

  it('does not mind that a file changed, where the jobs are the same', async () => {
    const {study} = await bench.open(HEAD + action('a'), well);
    const prepared = await study.plan.prepare(requestFor({actions: ['a']}), USUAL);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await writeFile(join(bench.dir(), 'model.py'), 'changed = True\n');
    const started = await study.runs.start({preparedId: prepared.ok ? prepared.value.id : ''});
    expect(started).toMatchObject({ok: true, value: {kind: 'started'}});
    await expect.poll(() => study.runs.active()).toEqual([]);
  });

  it('is refused by what its checks block', async () => {
    const {study, engine} = await bench.open(HEAD + action('a'), well);
    const limits = {memoryBytes: 1024 ** 3, cpus: 64};
    const prepared = await study.plan.prepare(requestFor({actions: ['a']}), {...USUAL, limits});
    const block = prepared.ok ? prepared.value.findings.find(({level}) => level === 'block') : null;
    expect(block?.check).toBe('limits');
    const started = await startRun(study, requestFor({actions: ['a']}), {...USUAL, limits});
    expect(started).toMatchObject({ok: false, error: {message: block?.message}});
    expect(engine.started).toEqual([]);
  });

  it('is unknown once it is no longer kept', async () => {
    const {study} = await bench.open(HEAD + action('a'), well);
    expect(await study.runs.start({preparedId: 'nothing'})).toMatchObject({
      error: {kind: 'not-found'},
    });
  });
});
