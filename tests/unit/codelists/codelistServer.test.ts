import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {afterAll, beforeEach, expect, it, onTestFinished} from 'vitest';
import {
  checkCodelists,
  prepareAdd,
  prepareUpdate,
  write,
} from '../../../electron/codelists/codelists';
import {askUpstream, fetchList} from '../../../electron/codelists/codelistServer';
import {listCodelists} from '../../../electron/codelists/listCodelists';
import {ListMemory} from '../../../electron/codelists/listMemory';
import {folderOfTest} from '../../temporary';
import {startCodelistSite, type Answering} from './codelistSite';

const site = await startCodelistSite();
afterAll(() => site.close());
beforeEach(() => site.lists.clear());

const limits = {silenceMs: 3000, totalMs: 30_000, bytes: 50 * 1024 ** 2};
const server = {base: site.base, proxy: null, offline: false, version: '0', ci: false, limits};

const ID = 'opensafely/a/1';
const CSV = 'code,term\r\nJ45,Asthma\r\n';

it.each<readonly [Answering, RegExp | null]>([
  ['csv', null],
  ['redirect', null],
  ['draft', /is a draft/u],
  ['html', /"text\/html; charset=utf-8", not with text\/csv/u],
  ['charset', /"text\/csv; charset=latin-1", not with text\/csv/u],
  ['missing', /status 404/u],
  ['failing', /status 500/u],
  ['stalling', /Nothing came for 3 s/u],
  ['cut', /broke off/u],
  ['huge', /more than 50 MB/u],
  ['circle', /without an end/u],
])('fetchList gives the bytes of a list, or says why not: %s', async (answering, refused) => {
  site.lists.set(ID, {csv: CSV, answering});
  const fetched = await fetchList(server, ID);
  if (refused === null) expect(fetched).toEqual({ok: true, value: Buffer.from(CSV)});
  else {
    expect(fetched.ok).toBe(false);
    const said = fetched.ok ? '' : `${fetched.error.message} ${fetched.error.why ?? ''}`;
    expect(said).toMatch(refused);
  }
});

it('fetchList takes a list of 100 MB, and bytes that are no UTF-8, as they are', async () => {
  const roomy = {...server, limits: {...limits, bytes: 256 * 1024 ** 2}};
  site.lists.set(ID, {csv: CSV, answering: 'huge'});
  const huge = await fetchList(roomy, ID);
  expect(huge.ok && huge.value.length).toBe(100 * 1024 ** 2);
  const latin = Buffer.from('code,term\n1,na\xefve\n', 'latin1');
  site.lists.set(ID, {csv: latin});
  expect(await fetchList(server, ID)).toEqual({ok: true, value: latin});
});

it('a check in the window finds what is under review, newer, or mapped otherwise', async () => {
  const csv = 'code,term\nJ45,Asthma\n';
  const medicines = 'dmd_id,term\n317335000,Salbutamol\n';
  site.lists.set('user/jo/a/1', {csv, status: 'under review'});
  site.lists.set('user/jo/a/2', {csv, status: 'draft'});
  for (const version of [1, 2, 3]) site.lists.set(`org/b/${version}`, {csv});
  site.lists.set('org/c-dmd/1', {csv: medicines});
  const dir = folderOfTest();
  mkdirSync(join(dir, 'codelists'));
  const spec = 'user/jo/a/1\norg/b/2\norg/c-dmd/1\n';
  writeFileSync(join(dir, 'codelists/codelists.txt'), spec);
  const work = {studyDir: dir, server, asksVersions: true};
  const prepared = await prepareUpdate(work, {deleteUnlisted: false});
  expect(prepared.ok && (await write(prepared.value)).ok).toBe(true);
  site.lists.set('org/c-dmd/1', {csv: `${medicines}39113611000001102,Salbutamol\n`});
  await checkCodelists(work);
  const use = {actions: new Map<string, readonly string[]>(), isNamed: () => true};
  const memory = new ListMemory(dir);
  const listed = await listCodelists({studyDir: dir, base: site.base, use, now: 0, memory});
  expect(listed.ok && listed.value.map(({state, newer}) => [state, newer])).toEqual([
    ['under-review', null],
    ['newer-version', 'org/b/3'],
    ['mapping-changed', null],
  ]);
});

