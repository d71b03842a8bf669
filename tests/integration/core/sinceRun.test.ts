import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path, {join} from 'node:path';
import {afterEach, expect, it} from 'vitest';
import {carriedOut} from '../../../electron/core/commits/carriedOut';
import type {Core} from '../../../electron/core/core';
import {createCore} from '../../../electron/core/createCore';
import {DEFAULT_RUN_OPTIONS} from '../../../shared/run';
import {GIT_ALONE} from '../../unit/git/gitAlone';

const YAML = `version: '4.0'
actions:
  gen:
    run: python:v2 python analysis/gen.py
    outputs:
      highly_sensitive:
        o: output/gen.csv
`;
const GEN =
  'import os, part\nos.makedirs("output", exist_ok=True)\nopen("output/gen.csv", "w").write("1")\n';

let dir: string;
let core: Core | null = null;

afterEach(async () => {
  await core?.close();
  await rm(dir, {recursive: true, force: true});
});

async function put(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(join(dir, file)), {recursive: true});
  await writeFile(join(dir, file), content);
}

it('names the commit and patch of an action’s outputs, and what it uses that has changed since', async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'since-run-')));
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', dir, ...args], {encoding: 'utf8', env: GIT_ALONE}).trim();
  git('init', '-q', '-b', 'main');
  await put('project.yaml', YAML);
  await put('analysis/gen.py', GEN);
  await put('analysis/part.py', 'part = 1\n');
  await put('analysis/other.py', 'other = 1\n');
  await put('.gitignore', 'output/\nmetadata/\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'Start');
  const commit = git('rev-parse', 'HEAD');
  await put('analysis/part.py', 'part = 2\n');
  await put('analysis/other.py', 'other = 2\n');

  core = createCore({
    cacheDir: join(dir, '..'),
    settings: () => ({user: {executor: 'process'}, environment: {}}),
  });
  const opened = await core.openStudy(dir, {watch: false});
  if (!opened.ok) throw new Error(opened.error.message);
  const study = opened.value;
  expect(await study.changes.sinceRun({action: 'gen'})).toMatchObject({ok: false});
  const prepared = await study.plan.prepare(
    {actions: ['gen'], forceDependencies: false, includeStale: true, force: [], takeOut: []},
    {...DEFAULT_RUN_OPTIONS, executor: 'process'},
  );
  if (!prepared.ok) throw new Error(prepared.error.message);
  const signal = new AbortController().signal;
  const ran = await carriedOut(study, prepared.value.id, () => undefined, signal);
  if (!ran.ok) throw new Error(ran.error.message);
  expect(ran.value.map(({state}) => state)).toEqual(['succeeded']);

  await put('analysis/gen.py', `${GEN}# more\n`);
  await put('analysis/other.py', 'other = 3\n');
  git('commit', '-qam', 'More');
  const patch = [{path: 'analysis/part.py', before: 'part = 1\n', after: 'part = 2\n'}];
  expect(await study.changes.sinceRun({action: 'gen'})).toMatchObject({
    ok: true,
    value: {
      ...{commit, branch: 'main', patch, notKept: []},
      since: [{path: 'analysis/gen.py', before: GEN, after: `${GEN}# more\n`}],
    },
  });

  const version = await study.changes.openVersion({action: 'gen'});
  if (!version.ok) throw new Error(version.error.message);
  expect(path.basename(version.value)).toBe(`${path.basename(dir)} at ${commit.slice(0, 7)}`);
  const there = (file: string) => readFile(join(version.value, file), 'utf8');
  expect(await there('analysis/gen.py')).toBe(GEN);
  expect(await there('analysis/part.py')).toBe('part = 2\n');
  expect((await stat(join(version.value, 'analysis/part.py'))).mode & 0o222).toBe(0);
  expect(await study.changes.openVersion({action: 'gen'})).toEqual(version);
  await study.close();
});
