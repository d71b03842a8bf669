import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {git} from '../integration/git/actionRepositories';
import {READY, remove, studyOf} from '../integration/ready/readyStudies';
import {runCli} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);
const studies: ReturnType<typeof studyOf>[] = [];
beforeAll(() => (noEngine ? undefined : ensureTestImages()), 900_000);
afterAll(() => studies.forEach(remove));

const COUNTS = 'output/counts.csv';
const SCRIPT = 'analysis/count_people.py';

/** A study whose second commit, of which alone the number is another, is the working copy's. */
function studyOfTwoCommits() {
  const study = studyOf({
    ...READY,
    // a result that the commit holds is none of its code
    [COUNTS]: 'n\n99\n',
    '.gitignore': '/metadata/*\n/output/people.csv\n',
  });
  studies.push(study);
  git(study.dir, 'tag', 'v1');
  const script = readFileSync(join(study.dir, SCRIPT), 'utf8');
  writeFileSync(join(study.dir, SCRIPT), script.replace('{len(', '{10 + len('));
  git(study.dir, 'rm', '--quiet', '--cached', COUNTS);
  rmSync(join(study.dir, COUNTS));
  git(study.dir, 'commit', '--quiet', '-am', 'Add ten');
  return study;
}

it.skipIf(noEngine)(
  'runs a commit apart from the study, with what fits from the cache, and compares the two',
  async () => {
    const {dir} = studyOfTwoCommits();
    const at = ['--project-dir', dir];
    expect((await runCli(['run', 'run_all', ...at])).code).toBe(0);
    const before = git(dir, 'status', '--porcelain', '--ignored');
    const ran = await runCli(['run', '--commit', 'v1', 'count_people', '--json', ...at]);
    const lines = ran.json();
    const commit = git(dir, 'rev-parse', 'v1').trim();
    expect(lines.find(({event}) => event === 'started')).toMatchObject({
      fromCommit: {ref: 'v1', commit},
      jobs: [{action: 'count_people', reason: 'requested'}],
      skipped: [{action: 'make_people', reason: 'restored'}],
    });
    expect([lines.at(-1)?.['succeeded'], ran.code]).toEqual([true, 0]);
    // kept apart: neither the study's output nor what git sees of it is another
    expect(readFileSync(join(dir, COUNTS), 'utf8')).toBe('n\n12\n');
    expect(git(dir, 'status', '--porcelain', '--ignored')).toBe(before);
    const checkout = join(dir, 'metadata/study-desk/commits', commit);
    expect(readFileSync(join(checkout, COUNTS), 'utf8')).toBe('n\n2\n');
    expect(readdirSync(join(checkout, 'metadata/study-desk/runs'))).toHaveLength(1);
    expect((await runCli(['status', '--exit-code', ...at])).code).toBe(0);
    // cell by cell, by the run and by the commit
    const runId = String(lines.at(-1)?.['runId']);
    const compared = await runCli(['compare', COUNTS, '--with', runId, '--json', ...at]);
    expect(compared.json()).toContainEqual(
      expect.objectContaining({change: 'cell', before: '2', after: '12'}),
    );
    const log = await runCli(['logs', 'count_people', '--run', runId, ...at]);
    expect([log.code, log.stderr]).toEqual([0, '']);
    await runCli(['run', '--commit', 'HEAD', 'count_people', ...at]);
    const same = await runCli(['compare', COUNTS, '--with', 'HEAD', '--json', ...at]);
    expect(same.json()).toMatchObject([{kind: 'same'}]);
    const searched = await runCli([
      ...['bisect', COUNTS, 'v1', 'HEAD', '--cell', '1:n', '--json', ...at],
    ]);
    // both have run by now
    expect(searched.json()).toMatchObject([
      {event: 'step', commit, result: 'same', value: '2', runs: 0},
      {event: 'step', result: 'changed', value: '12', runs: 0, subject: 'Add ten'},
      {event: 'finished', before: '2', after: '12', runs: 0, suspects: []},
    ]);
    const reversed = await runCli(['bisect', COUNTS, 'HEAD', 'v1', '--json', ...at]);
    expect([reversed.json()[0]?.['error'], reversed.code]).toMatchObject([
      {message: 'v1 does not come after HEAD.'},
      2,
    ]);
    const unknown = await runCli(['run', '--commit', 'nope', 'run_all', '--json', ...at]);
    expect([unknown.json().at(-1)?.['error'], unknown.code]).toMatchObject([
      {kind: 'not-found'},
      2,
    ]);
  },
  120_000,
);
