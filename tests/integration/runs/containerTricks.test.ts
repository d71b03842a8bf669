import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import type {Job} from '../../../shared/job';
import {everyNth} from '../../gateShare';
import {runToEnd} from './runToEnd';
import {openTestStudy, type ShellAction} from './studyFolders';

/** What a job came to, with all that was told of it and all that was written for it. */
interface Outcome {
  readonly job: Job;
  /** The files below the study's folder whose content is the job's doing. */
  readonly outputs: readonly string[];
  /** Everything told: the job's record and its log. */
  readonly told: string;
}

async function outcomeOf(action: ShellAction): Promise<Outcome> {
  const opened = await openTestStudy({a: action});
  try {
    const {jobs} = await runToEnd(opened.study, {actions: ['a']});
    const [job] = jobs;
    if (job === undefined) throw new Error('No job');
    const log = await readFile(join(opened.dir, 'metadata/a.log'), 'utf8');
    const outputs = await readdir(join(opened.dir, 'output'), {recursive: true}).catch(() => []);
    return {job, outputs, told: JSON.stringify(job) + log};
  } finally {
    await opened.close();
  }
}

/** Names and content that only this computer has, not the image. */
async function hostNames(): Promise<readonly string[]> {
  const inImage = new Set(
    'bin dev etc home lib lib64 proc root sys tmp usr var workspace run hostname hosts passwd group shadow'.split(
      ' ',
    ),
  );
  const names = [...(await readdir('/')), ...(await readdir('/etc'))];
  return names.filter((name) => name.length > 5 && !inImage.has(name));
}

async function expectNothingOfHost({told, outputs}: Outcome): Promise<void> {
  const names = await hostNames();
  expect(names.length).toBeGreaterThan(20);
  const words = new Set(told.split(/[^\w.-]+/u));
  expect(names.filter((name) => words.has(name))).toEqual([]);
  expect(outputs).toEqual([]);
}

const UNMATCHED = {state: 'failed', statusCode: 'unmatched_patterns'} as const;

it.each(
  everyNth(
    [
      ['a link to /etc', 'cd /; rm -rf /workspace; ln -s /etc /workspace'],
      ['a link to /', 'cd /; rm -rf /workspace; ln -s / /workspace'],
      ['nothing', 'cd /; rm -rf /workspace'],
      ['a file', 'cd /; rm -rf /workspace; echo x > /workspace'],
      ['a pipe', 'cd /; rm -rf /workspace; mkfifo /workspace'],
      ['a device', 'cd /; rm -rf /workspace; mknod /workspace b 8 0'],
      ['an empty folder', 'cd /; rm -rf /workspace; mkdir /workspace'],
    ] as const,
    3,
  ),
)('finds no output where the workspace is replaced by %s', async (_what, script) => {
  const outcome = await outcomeOf({
    script,
    outputs: {
      highly_sensitive: ["'*.conf'", "'etc/*.conf'"],
      moderately_sensitive: ['output/a.csv'],
    },
  });
  expect(outcome.job).toMatchObject({...UNMATCHED, unmatchedFiles: []});
  await expectNothingOfHost(outcome);
});

it.each(
  everyNth(
    [
      ['a link to /etc', 'rm -rf output; ln -s /etc output'],
      ['a link up to the root', 'rm -rf output; ln -s ../../../../../../etc output'],
      ['a disk', 'rm -rf output; mknod output b 8 0'],
      ['a terminal', 'rm -rf output; mknod output c 5 0'],
      ['a pipe', 'rm -rf output; mkfifo output'],
    ] as const,
    3,
  ),
)('finds no output where its folder is replaced by %s', async (_what, script) => {
  const outcome = await outcomeOf({
    script,
    outputs: {highly_sensitive: ["'output/*.conf'"], moderately_sensitive: ['output/a.csv']},
  });
  expect(outcome.job).toMatchObject(UNMATCHED);
  await expectNothingOfHost(outcome);
});

it('collects what lies in a workspace that was replaced by another folder', async () => {
  const {job, outputs} = await outcomeOf({
    script: 'cd /; rm -rf /workspace; mkdir -p /workspace/output; echo x > /workspace/output/a.csv',
  });
  expect(job).toMatchObject({state: 'succeeded'});
  expect(outputs).toEqual(['a.csv']);
});

it('collects a file with the longest name and one with a path far longer than that', async () => {
  const name = `${'n'.repeat(251)}.csv`;
  const folders = Array.from({length: 3}, (_, index) => `${index}`.repeat(100)).join('/');
  const {job, outputs} = await outcomeOf({
    script: `echo x > output/${name}; mkdir -p output/${folders}; echo x > output/${folders}/deep.csv`,
    outputs: {highly_sensitive: ["'output/n*.csv'", "'output/0*/1*/2*/deep.csv'"]},
  });
  expect(job).toMatchObject({state: 'succeeded', message: 'Completed successfully'});
  expect(outputs).toContain(name);
  expect(outputs).toContain(`${folders}/deep.csv`);
});

it('says that an output is missing whose name is longer than any disk takes', async () => {
  const name = `${'n'.repeat(300)}.csv`;
  const {job} = await outcomeOf({
    script: `echo x > output/${name} || true`,
    outputs: {highly_sensitive: [`output/${name}`]},
  });
  expect(job).toMatchObject(UNMATCHED);
});
