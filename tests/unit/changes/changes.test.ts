import {execFileSync} from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path, {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {checkOutBeside} from '../../../electron/core/commits/checkOutBeside';
import type {Core} from '../../../electron/core/core';
import {createCore} from '../../../electron/core/createCore';
import type {Study} from '../../../electron/core/study';
import {GIT_ALONE} from '../git/gitAlone';

const YAML = `version: '4.0'
actions:
  gen:
    run: python:v2 python analysis/gen.py
    outputs:
      highly_sensitive:
        o: output/gen.csv
  model:
    run: python:v2 python analysis/model.py
    needs: [gen]
    outputs:
      moderately_sensitive:
        o: output/model.csv
`;

let dir: string;
let core: Core;
let study: Study;

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', dir, ...args], {encoding: 'utf8', env: GIT_ALONE}).trim();
}

async function put(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(join(dir, file)), {recursive: true});
  await writeFile(join(dir, file), content);
}

const text = (file: string): Promise<string> => readFile(join(dir, file), 'utf8');

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'changes-')));
  git('init', '-q', '-b', 'main');
  await put('project.yaml', YAML);
  await put('analysis/gen.py', 'open("output/gen.csv", "w")\n');
  await put('analysis/model.py', 'open("output/gen.csv")\n');
  await put('README.md', 'read\n');
  await put('.gitignore', 'output/\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'Start');
  git('config', 'user.name', 'A');
  git('config', 'user.email', 'a@example.org');
  core = createCore({cacheDir: join(dir, '..')});
  const opened = await core.openStudy(dir, {watch: false});
  if (!opened.ok) throw new Error(opened.error.message);
  study = opened.value;
});

afterEach(async () => {
  await study.close();
  await core.close();
  await rm(dir, {recursive: true, force: true});
});

async function listed() {
  const answer = await study.changes.list();
  if (!answer.ok || answer.value === null) throw new Error('no changes');
  return answer.value;
}

/** The changed files in words, each with the actions that it makes out of date. */
async function words(): Promise<readonly string[]> {
  const {files} = await listed();
  return files.map(({path: file, change, actions}) => `${change} ${file}: ${actions?.join(' ')}`);
}

