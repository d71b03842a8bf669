import {Readable} from 'node:stream';
import fc from 'fast-check';
import {extract, type Header} from 'tar-stream';
import {expect, it} from 'vitest';
import {padding, TAR_END, type TarEntry, tarHeader} from '../../../electron/docker/packWorkspace';

const ENTRY: TarEntry = {
  path: 'workspace/a.csv',
  type: 'file',
  size: 3,
  mode: 0o640,
  mtimeSeconds: 1_700_000_000,
  uid: 1000,
  gid: 100,
  linkTarget: null,
};

/** What another implementation reads from an entry of ours. */
async function read(entry: TarEntry, content = Buffer.alloc(0)): Promise<Header> {
  const archive = extract();
  Readable.from([
    Buffer.concat([tarHeader(entry), content, padding(content.length), TAR_END]),
  ]).pipe(archive);
  for await (const found of archive) {
    found.resume();
    return found.header;
  }
  throw new Error('The archive is empty');
}

it('is read by others as it was meant', async () => {
  const header = await read(ENTRY, Buffer.from('abc'));
  expect(header).toMatchObject({
    name: 'workspace/a.csv',
    type: 'file',
    size: 3,
    mode: 0o640,
    uid: 1000,
    gid: 100,
  });
  expect(header.mtime?.getTime()).toBe(1_700_000_000_000);
});

it('keeps ids beyond the old field, as directories of large organisations give them', async () => {
  const header = await read({...ENTRY, size: 0, uid: 1_234_567_890, gid: 987_654_321});
  expect(header.pax).toMatchObject({uid: '1234567890', gid: '987654321'});
});

it('keeps sizes beyond eight gibibytes', () => {
  const size = 9 * 1024 ** 3;
  expect(tarHeader({...ENTRY, size}).toString('latin1')).toContain(`size=${size}\n`);
});

it('keeps any path and link target', async () => {
  const name = fc.string({unit: 'grapheme', minLength: 1, maxLength: 300});
  await fc.assert(
    fc.asyncProperty(name, name, async (path, target) => {
      const clean = (text: string): string =>
        text.replaceAll('\0', '_').replaceAll('/', '_') || '_';
      const link = {...ENTRY, size: 0, type: 'symlink' as const};
      const header = await read({...link, path: clean(path), linkTarget: clean(target)});
      expect(header.name).toBe(clean(path));
      expect(header.linkname).toBe(clean(target));
    }),
    {numRuns: 300},
  );
});
