import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, expect, it} from 'vitest';
import {fileLeftovers} from '../../../electron/core/cleanUp/leftFiles';
import {checkOutBeside} from '../../../electron/core/commits/checkOutBeside';
import {studyFolder} from '../../../electron/runs/studyFolder';
import {GIT_ALONE} from '../git/gitAlone';

let dir: string;
afterEach(() => rm(dir, {recursive: true, force: true}));

const YAML = `version: '4.0'
actions:
  gen:
    run: python:v2 python analysis/gen.py
    outputs:
      highly_sensitive:
        o: output/gen.csv
`;

it('a checkout that somebody has edited is no commit’s, and what was put out there does not count', async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'edited-checkout-')));
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', dir, ...args], {encoding: 'utf8', env: GIT_ALONE}).trim();
  git('init', '-q', '-b', 'main');
  for (const folder of ['analysis', 'output']) await mkdir(join(dir, folder));
  await writeFile(join(dir, 'project.yaml'), YAML);
  await writeFile(join(dir, 'analysis/gen.py'), 'gen = 1\r\n');
  await writeFile(join(dir, 'output/gen.csv'), 'of the commit\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'Start');
  const made = await checkOutBeside(dir, 'main');
  if (!made.ok) throw new Error(made.error.message);
  await writeFile(join(made.value.dir, 'output/gen.csv'), 'of its run\n');
  expect(await checkOutBeside(dir, 'HEAD')).toMatchObject({ok: true});
  await writeFile(join(made.value.dir, 'analysis/gen.py'), 'gen = 2\r\n');
  expect(await checkOutBeside(dir, 'main')).toMatchObject({
    error: {message: /was edited/, why: /^analysis\/gen\.py is not as the commit has it/},
  });
  await writeFile(join(made.value.dir, 'analysis/gen.py'), 'gen = 1\r\n');
  expect(await checkOutBeside(dir, 'main')).toMatchObject({ok: true});
  await writeFile(join(made.value.dir, 'analysis/new.py'), 'new = 1\n');
  expect(await checkOutBeside(dir, 'main')).toMatchObject({error: {why: /^analysis\/new\.py is/}});
  // it can be cleaned up, with what else lies beside the study, and is made anew
  await mkdir(join(dir, 'metadata/study-desk/versions/abc'), {recursive: true});
  await mkdir(join(dir, 'metadata/study-desk/discarded/2026'), {recursive: true});
  const left = await fileLeftovers({
    ...{folder: studyFolder(dir), isHeld: false, project: null, now: Date.now()},
    ...{opensafelyRuns: true, latestJobs: new Set<string>(), cachedBytes: 0, reusableActions: null},
    followed: '/nowhere',
  });
  const commit = git('rev-parse', 'HEAD');
  expect(left.map(({id}) => id)).toEqual(
    expect.arrayContaining([
      `metadata/study-desk/commits/${commit}`,
      'metadata/study-desk/versions/abc',
      'metadata/study-desk/discarded/2026',
    ]),
  );
  await rm(made.value.dir, {recursive: true});
  expect(await checkOutBeside(dir, 'main')).toMatchObject({ok: true});
});

it('a checkout of a study in a folder of its repository is not edited for what lies beside the study', async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'edited-checkout-')));
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', dir, ...args], {encoding: 'utf8', env: GIT_ALONE}).trim();
  git('init', '-q', '-b', 'main');
  const study = join(dir, 'studies/one');
  await mkdir(study, {recursive: true});
  await writeFile(join(dir, 'README.md'), 'All of our studies\n');
  await writeFile(join(dir, 'studies/README.md'), 'One so far\n');
  await writeFile(join(study, 'project.yaml'), YAML);
  git('add', '-A');
  git('commit', '-q', '-m', 'Start');
  expect(await checkOutBeside(study, 'main')).toMatchObject({ok: true});
  expect(await checkOutBeside(study, 'main')).toMatchObject({ok: true});
});
