import {appendFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, expect, it} from 'vitest';
import {createRun, readRuns, resumeRun} from '../../../electron/runs/runStore';
import {studyFolder} from '../../../electron/runs/studyFolder';
import {DEFAULT_RUN_OPTIONS, type RunRecord} from '../../../shared/run';
import {someJob} from './someJob';
import {folderOfTest} from '../../temporary';

let dir: string;

beforeEach(() => {
  dir = folderOfTest();
});

const RECORD: RunRecord = {
  ...{format: 1, id: '0123456789', startedAt: '2026-04-01T10:00:00.000Z', endedAt: null},
  outcome: null,
  request: {actions: [], forceDependencies: false, includeStale: false, force: [], takeOut: []},
  options: DEFAULT_RUN_OPTIONS,
  plan: {jobs: [], skipped: []},
  git: null,
  jobs: [someJob('a'), someJob('b')],
};

it.each([
  ['a line cut short', '{"id":"id-a","sta'],
  ['zeros, where a block was not written yet', '\0'.repeat(600)],
])('goes on after a power cut that left %s at its end', async (_, torn) => {
  const folder = studyFolder(dir);
  const journal = await createRun(folder, RECORD);
  await journal.note(someJob('a', {statusCode: 'succeeded', state: 'succeeded'}));
  await journal.leave();
  await appendFile(join(journal.dir, 'jobs.ndjson'), torn);

  const unread: string[] = [];
  const read = async (): Promise<Readonly<Record<string, string>>> => {
    const [run] = await readRuns(folder, (path) => unread.push(path));
    return Object.fromEntries(run?.record.jobs.map(({action, state}) => [action, state]) ?? []);
  };
  expect(await read()).toEqual({a: 'succeeded', b: 'waiting'});
  const resumed = await resumeRun(journal.dir);
  await resumed.note(someJob('b', {statusCode: 'succeeded', state: 'succeeded'}));
  await resumed.leave();
  expect(await read()).toEqual({a: 'succeeded', b: 'succeeded'});
  expect(unread).toEqual([]);
});
