import {createHash, randomBytes} from 'node:crypto';
import {chmod, mkdir, readFile, readdir, rm, stat, symlink} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {fileSystemError} from '../../../electron/files/fileSystemError';
import {ensureMetadataDir, metadataDir} from '../../../electron/files/metadataDir';
import {isInside, resolveInStudy, unsafeReason} from '../../../electron/files/studyPath';
import {replaceFromPieces, writeFileAtomically} from '../../../electron/files/writeAtomically';
import {folderWith} from './studyFolder';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

async function* giving(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

describe('replacing a file', () => {
  it('leaves the new content and nothing else', async () => {
    const dir = await folderWith({'a.txt': 'old'});
    await writeFileAtomically(path.join(dir, 'a.txt'), 'new');
    expect(await readFile(path.join(dir, 'a.txt'), 'utf8')).toBe('new');
    expect(await readdir(dir)).toEqual(['a.txt']);
  });

  it('from a stream tells size and SHA-256, and makes folders', async () => {
    const dir = await folderWith();
    const content = () => giving([Buffer.from('ab'), Buffer.from('c')]);
    expect(await replaceFromPieces(dir, 'out/deep/a.csv', content)).toEqual({
      ok: true,
      value: {size: 3, sha256: ABC},
    });
    expect(await readFile(path.join(dir, 'out/deep/a.csv'), 'utf8')).toBe('abc');
  });

  it('from a long stream of uneven pieces loses and changes nothing', async () => {
    const dir = await folderWith();
    const whole = randomBytes(5_000_001);
    const pieces = [0, 10, 1_500_000, 1_500_001, 4_000_000].map((at, index, all) =>
      whole.subarray(at, all[index + 1]),
    );
    const result = await replaceFromPieces(dir, 'a.dta', () => giving(pieces));
    const sha256 = createHash('sha256').update(whole).digest('hex');
    expect(result).toEqual({ok: true, value: {size: whole.length, sha256}});
    expect((await readFile(path.join(dir, 'a.dta'))).equals(whole)).toBe(true);
  });

  it('from pieces that are only whole until the next is asked for', async () => {
    const dir = await folderWith();
    const whole = randomBytes(3_000_000);
    const content = async function* () {
      const buffer = Buffer.alloc(70_000);
      for (let at = 0; at < whole.length; at += buffer.length) {
        yield buffer.subarray(0, whole.copy(buffer, 0, at));
        buffer.fill('?');
      }
    };
    const sha256 = createHash('sha256').update(whole).digest('hex');
    expect(await replaceFromPieces(dir, 'a.dta', content)).toEqual({
      ok: true,
      value: {size: whole.length, sha256},
    });
    expect((await readFile(path.join(dir, 'a.dta'))).equals(whole)).toBe(true);
  });

  it('keeps the old file where the stream breaks off', async () => {
    const dir = await folderWith({'a.csv': 'old'});
    const broken = async function* () {
      yield Buffer.from('half');
      throw new Error('engine went away');
    };
    expect(await replaceFromPieces(dir, 'a.csv', broken)).toMatchObject({ok: false});
    expect(await readFile(path.join(dir, 'a.csv'), 'utf8')).toBe('old');
    expect(await readdir(dir)).toEqual(['a.csv']);
  });

  it('replaces a link itself, not what it leads to', async () => {
    const outside = await folderWith({'target.csv': 'safe'});
    const dir = await folderWith();
    await symlink(path.join(outside, 'target.csv'), path.join(dir, 'a.csv'));
    expect(await replaceFromPieces(dir, 'a.csv', () => giving([Buffer.from('abc')]))).toMatchObject(
      {ok: true},
    );
    expect(await readFile(path.join(outside, 'target.csv'), 'utf8')).toBe('safe');
    expect(await readFile(path.join(dir, 'a.csv'), 'utf8')).toBe('abc');
  });

  it('never writes outside the study', async () => {
    const outside = await folderWith();
    const dir = await folderWith();
    await symlink(outside, path.join(dir, 'out'));
    for (const name of ['out/a.csv', '../a.csv', '/tmp/a.csv', 'C:/a.csv', 'a/../../b.csv']) {
      const result = await replaceFromPieces(dir, name, () => giving([Buffer.from('x')]));
      expect(result, name).toMatchObject({ok: false, error: {kind: 'file-system'}});
    }
    expect(await readdir(outside)).toEqual([]);
  });

  it('makes no study anew that is gone', async () => {
    const dir = await folderWith();
    await rm(dir, {recursive: true});
    for (const name of ['a.csv', 'out/a.csv'])
      expect(await replaceFromPieces(dir, name, () => giving([Buffer.from('x')]))).toMatchObject({
        ok: false,
      });
    await expect(readdir(dir)).rejects.toThrow('ENOENT');
  });

  it('reaches a study by a link, but nothing that a link in it leads to', async () => {
    const [real, outside, links] = [await folderWith(), await folderWith(), await folderWith()];
    const study = path.join(links, 'study');
    await symlink(real, study);
    await symlink(outside, path.join(real, 'out'));
    await mkdir(path.join(real, 'in'));
    expect(resolveInStudy(study, 'in/a.csv').ok).toBe(true);
    expect(resolveInStudy(`${study}${path.sep}`, 'new/a.csv').ok).toBe(true);
    expect(resolveInStudy(study, 'out/a.csv').ok).toBe(false);
  });

  it('says that a folder is in the way', async () => {
    const dir = await folderWith();
    await mkdir(path.join(dir, 'a.csv'));
    const result = await replaceFromPieces(dir, 'a.csv', () => giving([Buffer.from('x')]));
    expect(result).toMatchObject({ok: false, error: {why: 'A folder of that name is in the way.'}});
  });

  it('takes the longest name that the disk takes', async () => {
    const dir = await folderWith();
    const name = `${'é'.repeat(125)}.csv`;
    expect(await replaceFromPieces(dir, name, () => giving([Buffer.from('x')]))).toMatchObject({
      ok: true,
    });
    expect(await readdir(dir)).toEqual([name]);
  });
});

describe('a path in a study', () => {
  it('is refused where it is not relative, upright and plain', () => {
    for (const text of ['', '/a', '\\a', 'C:a', '..', 'a/../b', './a', 'a//b', 'a/', 'a\0b']) {
      expect(unsafeReason(text), JSON.stringify(text)).not.toBeNull();
    }
    for (const text of ['a', '.a', '..a/b', 'a b/c.csv', 'ä/ö.csv', 'a\nb', '...']) {
      expect(unsafeReason(text), JSON.stringify(text)).toBeNull();
    }
  });

  it('may go through links that stay inside', async () => {
    const dir = await folderWith({'real/a.csv': ''});
    await symlink('real', path.join(dir, 'link'));
    expect(resolveInStudy(dir, 'link/new/b.csv')).toEqual({
      ok: true,
      value: path.join(dir, 'link/new/b.csv'),
    });
  });

  it('is inside only with whole folder names', () => {
    expect(isInside('/a/b', '/a/b')).toBe(true);
    expect(isInside('/a/b', '/a/b/..c')).toBe(true);
    expect(isInside('/a/b', '/a/bc')).toBe(false);
    expect(isInside('/a/b', '/a')).toBe(false);
  });
});

it('our folder in a study is for its owner only and ignored by git', async () => {
  const dir = await folderWith();
  expect(await ensureMetadataDir(dir)).toEqual({ok: true, value: metadataDir(dir)});
  // what opensafely run writes there is for whoever the study is for
  if (process.platform !== 'win32')
    expect((await stat(path.dirname(metadataDir(dir)))).mode & 0o777).toBe(
      0o777 & ~process.umask(),
    );
  await chmod(metadataDir(dir), 0o755);
  await ensureMetadataDir(dir);
  if (process.platform !== 'win32') {
    expect((await stat(metadataDir(dir))).mode & 0o777).toBe(0o700);
  }
  expect(await readFile(path.join(metadataDir(dir), '.gitignore'), 'utf8')).toBe('*\n');
});

it('a failed file operation is told with its cause and a way on', () => {
  const full = Object.assign(new Error('ENOSPC: no space left'), {code: 'ENOSPC'});
  expect(fileSystemError('It could not be written.', full)).toMatchObject({
    kind: 'file-system',
    message: 'It could not be written.',
    why: 'The disk is full.',
  });
  expect(fileSystemError('It failed.', 'odd')).toEqual({
    kind: 'file-system',
    message: 'It failed.',
    detail: 'odd',
  });
});

it.each([
  ['at its end', [1, 0, 0]],
  ['in its middle', [1, 0, 0, 1]],
  ['at its beginning', [0, 2]],
  ['everywhere', [0, 0]],
])('leaves a stretch of zeros %s out as a hole', async (_where, megabytes) => {
  const dir = await folderWith();
  const parts = megabytes.map((byte) => Buffer.alloc(2 ** 20, byte));
  // an end that is shorter than a hole
  for (const pieces of [parts, [...parts, Buffer.alloc(3)]]) {
    const result = await replaceFromPieces(dir, 'a.dta', () => giving(pieces));
    const whole = Buffer.concat(pieces);
    const sha256 = createHash('sha256').update(whole).digest('hex');
    expect(result).toEqual({ok: true, value: {size: whole.length, sha256}});
    expect((await readFile(path.join(dir, 'a.dta'))).equals(whole)).toBe(true);
  }
});
