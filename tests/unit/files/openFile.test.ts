import {execFileSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {mkdir, mkdtemp, open, readFile, rename, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {fileSystemError, systemErrorCode} from '../../../electron/files/fileSystemError';
import {
  copyRegularFile,
  digestOf,
  openFile,
  openFileSync,
  readBeginning,
  readJson,
  readPieces,
  readRegularFile,
  readRegularFileSync,
  readStream,
} from '../../../electron/files/openFile';
import {ODD_KINDS, putHuge, putOdd, type OddKind} from './oddFiles';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'study-desk-read-'));
});
afterAll(() => rm(dir, {recursive: true, force: true}));

async function all(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read);
}

/** The code that something fails with; null where it does not. */
async function codeOf(work: () => unknown): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return systemErrorCode(error) ?? String(error);
  }
}

/** Every way to read a file, each to its end. */
const WAYS: readonly (readonly [string, (path: string) => unknown])[] = [
  ['openFile', (path) => openFile(path)],
  ['readRegularFile', (path) => readRegularFile(path)],
  ['readBeginning', (path) => readBeginning(path, 10)],
  ['readPieces', (path) => all(readPieces(path))],
  ['readStream', (path) => all(readStream(path) as AsyncIterable<Buffer>)],
  ['copyRegularFile', (path) => copyRegularFile(path, join(dir, 'copy'))],
  ['openFileSync', (path) => openFileSync(path)],
  ['readRegularFileSync', (path) => readRegularFileSync(path)],
];

function codesOf(kind: OddKind): readonly string[] {
  if (kind === 'folder') return ['EISDIR'];
  return kind === 'link loop' ? ['ELOOP'] : ['ENOTREG'];
}

describe.skipIf(process.platform === 'win32')('what is no file', () => {
  it.each(ODD_KINDS)(
    'is refused at once by every reader: a %s',
    {timeout: 10_000},
    async (kind) => {
      const path = join(dir, 'odd');
      putOdd(path, kind);
      const before = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
      for (const [name, read] of WAYS)
        expect(codesOf(kind), name).toContain(await codeOf(() => read(path)));
      expect(await digestOf(path)).toBeNull();
      expect(await readJson(path)).toBeNull();
      if (process.platform === 'linux')
        expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
    },
  );

  it('is refused, or the file read, when both are swapped all the time', async () => {
    const [path, pipe, file] = [join(dir, 'swapped'), join(dir, 'p'), join(dir, 'f')];
    let ended = false;
    const swapping = (async () => {
      while (!ended) {
        execFileSync('mkfifo', [pipe]);
        await rename(pipe, path);
        await writeFile(file, 'x'.repeat(100));
        await rename(file, path);
      }
    })();
    const found = new Set<string>();
    for (let time = 0; time < 300; time += 1) {
      const read = await readRegularFile(path).then(
        (bytes) => bytes.toString(),
        (error: unknown) => systemErrorCode(error) ?? String(error),
      );
      found.add(read);
    }
    ended = true;
    await swapping;
    const expected = ['x'.repeat(100), 'ENOTREG', 'ENOENT'];
    expect([...found].filter((each) => !expected.includes(each))).toEqual([]);
  });
});

describe('a file', () => {
  it('is given as it is, whole, in pieces and in part, within the limit of bytes', async () => {
    const path = join(dir, 'any');
    const content = fc.oneof(
      fc.uint8Array({maxLength: 300}),
      // around the bytes that are asked for at a time
      fc.integer({min: -2, max: 2}).map((more) => new Uint8Array(1024 ** 2 + more).fill(7)),
      fc.integer({min: -2, max: 2}).map((more) => new Uint8Array(64 * 1024 + more).fill(8)),
    );
    await fc.assert(
      fc.asyncProperty(
        content,
        fc.nat(400),
        fc.nat(400),
        fc.nat(400),
        async (bytes, a, b, most) => {
          await writeFile(path, bytes);
          const expected = Buffer.from(bytes);
          expect((await readRegularFile(path)).equals(expected)).toBe(true);
          expect(readRegularFileSync(path).equals(expected)).toBe(true);
          expect((await all(readPieces(path))).equals(expected)).toBe(true);
          const range = {start: Math.min(a, b), end: Math.max(a, b)};
          const part = expected.subarray(range.start, range.end);
          expect((await all(readPieces(path, range))).equals(part)).toBe(true);
          const stream = readStream(path, range) as AsyncIterable<Buffer>;
          expect((await all(stream)).equals(part)).toBe(true);
          const beginning = await readBeginning(path, most);
          expect(beginning.size).toBe(expected.length);
          expect(beginning.bytes.equals(expected.subarray(0, most))).toBe(true);
          const limited = expected.length > most ? 'ETOOLARGE' : null;
          expect(await codeOf(() => readRegularFile(path, most))).toBe(limited);
          expect(await codeOf(() => readRegularFileSync(path, most))).toBe(limited);
          await copyRegularFile(path, join(dir, 'copied'));
          expect((await readFile(join(dir, 'copied'))).equals(expected)).toBe(true);
        },
      ),
      {numRuns: 20},
    );
  });

  it('is read over links, unless they are not to be followed', async () => {
    await writeFile(join(dir, 'aim'), 'x');
    await symlink('aim', join(dir, 'link'));
    expect((await readRegularFile(join(dir, 'link'))).toString()).toBe('x');
    expect(await codeOf(() => openFile(join(dir, 'link'), {followLink: false}))).toBe('ELOOP');
  });

  it('of any size is refused at once where it would be read whole', {timeout: 5000}, async () => {
    const path = join(dir, 'huge');
    putHuge(path, 1024 ** 4);
    expect(await codeOf(() => readRegularFile(path))).toBe('ETOOLARGE');
    expect(await codeOf(() => readRegularFileSync(path))).toBe('ETOOLARGE');
    expect((await readBeginning(path, 5)).bytes).toEqual(Buffer.alloc(5));
  });

  it.skipIf(process.platform !== 'linux')(
    'that says it has no bytes is read all the same',
    async () => {
      expect((await readRegularFile('/proc/self/status')).toString()).toContain('VmSize');
      expect(readRegularFileSync('/proc/self/status').toString()).toContain('VmSize');
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'that says it has no bytes and has many is given up on',
    {timeout: 5000},
    async () => {
      expect(await codeOf(() => readRegularFile('/proc/kallsyms', 1024))).toBe('ETOOLARGE');
      expect(await codeOf(() => readRegularFileSync('/proc/kallsyms', 1024))).toBe('ETOOLARGE');
    },
  );

  it('is let go of when its reader stops', async () => {
    const path = join(dir, 'left');
    putHuge(path, 1024 ** 3);
    const before = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
    for await (const piece of readPieces(path)) if (piece.length > 0) break;
    const stream = readStream(path);
    for await (const piece of stream as AsyncIterable<Buffer>) if (piece.length > 0) break;
    if (process.platform === 'linux')
      await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
  });
});

it('what cannot be read is named, though what was being done has another name', async () => {
  const file = join(dir, 'analysis.py');
  const error: unknown = await open(file).catch((reason: unknown) => reason);
  const named = fileSystemError('The workspace of make_a could not be filled.', error);
  expect(named.why).toBe(`It does not exist. (${file})`);
  expect(fileSystemError('"analysis.py" could not be read.', error).why).toBe('It does not exist.');
  await mkdir(file);
  const folder: unknown = await readRegularFile(file).catch((reason: unknown) => reason);
  expect(fileSystemError('It could not be read.', folder).why).toBe(
    `A folder of that name is in the way. (${file})`,
  );
});