it('askUpstream waits for no server that is silent, and asks none that is not there', async () => {
  site.stalls = true;
  const silent = await askUpstream(server, '', '{"files": {}}');
  expect(silent).toMatchObject({ok: false, error: {unreachable: false}});
  site.stalls = false;
  const away = await askUpstream({...server, base: 'http://127.0.0.1:1'}, '', '');
  expect(away).toMatchObject({ok: false, error: {unreachable: true}});
});

it('prepareUpdate names every list that failed, and changes nothing for one of them', async () => {
  const studyDir = folderOfTest();
  mkdirSync(join(studyDir, 'codelists'));
  const failing: readonly Answering[] = ['csv', 'draft', 'cut', 'html', 'csv', 'failing'];
  const ids = failing.map((answering) => `opensafely/${answering}-${Math.random()}/1`);
  for (const [at, id] of ids.entries())
    site.lists.set(id, {csv: CSV, ...{answering: failing[at] ?? 'csv'}});
  writeFileSync(join(studyDir, 'codelists/codelists.txt'), `${ids.join('\n')}\nwrong\n`);
  const updated = await prepareUpdate({studyDir, server}, {deleteUnlisted: true});
  expect(updated.ok ? [] : updated.error.map(({line}) => line)).toEqual([7, 2, 3, 4, 6]);
  expect(readdirSync(join(studyDir, 'codelists'))).toEqual(['codelists.txt']);
});

it('write carries over what else is in the folder', async () => {
  const studyDir = folderOfTest();
  const folder = join(studyDir, 'codelists');
  mkdirSync(join(folder, 'notes/deep'), {recursive: true});
  writeFileSync(join(folder, 'notes/deep/why.md'), 'why');
  writeFileSync(join(folder, '.gitkeep'), '');
  writeFileSync(join(folder, 'codelists.txt'), ID);
  site.lists.set(ID, {csv: CSV});
  const prepared = await prepareUpdate({studyDir, server}, {deleteUnlisted: false});
  expect(prepared.ok && (await write(prepared.value))).toMatchObject({ok: true});
  expect(readdirSync(folder).sort()).toEqual([
    ...['.gitkeep', 'codelists.json', 'codelists.txt', 'notes', 'opensafely-a.csv'],
  ]);
  expect(readFileSync(join(folder, 'notes/deep/why.md'), 'utf8')).toBe('why');
});

it('the first list that is added in the window makes the folder, or nothing at all', async () => {
  const dir = folderOfTest();
  const work = {studyDir: dir, server, makesFolder: true};
  const address = `${site.base}/codelist/${ID}/`;
  expect(await prepareAdd({studyDir: dir, server}, address)).toMatchObject({ok: false});
  expect(await prepareAdd(work, address)).toMatchObject({ok: false});
  site.lists.set(ID, {csv: CSV});
  const prepared = await prepareAdd(work, address);
  expect(readdirSync(dir)).toEqual([]);
  // a file in the place of our folder, so that nothing can be made ready
  writeFileSync(join(dir, 'metadata'), '');
  expect(prepared.ok && (await write(prepared.value)).ok).toBe(false);
  expect(readdirSync(dir)).toEqual(['metadata']);
  rmSync(join(dir, 'metadata'));
  expect(prepared.ok && (await write(prepared.value)).ok).toBe(true);
  expect(readdirSync(join(dir, 'codelists')).sort()).toEqual([
    'codelists.json',
    'codelists.txt',
    'opensafely-a.csv',
  ]);
  // a list of before without codelists.json is not passed over
  rmSync(join(dir, 'codelists/codelists.json'));
  expect(await prepareAdd(work, `${site.base}/codelist/opensafely/b/1/`)).toMatchObject({
    ok: false,
  });
});

it('asks a server elsewhere through the proxy of the settings alone', async () => {
  const asked: string[] = [];
  const proxy = http.createServer().on('connect', ({url = ''}: http.IncomingMessage, socket) => {
    asked.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const {port} = proxy.address() as AddressInfo; // it listens
  const base = 'https://lists.example';
  const elsewhere = {...server, base, proxy: `http://127.0.0.1:${port}`};
  expect(await fetchList(elsewhere, ID)).toMatchObject({ok: false, error: {kind: 'network'}});
  expect(asked).toEqual(['lists.example:443']);
});
