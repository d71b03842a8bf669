import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import type {Study} from '../../../electron/core/study';
import {DEFAULT_LIMITS} from '../../../shared/engine';
import type {RunEvent} from '../../../shared/run';
import {runToEnd} from './runToEnd';
import {writeStudy} from './studyFolders';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'study-desk-two-'));
});

afterAll(() => rm(root, {recursive: true, force: true, maxRetries: 3}));

it('two studies take turns where their jobs want more memory than the engine has', async () => {
  const core = createCore({cacheDir: join(root, 'cache')});
  const engine = await core.checkEngine('docker');
  if (engine.state !== 'ready') throw new Error(engine.state);
  // more than half, so that one fits and two do not
  const limits = {...DEFAULT_LIMITS, memoryBytes: Math.floor(engine.memoryBytes * 0.6)};
  const notices: string[] = [];
  const run = async (name: string) => {
    const dir = join(root, name);
    await writeStudy(dir, {a: {script: 'sleep 1; echo x > output/a.csv'}});
    const opened = await core.openStudy(dir, {watch: false});
    if (!opened.ok) throw new Error(opened.error.message);
    const study: Study = opened.value;
    const ended = await runToEnd(study, {actions: ['a']}, {limits}, (event: RunEvent) => {
      if (event.event === 'notice') notices.push(event.message);
    });
    await study.close();
    const [job] = ended.jobs;
    return {began: job?.startedAt ?? '', ended: job?.completedAt ?? '', code: job?.statusCode};
  };
  const jobs = await Promise.all([run('one'), run('other')]);
  await core.close();
  const [first, second] = jobs.sort((one, other) => one.began.localeCompare(other.began));
  expect(jobs.map(({code}) => code)).toEqual(['succeeded', 'succeeded']);
  expect(first !== undefined && second !== undefined && second.began >= first.ended).toBe(true);
  expect(notices).toContain('Waiting for memory of the engine, which jobs of another study hold.');
});
