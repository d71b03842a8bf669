import {execFileSync} from 'node:child_process';
import {lstat, mkdir, readdir, readFile, rm, truncate, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {actionStateOf} from '../../../shared/status';
import type {Study} from '../../../electron/core/study';
import {DEFAULT_LIMITS} from '../../../shared/engine';
import {everyNth} from '../../gateShare';
import {requestFor, runToEnd, USUAL} from '../../integration/runs/runToEnd';
import {action, runsBench, well, yamlOf} from './runsBench';

const runs = runsBench();
const YAML = yamlOf(action('a'), action('b', ['a']));
const OURS = 'metadata/study-desk';

/** Numbers from 0 to 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** Logs of attempts, copies of code, and how jobs were carried out: read by the piece, where a piece is needed. */
const COPIES = /\.log(\.gz)?$|texts\/|manifests\/|definitions/u;

async function kept(kind: 'records' | 'copies'): Promise<readonly string[]> {
  const names = await readdir(join(runs.dir(), OURS), {recursive: true});
  return names
    .filter(
      (name) =>
        !/^cache|(texts|manifests)$/u.test(name) && COPIES.test(name) === (kind === 'copies'),
    )
    .map((name) => `${OURS}/${name}`)
    .sort();
}

const KINDS = ['truncated', 'random', 'nul', 'folder', 'fifo'] as const;

async function damage(path: string, kind: (typeof KINDS)[number], next: () => number) {
  const file = join(runs.dir(), path);
  const found = await lstat(file);
  if (kind === 'folder' || kind === 'fifo' || found.isDirectory()) {
    await rm(file, {recursive: true});
    if (kind === 'folder' && !found.isDirectory()) await mkdir(file);
    else execFileSync('mkfifo', [file]);
    return;
  }
  // at least one byte is lost of what is no line end
  if (kind === 'truncated') await truncate(file, Math.floor(next() * (found.size - 2)) + 1);
  else {
    const bytes = Buffer.alloc(found.size, 0);
    if (kind === 'random')
      for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(next() * 256);
    await writeFile(file, bytes);
  }
}

/** A tenth of so many seeds in the gate. */
const seeds = (count: number): readonly number[] =>
  everyNth(
    Array.from({length: count}, (_, seed) => seed),
    10,
  );

async function told(study: Study): Promise<string> {
  const statuses = await study.provenance.statuses();
  if (!statuses.ok) throw new Error(statuses.error.message);
  const prepared = await study.plan.prepare(requestFor({actions: ['b']}), USUAL);
  return JSON.stringify([statuses.value, prepared]);
}

it.each(seeds(60))(
  'any one of 60 corruptions of our records is told, and survived (%i)',
  async (seed) => {
    const next = random(seed);
    const {study} = await runs.open(YAML, well);
    await runToEnd(study, {actions: ['b']});
    await study.view.save({json: '{"x":1}'});
    await study.plan.saveOverride({
      action: 'a',
      override: {memoryBytes: DEFAULT_LIMITS.memoryBytes, cpus: 1, timeoutSeconds: null},
    });
    await study.close();
    const all = await kept('records');
    const path = all[Math.floor(next() * all.length)] ?? '';
    const kind = KINDS[Math.floor(next() * KINDS.length)] ?? 'nul';
    await damage(path, kind, next);

    const again = await runs.open(null, well);
    const words = await told(again.study);
    const heals = path.endsWith('.gitignore') && kind !== 'folder' && kind !== 'fifo';
    if (!heals) expect(words, `${kind} ${path}`).toContain(`\`${path}\``);
    const repaired = await again.study.records.repair();
    if (!repaired.ok) throw new Error(repaired.error.message);
    for (const line of repaired.value) expect(line).toContain('It was moved to `');
    const {outcome} = await runToEnd(again.study, {actions: ['b'], force: ['a', 'b']});
    expect(outcome, `${kind} ${path}`).toBe('succeeded');
    const healed = await runs.open(null, well);
    const left = healed.study.records.damage().filter(({remedy}) => remedy === 'put-aside');
    expect(left, `${kind} ${path}`).toEqual([]);
  },
);

it.each(seeds(24))(
  'any one of 24 corruptions of what is kept by the piece is found by the doctor (%i)',
  async (seed) => {
    const next = random(seed + 1000);
    const {study} = await runs.open(YAML, (name) => ({
      ...well(name),
      log: [['stdout', Buffer.from(`${name}\n`)]],
    }));
    await runToEnd(study, {actions: ['b']});
    expect(await study.records.repair()).toEqual({ok: true, value: []});
    await study.close();
    const all = await kept('copies');
    const path = all[Math.floor(next() * all.length)] ?? '';
    const kind = KINDS[Math.floor(next() * KINDS.length)] ?? 'nul';
    await damage(path, kind, next);

    const again = await runs.open(null, well);
    const told = await again.study.records.repair();
    if (!told.ok) throw new Error(told.error.message);
    expect(told.value, `${kind} ${path}`).toHaveLength(1);
    expect(told.value[0]).toContain(`\`${path}\``);
    // a log that is there in part stays; all else is put aside, and not told again
    const stays = path.endsWith('.log') && kind !== 'folder' && kind !== 'fifo';
    expect(told.value[0]?.includes('It was moved to `')).toBe(!stays);
    const later = await again.study.records.repair();
    expect(later.ok ? later.value.length : later).toBe(stays ? 1 : 0);
    const {outcome} = await runToEnd(again.study, {actions: ['b'], force: ['a', 'b']});
    expect(outcome, `${kind} ${path}`).toBe('succeeded');
  },
);

it('a damaged record of `opensafely run` is told, and its actions are not said to have never run', async () => {
  const {study} = await runs.open(YAML, well);
  await mkdir(join(runs.dir(), 'metadata'), {recursive: true});
  const database = join(runs.dir(), 'metadata/db.sqlite');
  const statesWith = async (content: Buffer | null) => {
    await rm(database, {force: true});
    if (content === null) execFileSync('mkfifo', [database]);
    else await writeFile(database, content);
    await study.plan.prepare(requestFor({actions: ['b']}), USUAL);
    const statuses = await study.provenance.statuses();
    return statuses.ok ? statuses.value.map((status) => actionStateOf(status)) : [];
  };
  for (const content of [Buffer.from('SQLite format 3\0 but torn'), Buffer.alloc(8192), null]) {
    expect(await statesWith(content)).toEqual(['not-verified', 'not-verified']);
    expect(await told(study)).toContain('metadata/db.sqlite');
  }
  expect(await statesWith(Buffer.alloc(0))).toEqual(['never-run', 'never-run']);
});

it('what a kill left of writes is cleared by the next run, and nothing else', async () => {
  const {study} = await runs.open(YAML, well);
  const left = ['metadata/a.log.0123456789abcdef.tmp', `${OURS}/view.json.0123456789abcdef.tmp`];
  const kept = [`${OURS}/kept/x.0123456789abcdef.tmp`, 'metadata/mine.tmp'];
  await mkdir(join(runs.dir(), OURS, 'kept'), {recursive: true});
  for (const path of [...left, ...kept]) {
    await writeFile(join(runs.dir(), path), 'x');
    await utimes(join(runs.dir(), path), 1, 1);
  }
  await runToEnd(study, {actions: ['a']});
  for (const path of left)
    await expect(lstat(join(runs.dir(), path)), path).rejects.toThrow('ENOENT');
  for (const path of kept) expect(await readFile(join(runs.dir(), path), 'utf8')).toBe('x');
});
