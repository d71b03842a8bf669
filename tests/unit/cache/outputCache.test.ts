import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {createOutputCache, type OutputCache} from '../../../electron/cache/outputCache';
import type {OutputFile} from '../../../shared/output';
import {folderOfTest} from '../../temporary';

let dir: string;
let cache: OutputCache;
const folder = (): string => join(dir, 'metadata/study-desk/cache');

function write(path: string, text: string): OutputFile {
  mkdirSync(join(dir, 'output'), {recursive: true});
  writeFileSync(join(dir, path), text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return {path, tier: 'highly_sensitive', size: text.length, sha256};
}

function copyOut(...outputs: readonly OutputFile[]) {
  const out = join(dir, 'out');
  return cache.copyOut(outputs, out, ({path}) => join(out, basename(path)));
}

const copied = (name: string): string => readFileSync(join(dir, 'out', name), 'utf8');

beforeEach(() => {
  dir = folderOfTest();
  cache = createOutputCache(dir);
});

describe('the cache of earlier outputs', () => {
  it('copies out what it kept, of any size, and keeps it in a folder for its owner only', async () => {
    const texts = ['first', '', 'x'.repeat(3_000_000)];
    const outputs = texts.map((text, index) => write(`output/${index}.csv`, text));
    await cache.store(outputs, 10_000_000);
    expect(await copyOut(...outputs)).toEqual({ok: true, value: null});
    expect(texts.map((_, index) => copied(`${index}.csv`))).toEqual(texts);
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder(), outputs[0]?.sha256 ?? '')).mode & 0o777).toBe(0o600);
    expect(await cache.size()).toEqual({bytes: 3_000_005, files: 3});
  });

  it('drops what was used longest ago when it is full, and never keeps what alone is too large', async () => {
    const [a, b, c] = ['aaaa', 'bbbb', 'cccc'].map((text) => write(`output/${text}.csv`, text));
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15));
    for (const output of [a, b, a, c]) {
      if (output !== undefined) await cache.store([output], 9);
      await pause();
    }
    const kept = await cache.contents();
    expect([a, b, c].map((output) => kept.has(output?.sha256 ?? ''))).toEqual([true, false, true]);
    const large = write('output/large.csv', '0123456789');
    await cache.store([large], 9);
    expect((await cache.contents()).has(large.sha256)).toBe(false);
  });

  it('shrinks to a smaller limit', async () => {
    const output = write('output/a.csv', 'aaaa');
    await cache.store([output], 1000);
    await createOutputCache(dir).store([], 3);
    expect(await cache.size()).toEqual({bytes: 0, files: 0});
  });

  it('refuses a damaged copy and drops it, whichever it is', async () => {
    const outputs = ['first', 'other'].map((text) => write(`output/${text}.csv`, text));
    await cache.store(outputs, 1000);
    for (const damage of ['wrong', 'longer than it was']) {
      await cache.store(outputs, 1000);
      writeFileSync(join(folder(), outputs[1]?.sha256 ?? ''), damage);
      expect(await copyOut(...outputs)).toMatchObject({
        error: {kind: 'file-system', message: 'The kept copy of "output/other.csv" is damaged.'},
      });
      expect(await cache.size()).toEqual({bytes: 5, files: 1});
    }
  });

  it('says so when a copy is gone', async () => {
    expect(await copyOut(write('output/a.csv', 'first'))).toMatchObject({
      error: {message: 'The kept copy of "output/a.csv" is gone.'},
    });
  });

  it.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a link', (path: string) => symlinkSync(join(dir, 'output/a.csv'), path)],
    ['a link', (path: string) => symlinkSync(join(dir, 'nowhere'), path)],
    ['a folder', (path: string) => mkdirSync(path)],
    // nobody else may make one
    ...(process.getuid?.() === 0
      ? [['a device', (path: string) => execFileSync('mknod', [path, 'c', '1', '5'])] as const]
      : []),
  ] as const)('refuses %s in the place of a copy, without waiting for it', async (kind, make) => {
    const output = write('output/a.csv', 'first');
    await cache.store([output], 1000);
    rmSync(join(folder(), output.sha256));
    make(join(folder(), output.sha256));
    expect(await copyOut(output)).toMatchObject({
      error: {
        message: `The kept copy of "output/a.csv" is ${kind}, not a file.`,
        hint: `Run the action instead, and remove \`metadata/study-desk/cache/${output.sha256}\`.`,
      },
    });
    expect((await cache.contents()).has(output.sha256)).toBe(true);
    // nor is it in the way of others, and a folder is not removed with what it holds
    expect((await createOutputCache(dir).store([], 0)).ok).toBe(true);
    if (kind === 'a folder') expect(existsSync(join(folder(), output.sha256))).toBe(true);
  });

  it('keeps what lies behind a folder of outputs that is a link of the user', async () => {
    const disk = mkdtempSync(join(tmpdir(), 'study-desk-disk-'));
    symlinkSync(disk, join(dir, 'output'));
    const first = write('output/a.csv', 'first');
    await cache.store([first], 1000);
    rmSync(join(disk, 'a.csv'));
    expect(await copyOut(first)).toEqual({ok: true, value: null});
    expect(copied('a.csv')).toBe('first');
    rmSync(disk, {recursive: true});
  });

  it('keeps nothing of a file that is a link to elsewhere', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'study-desk-outside-'));
    writeFileSync(join(outside, 'secret.csv'), 'secret');
    const inside = write('output/a.csv', 'secret');
    rmSync(join(dir, 'output/a.csv'));
    symlinkSync(join(outside, 'secret.csv'), join(dir, 'output/a.csv'));
    await cache.store([inside], 1000);
    expect(await cache.size()).toEqual({bytes: 0, files: 0});
    rmSync(outside, {recursive: true});
  });

  it('touches nothing of somebody else where it is a link to a folder of theirs', async () => {
    const elsewhere = join(dir, 'elsewhere');
    mkdirSync(join(elsewhere, 'photos'), {recursive: true});
    writeFileSync(join(elsewhere, 'photos/first.txt'), 'mine');
    writeFileSync(join(elsewhere, 'thesis.txt'), 'mine');
    mkdirSync(join(dir, 'metadata/study-desk'), {recursive: true});
    symlinkSync(elsewhere, folder());
    const output = write('output/a.csv', 'first');
    const halfWritten = join(elsewhere, `${output.sha256}.tmp`);
    writeFileSync(halfWritten, 'fi');
    await cache.store([output], 1000);
    expect(readdirSync(elsewhere).sort()).toEqual([output.sha256, 'photos', 'thesis.txt'].sort());
    expect(readdirSync(join(elsewhere, 'photos'))).toEqual(['first.txt']);
    expect(existsSync(halfWritten)).toBe(false);
  });

  it('counts what is left where another process removes copies just then', async () => {
    const outputs = Array.from({length: 40}, (_, index) =>
      write(`output/${index}.csv`, `${index}`),
    );
    await cache.store(outputs, 1000);
    const other = createOutputCache(dir);
    for (let round = 0; round < 20; round += 1) {
      await cache.store(outputs, 1000);
      const [size] = await Promise.all([cache.size(), other.clear()]);
      expect(size.files).toBeLessThanOrEqual(outputs.length);
    }
  });

  it('empties itself', async () => {
    await cache.store([write('output/a.csv', 'first')], 1000);
    expect(await cache.clear()).toEqual({ok: true, value: {bytes: 0, files: 0}});
    expect(existsSync(folder())).toBe(false);
    expect(await cache.size()).toEqual({bytes: 0, files: 0});
  });
});
