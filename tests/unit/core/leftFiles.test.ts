import {existsSync} from 'node:fs';
import {chown, mkdir, rm, symlink, utimes, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {
  type FileFacts,
  fileLeftovers,
  keptForGood,
  removeFiles,
} from '../../../electron/core/cleanUp/leftFiles';
import {studyFolder} from '../../../electron/runs/studyFolder';
import {takeStudyLock} from '../../../electron/runs/studyLock';
import {folderOfTest} from '../../temporary';

let root: string;
let facts: FileFacts;

async function put(path: string, bytes: number): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), {recursive: true});
  await writeFile(file, 'x'.repeat(bytes));
}

beforeEach(async () => {
  root = folderOfTest();
  // of processes that can't be seen from here
  await put('tmp/study-desk-code-999999999-a/1.tar', 5);
  await put('tmp/study-desk-tables-999999999-b/t.csv', 6);
  await put(`tmp/study-desk-code-${process.pid}-c/1.tar`, 7);
  await put('tmp/study-desk-code-other/1.tar', 8);
  const yesterday = Date.now() / 1000 - 25 * 3600;
  for (const name of ['code-999999999-a', 'tables-999999999-b'])
    await utimes(join(root, `tmp/study-desk-${name}`), yesterday, yesterday);
  await put('study/metadata/study-desk/runs/2-b/new.log', 20);
  await put('study/metadata/study-desk/runs/1-a/old.log.gz', 10);
  await put('study/metadata/study-desk/runs/1-a/old.log.idx', 1);
  await put('study/metadata/study-desk/runs/1-a/run.json', 1);
  await put('study/metadata/study-desk/incoming/old-0', 3);
  await put('study/metadata/volumes/abc/data.csv', 4);
  await put('cache/actions/x/code', 9);
  vi.stubEnv('TMPDIR', join(root, 'tmp'));
  facts = {
    folder: studyFolder(join(root, 'study')),
    ...{isHeld: false, opensafelyRuns: false, cachedBytes: 11},
    ...{project: null, now: Date.now() + 60_000},
    latestJobs: new Set(['new']),
    reusableActions: join(root, 'cache/actions'),
    followed: join(root, 'cache/followed'),
  };
});
afterEach(async () => {
  vi.unstubAllEnvs();
});

const told = async (more: Partial<FileFacts> = {}) =>
  (await fileLeftovers({...facts, ...more})).map(({kind, id, bytes, loss}) => [
    kind,
    id.replace(`${root}/`, ''),
    bytes,
    loss === null,
  ]);

const ABANDONED = [
  ['folder', 'tmp/study-desk-tables-999999999-b', 6, true],
  ['folder', 'tmp/study-desk-code-999999999-a', 5, true],
];