describe('the changes of a study', () => {
  it('are named with the actions that each makes out of date, and shown line by line', async () => {
    await put('analysis/gen.py', 'open("output/gen.csv", "w")  # more\n');
    await rm(join(dir, 'README.md'));
    await put(
      'project.yaml',
      YAML.replace('python analysis/model.py', 'python analysis/model.py --x'),
    );
    await put('notes.txt', 'n\n');
    expect(await words()).toEqual([
      'deleted README.md: ',
      'changed analysis/gen.py: gen model',
      'untracked notes.txt: ',
      'changed project.yaml: model',
    ]);
    expect(await study.changes.text({path: 'README.md'})).toEqual({
      ok: true,
      value: {before: 'read\n', after: null},
    });
    expect(await study.changes.text({path: 'notes.txt'})).toMatchObject({value: {before: null}});
    await put('notes.txt', 'a\0b');
    expect(await study.changes.text({path: 'notes.txt'})).toMatchObject({ok: false});
  });

  it('are committed file by file, with nothing else that is staged', async () => {
    await put('README.md', 'other\n');
    await put('analysis/gen.py', '# staged\n');
    git('add', 'analysis/gen.py');
    await put('-odd *name.txt', 'n\n');
    await rm(join(dir, 'analysis/model.py'));
    const paths = ['README.md', '-odd *name.txt', 'analysis/model.py'];
    const made = await study.changes.commit({paths, message: 'Two\n\n# why', committer: null});
    expect(made).toEqual({ok: true, value: git('rev-parse', 'HEAD')});
    expect(git('show', '--name-status', '--format=%B', 'HEAD').split('\n')).toEqual([
      'Two',
      '',
      '# why',
      '',
      '',
      'A\t-odd *name.txt',
      'M\tREADME.md',
      'D\tanalysis/model.py',
    ]);
    expect(git('status', '--porcelain')).toBe('M  analysis/gen.py');
  });

  it('are not committed where they are outputs that may hold patients’ data', async () => {
    await put('.gitignore', 'metadata/\n');
    await put('output/model.csv', 'n\n7\n');
    const {files} = await listed();
    expect(files.map(({path: file, tier}) => [file, tier])).toEqual([
      ['.gitignore', null],
      ['output/model.csv', 'moderately_sensitive'],
    ]);
    const paths = ['.gitignore', 'output/model.csv'];
    const head = git('rev-parse', 'HEAD');
    expect(await study.changes.commit({paths, message: 'M', committer: null})).toMatchObject({
      error: {why: /^output\/model\.csv: /},
    });
    expect(git('rev-parse', 'HEAD')).toBe(head);
  });

  it('can’t be looked at beside a pack of more than 2 GB, which is said with what git makes of it', async () => {
    // a commit that no other test has: the tree of one that was read is known
    git('commit', '-q', '--allow-empty', '-m', dir);
    git('repack', '-adq');
    const packs = join(dir, '.git/objects/pack');
    const pack = (await readdir(packs)).find((name) => name.endsWith('.pack')) ?? '';
    await chmod(join(packs, pack), 0o644);
    await truncate(join(packs, pack), 2 ** 31);
    await put('README.md', 'other\n');
    const fault = {error: {hint: expect.stringContaining('--max-pack-size') as unknown}};
    expect(await study.changes.list()).toMatchObject(fault);
    expect(await study.changes.text({path: 'README.md'})).toMatchObject(fault);
    expect(await checkOutBeside(dir, 'main')).toMatchObject(fault);
  });

  it('are not committed where they were supplied, whatever their tier', async () => {
    await put('.gitignore', 'metadata/\n');
    await put('project.yaml', YAML.replace('moderately', 'minimally'));
    await put('released/model.csv', 'n\n7\n');
    await listed();
    const supply = {action: 'model', folder: join(dir, 'released'), from: 'a', on: '2026-11-30'};
    expect(await study.provenance.supply(supply)).toMatchObject({ok: true});
    const supplied = (await listed()).files.find(({path: file}) => file === 'output/model.csv');
    expect(supplied).toMatchObject({tier: 'minimally_sensitive', supplied: true});
    const paths = ['output/model.csv'];
    expect(await study.changes.commit({paths, message: 'M', committer: null})).toMatchObject({
      error: {message: 'A commit does not take supplied outputs.'},
    });
  });

  it('stay as they were where a hook, a lock or a merge is in the way, with a sentence each', async () => {
    await put('README.md', 'other\n');
    await put('new.txt', 'n\n');
    const commit = () =>
      study.changes.commit({paths: ['README.md', 'new.txt'], message: 'M', committer: null});
    const before = git('status', '--porcelain');
    const hook = join(dir, '.git/hooks/pre-commit');
    await writeFile(hook, '#!/bin/sh\necho "patients named" >&2\nexit 1\n');
    await chmod(hook, 0o755);
    expect(await commit()).toMatchObject({ok: false, error: {why: 'git says: patients named'}});
    await rm(hook);
    expect(git('status', '--porcelain')).toBe(before);
    await writeFile(join(dir, '.git/index.lock'), '');
    expect(await commit()).toMatchObject({ok: false, error: {why: /left its lock behind/}});
    await rm(join(dir, '.git/index.lock'));
    expect(git('status', '--porcelain')).toBe(before);
    await writeFile(join(dir, '.git/MERGE_HEAD'), `${git('rev-parse', 'HEAD')}\n`);
    expect(await commit()).toMatchObject({ok: false, error: {message: /merge is under way/}});
    await rm(join(dir, '.git/MERGE_HEAD'));
    expect(await commit()).toMatchObject({ok: true});
  });

  it('are discarded and put back as they were, but over nothing that came since', async () => {
    await put('README.md', 'other\n');
    await put('analysis/new.py', 'new\n');
    await put('added.py', 'added\n');
    git('add', 'added.py');
    await rm(join(dir, 'analysis/model.py'));
    const before = await words();
    const paths = ['README.md', 'analysis/new.py', 'added.py', 'analysis/model.py'];
    expect(await study.changes.discard({paths})).toEqual({ok: true, value: null});
    expect(git('status', '--porcelain')).toBe('');
    expect((await listed()).discarded).toEqual(paths);
    await put('README.md', 'since\n');
    expect(await study.changes.undoDiscard()).toMatchObject({
      error: {why: /README\.md has changed/},
    });
    expect(await text('README.md')).toBe('since\n');
    await put('README.md', 'read\n');
    expect(await study.changes.undoDiscard()).toEqual({ok: true, value: paths});
    expect((await words()).join('\n').replace('untracked added', 'added added')).toBe(
      before.join('\n'),
    );
    expect(await study.changes.undoDiscard()).toMatchObject({ok: false});
    expect(await study.changes.discard({paths: ['project.yaml']})).toMatchObject({ok: false});
  });

  it('stand in the way of another branch, which is shown with what it makes out of date before', async () => {
    git('switch', '-q', '-c', 'other');
    await put('analysis/model.py', '# other\n');
    git('commit', '-qam', 'Other');
    git('switch', '-q', 'main');
    expect((await listed()).branches).toEqual(['main', 'other']);
    await put('analysis/model.py', '# mine\n');
    expect(await study.changes.previewSwitch({branch: 'other'})).toMatchObject({
      value: {files: ['analysis/model.py'], outOfDate: ['model'], inTheWay: ['analysis/model.py']},
    });
    expect(await study.changes.switchBranch({branch: 'other'})).toMatchObject({
      error: {why: 'Changes that are not committed would be lost.'},
    });
    expect(await text('analysis/model.py')).toBe('# mine\n');
    await put('analysis/model.py', 'open("output/gen.csv")\n');
    expect(await study.changes.switchBranch({branch: 'other'})).toMatchObject({ok: true});
    expect(await text('analysis/model.py')).toBe('# other\n');
    expect(await study.changes.switchBranch({branch: '--orphan=x'})).toMatchObject({ok: false});
    expect(await study.changes.previewSwitch({branch: 'none'})).toMatchObject({ok: false});
  });

  it('are none where there is no repository', async () => {
    await rm(join(dir, '.git'), {recursive: true});
    expect(await study.changes.list()).toEqual({ok: true, value: null});
    expect(await study.changes.discard({paths: ['README.md']})).toMatchObject({ok: false});
  });
});
