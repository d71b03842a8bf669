import {readFileSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {HashCache, sha256Of} from '../../../electron/provenance/hashCache';
import {folderOfTest} from '../../temporary';

let dir: string;
let now: number;
const saved = (): string => join(dir, 'hashes.json');
const open = (): HashCache => HashCache.open(saved(), dir, () => now);

function write(name: string, text: string): void {
  writeFileSync(join(dir, name), text);
  const hourAgo = new Date(now - 3_600_000 + 1);
  utimesSync(join(dir, name), hourAgo, hourAgo);
}

beforeEach(() => {
  dir = folderOfTest();
  now = Date.now();
});

describe('the cache of digests', () => {
  it('knows what a file holds, and that there is none', () => {
    write('a.csv', 'one');
    expect(open().hash('a.csv')).toMatchObject({sha256: sha256Of('one'), size: 3});
    expect(open().hash('missing.csv')).toBeNull();
    expect(open().hash('.')).toBeNull();
  });

  it('reads a file once, also across processes, until it changes', async () => {
    write('a.csv', 'one');
    const cache = open();
    cache.learn('a.csv', 3, 'what was told');
    expect(cache.hash('a.csv')?.sha256).toBe('what was told');
    await cache.save();
    expect(open().hash('a.csv')?.sha256).toBe('what was told');
    write('a.csv', 'two!');
    expect(open().hash('a.csv')?.sha256).toBe(sha256Of('two!'));
  });

  it('is not taken in by a change of the same length with its time put back', () => {
    write('a.csv', 'one');
    const cache = open();
    cache.hash('a.csv');
    const {atime, mtime} = statSync(join(dir, 'a.csv'));
    writeFileSync(join(dir, 'a.csv'), 'eno');
    utimesSync(join(dir, 'a.csv'), atime, mtime);
    expect(cache.hash('a.csv')?.sha256).toBe(sha256Of('eno'));
  });

  it('does not trust what changed within the last step of the clock', () => {
    write('a.csv', 'one');
    now = statSync(join(dir, 'a.csv')).mtimeMs + 5;
    const cache = open();
    cache.learn('a.csv', 3, 'what was told');
    expect(cache.hash('a.csv')?.sha256).toBe(sha256Of('one'));
  });

  it('learns nothing of a file that is not as long as was told', () => {
    write('a.csv', 'one');
    const cache = open();
    cache.learn('a.csv', 99, 'what was told');
    expect(cache.hash('a.csv')?.sha256).toBe(sha256Of('one'));
  });

  it('starts empty where its file is damaged, and drops what nobody asks for', async () => {
    write('a.csv', 'one');
    write('b.csv', 'two');
    writeFileSync(saved(), '{"format":1,"files":{"a.csv":"nonsense"}}');
    const cache = open();
    cache.hash('a.csv');
    cache.hash('b.csv');
    cache.dropUnused();
    cache.hash('a.csv');
    cache.dropUnused();
    await cache.save();
    expect(
      Object.keys((JSON.parse(readFileSync(saved(), 'utf8')) as {files: object}).files),
    ).toEqual(['a.csv']); // our own file
  });
});
