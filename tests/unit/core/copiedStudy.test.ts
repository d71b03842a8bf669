import {cp, mkdir, rename, rm, symlink} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import type {Executor} from '../../../electron/executor/executor';
import {prepareStudyFolder, studyFolder} from '../../../electron/runs/studyFolder';
import {createFakeEngine} from '../../fakeEngine';
import {runToEnd} from '../../integration/runs/runToEnd';
import {action, held, runsBench, well, yamlOf} from './runsBench';

const runs = runsBench();
const YAML = yamlOf(action('a'), action('b', ['a']));

async function idOf(dir: string): Promise<string> {
  const made = await prepareStudyFolder(studyFolder(dir));
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

it('a copy gets an id of its own, also a copy of that, and the original keeps its', async () => {
  await runs.open(YAML, well);
  const original = join(runs.dir(), 'original');
  const [copy, third] = [join(runs.dir(), 'copy'), join(runs.dir(), 'third')];
  await mkdir(original);
  const id = await idOf(original);
  await cp(original, copy, {recursive: true});
  const copyId = await idOf(copy);
  await cp(copy, third, {recursive: true});
  const ids = new Set([id, copyId, await idOf(third)]);
  expect(ids.size).toBe(3);
  expect(await idOf(original)).toBe(id);
  expect(await idOf(copy)).toBe(copyId);
});

it('a study that is moved, renamed or reached by a link keeps its id', async () => {
  await runs.open(YAML, well);
  const [first, moved, link] = ['first', 'moved', 'link'].map((name) => join(runs.dir(), name));
  if (first === undefined || moved === undefined || link === undefined) throw new Error('no names');
  await mkdir(first);
  const id = await idOf(first);
  await rename(first, moved);
  expect(await idOf(moved)).toBe(id);
  await symlink(moved, link);
  expect(await idOf(link)).toBe(id);
  // something else lies where it lay
  await mkdir(first);
  await idOf(first);
  expect(await idOf(moved)).toBe(id);
});

it('a copy made while a run is under way leaves that alone, runs by itself and keeps the history', async () => {
  const first = held();
  const {study} = await runs.open(YAML, (name) => (name === 'b' ? first.job(name) : well(name)));
  const copy = `${runs.dir()}-copy`;
  const asked: string[] = [];
  const engine = createFakeEngine((spec) => well(spec.action));
  const executor: Executor = {
    ...engine.executor,
    recover(studyId) {
      asked.push(studyId);
      return engine.executor.recover(studyId);
    },
    async removeRun(studyId) {
      asked.push(studyId);
    },
  };
  const core = createCore({
    cacheDir: join(runs.dir(), 'cache'),
    executors: {docker: {...engine, executor}},
  });
  try {
    let executing: () => void = () => undefined;
    const isExecuting = new Promise<void>((resolve) => {
      executing = resolve;
    });
    const whole = runToEnd(study, {actions: ['b']}, {}, (event) => {
      if (event.event !== 'job' || event.job.action !== 'b') return;
      if (event.job.statusCode === 'executing') executing();
    });
    await isExecuting;
    // what is just being written comes and goes, which a copy must not stumble over
    await cp(runs.dir(), copy, {recursive: true, filter: (from) => !from.endsWith('.tmp')});
    const opened = await core.openStudy(copy, {watch: false});
    if (!opened.ok) throw new Error(opened.error.message);
    // what was copied of the run comes to its end first
    await runToEnd(opened.value, {actions: ['b']});
    const inCopy = await runToEnd(opened.value, {actions: ['b']});
    expect(inCopy.jobs).toMatchObject([{action: 'b', statusCode: 'succeeded'}]);
    await opened.value.close();
    first.release();
    expect(await whole).toMatchObject({outcome: 'succeeded'});
    expect(asked.length).toBeGreaterThan(0);
    expect(asked).not.toContain(await idOf(runs.dir()));
  } finally {
    first.release();
    await core.close();
    await rm(copy, {recursive: true, force: true});
  }
});
