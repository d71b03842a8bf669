import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import initSqlJs from 'sql.js';
import {beforeAll, expect, it} from 'vitest';
import {readOpensafelyJobs} from '../../../electron/runs/opensafelyState';
import {folderOfFile} from '../../temporary';

const dir = folderOfFile();

beforeAll(async () => {
  await mkdir(join(dir, 'metadata'));
});

const file = () => join(dir, 'metadata', 'db.sqlite');

it('reads the jobs of this workspace that were not cancelled, and leaves the file as it is', async () => {
  const engine = await initSqlJs();
  const database = new engine.Database();
  database.run(`create table job (
    id text primary key, job_request_id text, state text, repo_url text, "commit" text,
    workspace text, database_name text, action text, action_repo_url text, action_commit text,
    requires_outputs_from text, wait_for_job_ids text, run_command text, image_id text,
    output_spec text, outputs text, unmatched_outputs text, status_message text, status_code text,
    cancelled bool, created_at int, updated_at int, started_at int, completed_at int,
    trace_context text, status_code_updated_at int, level4_excluded_files text, requires_db bool)`);
  const add = (id: string, workspace: string, state: string, cancelled: number, outputs: string) =>
    database.run(
      `insert into job (id, job_request_id, workspace, action, state, status_code, status_message,
         cancelled, created_at, updated_at, started_at, completed_at, outputs)
       values (?, 'req', ?, 'a', ?, ?, 'm', ?, 10, 11, 12, 13, ?)`,
      [id, workspace, state, state, cancelled, outputs],
    );
  add('one', 'study', 'succeeded', 0, '{"output/a.csv": "highly_sensitive", "b": "odd"}');
  add('two', 'study', 'failed', 1, '{}');
  add('three', 'other', 'succeeded', 0, '{}');
  add('four', 'study', 'running', 0, 'not json');
  await writeFile(file(), database.export());
  const before = await readFile(file());

  const jobs = await readOpensafelyJobs(dir, 'study');
  expect(jobs.map(({id, state}) => [id, state])).toEqual([
    ['one', 'succeeded'],
    ['four', 'running'],
  ]);
  expect(jobs[0]).toMatchObject({
    outputs: [{path: 'output/a.csv', tier: 'highly_sensitive'}],
    createdAt: 10,
    completedAt: 13,
  });
  expect(await readFile(file())).toEqual(before);
});

it('finds nothing in a file that is no database, and in none', async () => {
  await writeFile(file(), 'SQLite format 3\0 but torn');
  expect(await readOpensafelyJobs(dir, 'study')).toEqual([]);
  await rm(file());
  expect(await readOpensafelyJobs(dir, 'study')).toEqual([]);
});
