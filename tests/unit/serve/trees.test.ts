import {createHash} from 'node:crypto';
import {mkdir, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import type {Job} from '../../../shared/job';
import type {Tier} from '../../../shared/sensitivity';
import {checkRoots} from '../../../electron/serve/storage/places';
import {
  areOutputsPresent,
  isArchived,
  publishOutputs,
} from '../../../electron/serve/storage/publish';
import {readProject} from '../../../electron/study/readProject';
import {newEngineJob} from '../../../electron/serve/jobs/carryOut';
import {servedJob} from './served';
import {folderOfTest} from '../../temporary';

let root: string;
let high: string;
let medium: string;
beforeEach(async () => {
  root = folderOfTest();
  [high, medium] = [join(root, 'high'), join(root, 'medium')];
  await mkdir(high);
  await mkdir(medium);
});

const served = servedJob({state: 'running', startedAt: 1});
const {project} = readProject(`
version: '4.0'
actions:
  a:
    run: python:v2 python a.py
    outputs:
      highly_sensitive: {rows: output/rows*.csv}
      moderately_sensitive: {table: output/*.csv}
`);

/** A job that made these files, which lie in the HIGH tree. */
async function made(
  files: Readonly<Record<string, {tier: Tier; text: string; excluded?: string}>>,
): Promise<Job> {
  const outputs = [];
  for (const [path, {tier, text}] of Object.entries(files)) {
    const file = join(high, 'workspaces/flu', path);
    await mkdir(dirname(file), {recursive: true});
    await writeFile(file, text);
    outputs.push({
      path,
      tier,
      size: text.length,
      sha256: createHash('sha256').update(text).digest('hex'),
    });
  }
  const excluded = Object.entries(files).flatMap(([path, each]) =>
    each.excluded === undefined ? [] : [{path, reason: each.excluded}],
  );
  return {
    ...newEngineJob(served, 'image', 0),
    statusCode: 'succeeded',
    state: 'succeeded',
    outputs,
    excluded,
  };
}

function publish(
  job: Job,
  before: readonly string[] = [],
  {
    action: name = 'a',
    ...more
  }: {mediumLogs?: boolean; protocol?: 'v1' | 'v2'; action?: string} = {},
) {
  const [action] = project?.actions ?? [];
  if (action === undefined) throw new Error('no action');
  return publishOutputs(
    {high, medium, mediumLogs: false, protocol: 'v2', ...more},
    {served: {...served, action: name}, job, action, before},
  );
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

describe('the MEDIUM tree', () => {
  it('gets what is moderately sensitive and passes, with a manifest of that alone, for its group to read', async () => {
    const job = await made({
      'output/rows.csv': {tier: 'highly_sensitive', text: 'patient_id\n1\n'},
      'output/t.csv': {tier: 'moderately_sensitive', text: 'n,m\n10,3\n20,4\n'},
      'output/min.csv': {tier: 'minimally_sensitive', text: 'n\n10\n'},
    });
    await publish(job);
    expect(await filesIn(medium)).toEqual([
      'workspaces/flu/metadata/manifest.json',
      'workspaces/flu/output/t.csv',
    ]);
    const manifest = await readFile(join(medium, 'workspaces/flu/metadata/manifest.json'), 'utf8');
    expect(manifest).toMatch(/"row_count": 2,\s+"col_count": 2/);
    expect(manifest).not.toMatch(/rows\.csv|min\.csv/);
    const mode = async (path: string) => (await stat(join(medium, path))).mode & 0o777;
    expect(await mode('workspaces/flu/output')).toBe(0o750);
    expect(await mode('workspaces/flu/output/t.csv')).toBe(0o640);
    const whole = await readFile(join(high, 'workspaces/flu/metadata/manifest.json'), 'utf8');
    expect(whole).toContain('output/rows.csv');
  });

  it('has a note in the place of what is kept back, without an older copy; and the file again once it passes', async () => {
    const path = 'output/t.csv';
    await publish(await made({[path]: {tier: 'moderately_sensitive', text: 'n\n1\n'}}));
    await publish(
      await made({
        [path]: {
          tier: 'moderately_sensitive',
          text: 'patient_id\n1\n',
          excluded: 'it has a patient_id column',
        },
      }),
    );
    expect((await filesIn(medium)).slice(1)).toEqual(['workspaces/flu/output/t.csv.txt']);
    const note = await readFile(join(medium, 'workspaces/flu/output/t.csv.txt'), 'utf8');
    expect(note).toContain('t.csv is kept back from level 4: it has a patient_id column.');
    await publish(await made({[path]: {tier: 'moderately_sensitive', text: 'n\n2\n'}}));
    expect((await filesIn(medium)).slice(1)).toEqual(['workspaces/flu/output/t.csv']);
  });

  it('has a note for a link that leads out, and never what that leads to', async () => {
    const job = await made({'output/t.csv': {tier: 'moderately_sensitive', text: 'n\n1\n'}});
    await publish({
      ...job,
      notCollected: [{path: 'output/link.csv', reason: 'It is a link to "/srv/high".'}],
    });
    const note = await readFile(join(medium, 'workspaces/flu/output/link.csv.txt'), 'utf8');
    expect(note).toContain('no plain file');
    expect(note).not.toContain('/srv/high');
  });

  it('keeps an output of another action that has the name of a note', async () => {
    const tier = 'moderately_sensitive';
    await publish(await made({'output/t.csv.txt': {tier, text: 'mine'}}), [], {action: 'b'});
    await publish(await made({'output/t.csv': {tier, text: 'patient_id\n', excluded: 'it is'}}));
    await publish(await made({'output/t.csv': {tier, text: 'n\n'}}));
    expect(await readFile(join(medium, 'workspaces/flu/output/t.csv.txt'), 'utf8')).toBe('mine');
  });

  it('gets nothing of a file that is not what its job made', async () => {
    const job = await made({'output/t.csv': {tier: 'moderately_sensitive', text: 'n\n1\n'}});
    await writeFile(join(high, 'workspaces/flu/output/t.csv'), 'n\n2\n');
    await expect(publish(job)).rejects.toThrow('changed between');
    expect(await filesIn(medium)).toEqual([]);
  });

  it('loses what the action makes no more, as the HIGH tree does, once the new files are there', async () => {
    const tier = 'moderately_sensitive';
    await publish(
      await made({
        'output/old.csv': {tier, text: 'n\n1\n'},
        'output/same.csv': {tier, text: 'n\n1\n'},
      }),
    );
    const job = await made({'output/same.csv': {tier, text: 'n\n2\n'}});
    expect(await publish(job, ['output/old.csv', 'output/same.csv'])).toEqual(['output/old.csv']);
    for (const tree of [high, medium])
      expect((await filesIn(tree)).filter((path) => path.endsWith('.csv'))).toEqual([
        'workspaces/flu/output/same.csv',
      ]);
  });

  it('comes to the same when all of it is done again', async () => {
    const job = await made({'output/t.csv': {tier: 'moderately_sensitive', text: 'n\n1\n'}});
    await publish(job);
    const once = await Promise.all(
      (await filesIn(medium)).map((path) => readFile(join(medium, path), 'utf8')),
    );
    await publish(job);
    const twice = await Promise.all(
      (await filesIn(medium)).map((path) => readFile(join(medium, path), 'utf8')),
    );
    expect(twice).toEqual(once);
  });

  it('gets the log of an action only where that is set', async () => {
    const job = await made({'output/t.csv': {tier: 'moderately_sensitive', text: 'n\n1\n'}});
    await mkdir(join(high, 'workspaces/flu/metadata'), {recursive: true});
    await writeFile(join(high, 'workspaces/flu/metadata/a.log'), 'rows');
    await publish(job);
    expect(await filesIn(medium)).not.toContain('workspaces/flu/metadata/a.log');
    await publish(job, [], {mediumLogs: true});
    expect(await filesIn(medium)).toContain('workspaces/flu/metadata/a.log');
  });

  it('is laid out a second time for the first protocol, by level, action and output', async () => {
    const job = await made({
      'output/rows.csv': {tier: 'highly_sensitive', text: 'x\n'},
      'output/t.csv': {tier: 'moderately_sensitive', text: 'n\n1\n'},
    });
    await publish(job, [], {protocol: 'v1'});
    await publish(job, [], {protocol: 'v1'});
    expect(await filesIn(join(high, 'flu'))).toEqual(['a/rows/output/rows.csv']);
    expect(await filesIn(join(medium, 'flu'))).toEqual(['a/table/output/t.csv']);
  });
});

it('the outputs of a job count as there only if all of them are, as large as they were, and no links', async () => {
  const job = await made({'output/t.csv': {tier: 'highly_sensitive', text: 'abc'}});
  const present = () => areOutputsPresent(high, 'flu', job);
  expect(await present()).toBe(true);
  const file = join(high, 'workspaces/flu/output/t.csv');
  await writeFile(file, 'ab');
  expect(await present()).toBe(false);
  await rm(file);
  expect(await present()).toBe(false);
});

describe('the roots', () => {
  const check = (parts: object = {}) =>
    checkRoots({high, medium, workdir: join(root, 'work'), ...parts});

  it('may lie side by side', async () => expect(await check()).toEqual({ok: true, value: null}));

  it.each([
    ['missing', async () => ({medium: join(root, 'none')})],
    ['the same', async () => ({medium: high})],
    [
      'one in the other',
      async () => {
        await mkdir(join(high, 'm'));
        return {medium: join(high, 'm')};
      },
    ],
    [
      'one a link into the other',
      async () => {
        await mkdir(join(high, 'm'));
        await symlink(join(high, 'm'), join(root, 'link'));
        return {medium: join(root, 'link')};
      },
    ],
    ['around the folder of the runner itself', async () => ({workdir: join(medium, 'work')})],
  ])('may not be %s', async (_, make) => {
    const found = await check(await make());
    expect(found.ok ? null : found.error.kind).toBe('invalid-request');
  });

  it('may hold an archive of a workspace, which is then not begun anew', async () => {
    const archives = join(high, 'archives');
    await mkdir(archives);
    expect(await isArchived({high, archives}, 'flu')).toBe(false);
    await writeFile(join(archives, 'flu.tar.zstd'), '');
    expect(await isArchived({high, archives}, 'flu')).toBe(true);
    await mkdir(join(high, 'workspaces/flu'), {recursive: true});
    expect(await isArchived({high, archives}, 'flu')).toBe(false);
  });
});
