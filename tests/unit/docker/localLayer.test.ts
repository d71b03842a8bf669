import {mkdir, symlink, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, expect, it} from 'vitest';
import {takeFromLayer} from '../../../electron/docker/localLayer';
import {folderOfTest} from '../../temporary';

const never = new AbortController().signal;
let root: string;
let given: Map<string, string>;

beforeEach(async () => {
  root = folderOfTest();
  given = new Map();
  await mkdir(join(root, 'workspace/output'), {recursive: true});
  await writeFile(join(root, 'secret.csv'), 'of this computer');
});

function take(source: string, signal = never): Promise<boolean> {
  const look = {folder: join(root, 'workspace'), read: [], modified: [], paths: []};
  return takeFromLayer(
    look,
    'as.csv',
    source,
    async (path, _size, content) => {
      const pieces: Buffer[] = [];
      for await (const piece of content) pieces.push(Buffer.from(piece));
      given.set(path, Buffer.concat(pieces).toString());
    },
    signal,
  );
}

it('gives files of the layer whole, by the name that is asked for', async () => {
  const text = '0123456789'.repeat(300_000);
  await writeFile(join(root, 'workspace/output/a.csv'), text);
  expect(await take('output/a.csv')).toBe(true);
  expect(given.get('as.csv')).toBe(text);
});

it('leaves links, folders, holes and what is not there to the engine', async () => {
  const output = join(root, 'workspace/output');
  await symlink(join(root, 'secret.csv'), join(output, 'link.csv'));
  await symlink(root, join(output, 'up'));
  await writeFile(join(output, 'holes.csv'), '');
  await truncate(join(output, 'holes.csv'), 1024 ** 2);
  for (const name of [
    'link.csv',
    'up/secret.csv',
    'holes.csv',
    'none.csv',
    '../../secret.csv',
    '.',
  ])
    expect(await take(`output/${name}`), name).toBe(false);
  expect(given.size).toBe(0);
});

it('ends when it is told to', async () => {
  await writeFile(join(root, 'workspace/output/a.csv'), 'x');
  await expect(take('output/a.csv', AbortSignal.abort())).rejects.toThrow();
});