describe('files that are left over', () => {
  it('are none of what a link in the place of the workspaces of opensafely run leads to', async () => {
    await put('elsewhere/thesis/text.txt', 4);
    const volumes = join(root, 'study/metadata/volumes');
    const isOffered = async () =>
      (await told()).some(([, id]) => String(id).startsWith('metadata/volumes'));
    const [found] = (await fileLeftovers(facts)).filter(({id}) => id === 'metadata/volumes/abc');
    if (found === undefined) throw new Error('The folder was not found.');
    await rm(volumes, {recursive: true});
    await symlink(join(root, 'elsewhere'), volumes);
    expect(await isOffered()).toBe(false);
    // one that was swapped after it had been offered
    await removeFiles({...found, id: 'metadata/volumes/thesis'}, facts);
    expect(existsSync(join(root, 'elsewhere/thesis/text.txt'))).toBe(true);
  });

  it('are what failed attempts had made and checkouts of commits that nobody runs, each removed alone', async () => {
    const now = 'study/metadata/study-desk';
    await put(`${now}/kept/fit/output/a.csv`, 12);
    await put(`${now}/commits/abcdef0123/project.yaml`, 13);
    await put(`${now}/commits/0123abcdef/project.yaml`, 14);
    const lock = join(root, now, 'commits/0123abcdef/metadata/study-desk/lock.json');
    await put(`${now}/commits/0123abcdef/metadata/study-desk/x`, 1);
    const study = join(root, now, 'commits/0123abcdef');
    const held = await takeStudyLock(lock, {study, takenAt: new Date().toISOString()});
    if (!held.ok) throw new Error(held.error.message);
    const offered = async () =>
      (await fileLeftovers(facts)).filter(({id}) => /kept$|commits/u.test(id));
    expect((await offered()).map(({id, bytes}) => [id, bytes])).toEqual([
      ['metadata/study-desk/kept', 12],
      ['metadata/study-desk/commits/abcdef0123', 13],
    ]);
    for (const each of await offered()) {
      expect(each.loss).not.toBeNull();
      await removeFiles(each, facts);
    }
    expect(await offered()).toEqual([]);
    expect(existsSync(join(root, now, 'commits/0123abcdef/project.yaml'))).toBe(true);
    await held.value.release();
  });

  it('are not what is kept for good, which is named with its place and size', async () => {
    const own = {settings: join(root, 'settings'), cache: join(root, 'cache')};
    const kept = await keptForGood(facts.folder, own);
    expect(kept.map(({path, bytes}) => [path.replace(`${root}/`, ''), bytes])).toEqual([
      ['study/metadata/study-desk/runs', 32],
      ['study/metadata/study-desk/provenance', null],
      ['settings', null],
      ['cache', 9],
    ]);
  });

  it('are those of what has ended, with what is lost where something is', async () => {
    expect(await told()).toEqual([
      ['folder', 'metadata/volumes/abc', 4, true],
      ...ABANDONED,
      ['folder', 'metadata/study-desk/incoming', 3, true],
      ['logs', 'metadata/study-desk/runs', 10, false],
      ['cache', 'metadata/study-desk/cache', 11, false],
      ['cache', 'cache/actions', 9, false],
    ]);
  });

  it.skipIf(process.getuid?.() !== 0)('are none of another user', async () => {
    await chown(join(root, 'tmp/study-desk-code-999999999-a'), 12_345, 12_345);
    expect(await told({isHeld: true, opensafelyRuns: true})).toEqual(ABANDONED.slice(0, 1));
  });

  it('are nothing that a run may use', async () => {
    expect(await told({isHeld: true, opensafelyRuns: true})).toEqual(ABANDONED);
    const beside = (await told({reusableActions: null, cachedBytes: 0})).map(([kind]) => kind);
    expect(beside).not.toContain('cache');
  });

  it('are copies of studies that were followed elsewhere, but for the one that is open', async () => {
    for (const name of ['lab-one', 'lab-two']) await put(`cache/followed/${name}/study/a`, 7);
    const copies = async (more: Partial<FileFacts> = {}) =>
      (await told(more)).filter(([, id]) => String(id).startsWith('cache/followed'));
    expect(await copies()).toEqual([
      ['cache', 'cache/followed/lab-one', 7, false],
      ['cache', 'cache/followed/lab-two', 7, false],
    ]);
    const open = studyFolder(join(root, 'cache/followed/lab-two/study'));
    expect((await copies({folder: open})).map(([, id]) => id)).toEqual(['cache/followed/lab-one']);
  });

  it('are files left beside those of the study, what was replaced only where it is chosen', async () => {
    for (const name of ['tmp', 'old']) await put(`study/o/f1.csv.0123456789abcdef.${name}`, 2);
    await put('study/o/f1.csv', 2);
    const files = async (more: Partial<FileFacts> = {}) =>
      (await told(more)).filter(([kind]) => kind === 'file');
    expect(await files()).toEqual([
      ['file', 'o/f1.csv.0123456789abcdef.old', 2, false],
      ['file', 'o/f1.csv.0123456789abcdef.tmp', 2, true],
    ]);
    expect(await files({isHeld: true})).toEqual([]);
    for (const leftover of await fileLeftovers(facts))
      if (leftover.kind === 'file') await removeFiles(leftover, facts);
    expect(await files()).toEqual([]);
    expect(existsSync(join(root, 'study/o/f1.csv'))).toBe(true);
  });

  it('are no outputs on their way while a swap of them is still to be settled', async () => {
    await put('study/o/f1.csv.0123456789abcdef.old', 2);
    await put('study/metadata/study-desk/incoming/restore-1-swap', 2);
    const kinds = (await told()).map(([kind, id]) => `${String(kind)} ${String(id)}`);
    expect(kinds).not.toContain('folder metadata/study-desk/incoming');
    expect(kinds.join()).not.toContain('file');
  });

  it('go one by one: of logs the earlier ones alone, and no record', async () => {
    for (const leftover of await fileLeftovers(facts))
      if (leftover.kind !== 'cache') await removeFiles(leftover, facts);
    const runs = facts.folder.runs;
    expect(existsSync(join(runs, '1-a/old.log.gz'))).toBe(false);
    for (const kept of ['1-a/run.json', '2-b/new.log'])
      expect(existsSync(join(runs, kept)), kept).toBe(true);
    expect((await told()).map(([kind]) => kind)).toEqual(['cache', 'cache']);
    expect(existsSync(join(root, `tmp/study-desk-code-${process.pid}-c`))).toBe(true);
    expect(existsSync(join(root, 'tmp/study-desk-code-other'))).toBe(true);
  });
});
