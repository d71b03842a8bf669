import {execFileSync} from 'node:child_process';
import {mkdir, symlink, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {stageCode, stageInputs, type StagedCode} from '../../../electron/files/stageCode';
import {folderWith} from './studyFolder';

async function staged(
  dir: string,
  patterns: readonly string[] = [],
  ignoreCase = false,
): Promise<StagedCode> {
  const code = await stageCode(dir, patterns, ignoreCase);
  if (!code.ok) throw new Error(code.error.message);
  return code.value;
}

const paths = async (
  dir: string,
  patterns: readonly string[] = [],
  ignoreCase = false,
): Promise<string[]> =>
  (await staged(dir, patterns, ignoreCase)).entries.map((entry) => entry.path);

describe('the code of a study', () => {
  it('is everything but top-level .git and metadata and what matches an output pattern', async () => {
    const dir = await folderWith({
      'project.yaml': '',
      '.git/HEAD': '',
      'sub/.git/HEAD': '',
      'metadata/a.log': '',
      'sub/metadata/a.log': '',
      '.hidden/x': '',
      'output/a.csv': '',
      'output/.b.csv': '',
      'output/.gitkeep': '',
      'output/deep/c.csv': '',
      'models/m1/fit.rds': '',
      'models/m1/fit.R': '',
    });
    await mkdir(path.join(dir, 'empty'));
    expect(await paths(dir, ['output/*.csv', 'models/*/fit.rds', 'never/*/x.csv'])).toEqual([
      '.hidden',
      '.hidden/x',
      'empty',
      'models',
      'models/m1',
      'models/m1/fit.R',
      'output',
      'output/.gitkeep',
      'output/deep',
      'output/deep/c.csv',
      'project.yaml',
      'sub',
      'sub/.git',
      'sub/.git/HEAD',
      'sub/metadata',
      'sub/metadata/a.log',
    ]);
  });

  it('leaves out a whole folder that a pattern names', async () => {
    const dir = await folderWith({'output/plots.d/a.txt': '', 'code.R': ''});
    expect(await paths(dir, ['output/plots.d'])).toEqual(['code.R']);
  });

  it('knows only the star, and no other sign of patterns', async () => {
    const dir = await folderWith({'a+b (1).csv': '', 'axb (1).csv': '', '$x^.csv': ''});
    expect(await paths(dir, ['a+b (*).csv'])).toEqual(['$x^.csv', 'axb (1).csv']);
  });

  it('ignores case where the computer does', async () => {
    const files = {'Output/A.CSV': '', 'METADATA/x': '', 'code.R': ''};
    expect(await paths(await folderWith(files), ['output/*.csv'], true)).toEqual(['code.R']);
    expect(await paths(await folderWith(files), ['output/*.csv'], false)).toContain('Output/A.CSV');
  });

  it('takes links by content at the top and beside outputs, and keeps them as links elsewhere', async () => {
    const dir = await folderWith({
      'real/x.txt': 'x',
      'lib/code.R': '',
      'mixed/a.csv': '',
      'one.txt': 'one',
    });
    await symlink('real', path.join(dir, 'top'));
    await symlink('../one.txt', path.join(dir, 'lib', 'link.txt'));
    await symlink('../one.txt', path.join(dir, 'mixed', 'link.txt'));
    const {entries, reported} = await staged(dir, ['mixed/*.csv']);
    const kinds = Object.fromEntries(entries.map((entry) => [entry.path, entry.kind]));
    expect(kinds).toMatchObject({
      top: 'directory',
      'top/x.txt': 'file',
      'lib/link.txt': 'symlink',
      'mixed/link.txt': 'file',
    });
    expect(entries.find((entry) => entry.path === 'lib/link.txt')?.linkTarget).toBe('../one.txt');
    expect(reported).toEqual([]);
  });

  it('takes links to outside by content where it goes entry by entry, with a warning, and no deeper ones', async () => {
    const outside = await folderWith({
      'file.py': 'one',
      'folder/two.py': 'two',
      'folder/a.csv': '',
    });
    await symlink('two.py', path.join(outside, 'folder', 'near.py'));
    const dir = await folderWith({'code.R': '', 'mixed/a.csv': '', 'lib/x.R': ''});
    await symlink(path.join(outside, 'folder'), path.join(dir, 'data'));
    await symlink(path.join(outside, 'file.py'), path.join(dir, 'file.py'));
    await symlink(path.join(outside, 'file.py'), path.join(dir, 'mixed', 'file.py'));
    await symlink(path.join(outside, 'file.py'), path.join(dir, 'lib', 'deep.py'));
    await symlink('nowhere', path.join(dir, 'dangling'));
    const {entries, reported} = await staged(dir, ['mixed/*.csv']);
    const kinds = Object.fromEntries(entries.map((entry) => [entry.path, entry.kind]));
    expect(kinds).toEqual({
      'code.R': 'file',
      dangling: 'symlink',
      data: 'directory',
      'data/a.csv': 'file',
      'data/near.py': 'symlink',
      'data/two.py': 'file',
      'file.py': 'file',
      lib: 'directory',
      'lib/deep.py': 'symlink',
      'lib/x.R': 'file',
      mixed: 'directory',
      'mixed/file.py': 'file',
    });
    expect(entries.find((entry) => entry.path === 'data/two.py')?.size).toBe(3);
    const reasons = Object.fromEntries(reported.map((entry) => [entry.path, entry.reason]));
    expect(Object.keys(reasons).sort()).toEqual([
      'dangling',
      'data',
      'file.py',
      'lib/deep.py',
      'mixed/file.py',
    ]);
    for (const name of ['data', 'file.py', 'mixed/file.py'])
      expect(reasons[name]).toContain('missing on the server');
    expect(reasons['lib/deep.py']).toContain('not followed');
  });

  it('does not copy the whole computer for a link to a folder above the study', async () => {
    const dir = await folderWith({'study/code.R': ''});
    await symlink(dir, path.join(dir, 'study', 'home'));
    const {entries, reported} = await staged(path.join(dir, 'study'));
    expect(entries.map(({path: name, kind}) => [name, kind])).toEqual([
      ['code.R', 'file'],
      ['home', 'symlink'],
    ]);
    expect(reported.map((entry) => entry.path)).toEqual(['home']);
  });

  it('ends in a folder that links to itself', async () => {
    const dir = await folderWith({'a/x.txt': ''});
    await symlink('.', path.join(dir, 'me'));
    await symlink('..', path.join(dir, 'a', 'up'));
    await symlink('a', path.join(dir, 'again'));
    expect(await paths(dir)).toContain('again/x.txt');
  });

  it.skipIf(process.platform === 'win32')('reports what is not a file', async () => {
    const dir = await folderWith({'code.R': ''});
    execFileSync('mkfifo', [path.join(dir, 'pipe')]);
    const {entries, reported} = await staged(dir);
    expect(entries.map((entry) => entry.path)).toEqual(['code.R']);
    expect(reported).toEqual([{path: 'pipe', reason: 'It is not a file, folder or link.'}]);
  });

  it('has a folder of outputs only where something else is kept in it, as on the first run', async () => {
    const dir = await folderWith({
      'code.R': '',
      'output/a.csv': '',
      'output/deep/b.csv': '',
      'kept/.gitkeep': '',
      'kept/c.csv': '',
    });
    const patterns = ['output/*.csv', 'output/deep/*.csv', 'kept/*.csv'];
    expect(await paths(dir, patterns)).toEqual(['code.R', 'kept', 'kept/.gitkeep']);
  });

  it('has the same key while nothing changes, and another after a change', async () => {
    const dir = await folderWith({'code.R': 'x', 'output/.gitkeep': '', 'output/a.csv': ''});
    const key = async (): Promise<string> => (await staged(dir, ['output/*.csv'])).codeKey;
    const first = await key();
    await writeFile(path.join(dir, 'output/a.csv'), 'changed');
    await writeFile(path.join(dir, 'output/b.csv'), 'new');
    await utimes(path.join(dir, 'output'), 1, 1);
    expect(await key()).toBe(first);
    await utimes(path.join(dir, 'code.R'), 1, 1);
    expect(await key()).not.toBe(first);
  });

  it('says so where the folder is gone', async () => {
    expect(await stageCode('/no/such/folder', [])).toMatchObject({error: {kind: 'file-system'}});
  });
});

describe('the inputs of a job', () => {
  it('are files of the study, by content also behind a link inside it', async () => {
    const dir = await folderWith({'output/a.csv': 'abc', 'store/b.csv': 'b'});
    await symlink('../store/b.csv', path.join(dir, 'output/b.csv'));
    const inputs = await stageInputs(dir, ['output/a.csv', 'output/b.csv']);
    expect(inputs).toMatchObject({
      value: [
        {path: 'output/a.csv', kind: 'file', size: 3},
        {path: 'output/b.csv', kind: 'file', size: 1},
      ],
    });
  });

  it('that are gone, folders or outside are told by name', async () => {
    const outside = await folderWith({'x.csv': ''});
    const dir = await folderWith({'output/d/x.csv': ''});
    await symlink(path.join(outside, 'x.csv'), path.join(dir, 'out.csv'));
    for (const name of ['output/gone.csv', 'output/d', 'out.csv', '../x.csv', '/etc/passwd']) {
      const inputs = await stageInputs(dir, [name]);
      if (inputs.ok) throw new Error(`${name} was staged`);
      expect(inputs.error.message).toContain(name);
    }
  });
});
