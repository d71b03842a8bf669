import {appendFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, expect, it} from 'vitest';
import {createRun, readRuns, resumeRun} from '../../../electron/runs/runStore';
import {studyFolder} from '../../../electron/runs/studyFolder';
import {someJob, someRun} from './someJob';
import {folderOfTest} from '../../temporary';

let dir: string;

beforeEach(() => {
  dir = folderOfTest();
});

const RECORD = someRun('0123456789', [someJob('a'), someJob('b')]);

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
