import {chmod, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {foundEditor, noFileManager, openInEditor} from '../../../electron/app/editor';
import {folderOfTest} from '../../temporary';

let dir: string;

beforeEach(() => {
  dir = folderOfTest();
});

const FILE = '/studies/one/project.yaml';

describe('a program that opens files elsewhere', () => {
  it('is named where it is missing, with what to set and the path', async () => {
    const answer = await openInEditor(join(dir, 'no-such-editor'), FILE, 3);
    expect(answer).toMatchObject({
      error: {
        why: `There is no program ${join(dir, 'no-such-editor')}.`,
        hint: expect.stringContaining('Settings') as string,
        path: FILE,
      },
    });
  });

  it('counts as missing where it ends at once with an error, as xdg-open does', async () => {
    const editor = join(dir, 'editor');
    await writeFile(editor, '#!/bin/sh\nexit 3\n');
    await chmod(editor, 0o755);
    const answer = await openInEditor(editor, FILE, 3);
    expect(answer).toMatchObject({
      error: {why: expect.stringContaining('exit code 3') as string, path: FILE},
    });
  });

  it('is found where it opens the file', async () => {
    const editor = join(dir, 'editor');
    await writeFile(editor, '#!/bin/sh\nexit 0\n');
    await chmod(editor, 0o755);
    expect(await openInEditor(editor, FILE, 3)).toEqual({ok: true, value: null});
  });

  it('is an editor that is known, where one is on the path', async () => {
    expect(await foundEditor({PATH: dir})).toBeNull();
    for (const program of ['subl', 'code']) {
      await writeFile(join(dir, program), '');
      await chmod(join(dir, program), 0o755);
    }
    expect(await foundEditor({PATH: dir})).toMatchObject({
      program: 'code',
      path: join(dir, 'code'),
    });
  });

  it('shows folders where Linux has neither a bus nor xdg-open', async () => {
    expect(await noFileManager(FILE, 'linux', {PATH: dir})).toMatchObject({path: FILE});
    await writeFile(join(dir, 'xdg-open'), '');
    await chmod(join(dir, 'xdg-open'), 0o755);
    expect(await noFileManager(FILE, 'linux', {PATH: dir})).toBeNull();
    expect(await noFileManager(FILE, 'darwin', {})).toBeNull();
  });
});
