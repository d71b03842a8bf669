import {execFile, spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {statfs} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {promisify} from 'node:util';
import {build} from 'esbuild';
import {expect} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import {readRestored} from '../../../electron/provenance/successLedger';
import type {ProvenanceFacet} from '../../../electron/core/provenance/provenanceFacet';
import {actionStateOf} from '../../../shared/status';
import {namesIn} from '../../../electron/runs/collectedFiles';
import {bundledCli} from '../../cli/runCli';

const run = promisify(execFile);

/** Outputs of `gen`; `use` has one more. */
const FILES = 8;
const FILE_BYTES = 40_000;
/** A disk with room for the study and all that a restore writes. */
const DISK_KB = 6_000;

const PROJECT = `version: 5
actions:
  gen:
    run: python:v2 python analysis/gen.py
    outputs:
      highly_sensitive:
        parts: o/part-*.csv
  use:
    run: python:v2 python analysis/use.py
    needs: [gen]
    outputs:
      highly_sensitive:
        one: o/use.csv
`;

const content = (version: string): string => `${version}\n`.repeat(FILE_BYTES / 4);

/** Scripts of a version: each output holds nothing but its name. */
function scripts(version: string): Readonly<Record<string, string>> {
  const text = `"${version}\\n" * ${FILE_BYTES / 4}`;
  return {
    'analysis/gen.py': `import os\nos.makedirs("o", exist_ok=True)\nfor i in range(${FILES}): open(f"o/part-{i}.csv", "w").write(${text})\n`,
    'analysis/use.py': `open("o/part-0.csv").read()\nopen("o/use.csv", "w").write(${text})\n`,
  };
}

const NAMES = [...Array.from({length: FILES}, (_, index) => `part-${index}.csv`), 'use.csv'].sort();

/** How a program of ours ended. */
interface CliEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
}

/** What there was after a restore that was cut short, once it was settled. */
export type Outcome = 'old' | 'new';

/** A study whose earlier outputs are put back again and again, each time cut short. */
export interface RestoreBench {
  /** Calls that change something, of a restore that nothing disturbs. */
  readonly calls: number;
  /** Kills a restore right before a call, by its number, and expects all to be well. */
  killAt(call: number): Promise<Outcome>;
  /** Restores with so many kilobytes left on the disk of the outputs, and expects all to be well. */
  withFreeKb(kilobytes: number): Promise<Outcome>;
  close(): Promise<void>;
}

/**
 * Prepares the study on a small disk of its own: it ran as version 1 and as version 2, and is version 1 again. With
 * `linked` its outputs lie on yet another disk.
 */
export async function createRestoreBench(options: {
  readonly linked: boolean;
}): Promise<RestoreBench> {
  const study = await openDisks(options);
  try {
    await study.prepare();
    await study.reset();
    const undisturbed = await study.restore(0);
    expect(undisturbed.code, undisturbed.said).toBe(0);
    expect(outcomeIn(study.outputs)).toBe('new');
  } catch (error) {
    await study.close();
    throw error;
  }
  return {
    calls: study.calls(),

    async killAt(call) {
      await study.reset();
      const end = await study.restore(call);
      expect(end.signal, `${end.code} ${end.said}`).toBe('SIGKILL');
      return settle(study);
    },

    async withFreeKb(kilobytes) {
      await study.reset();
      const free = await freeKb(study.outputDisk);
      const filler = join(study.outputDisk, 'filler');
      writeFileSync(filler, Buffer.alloc(Math.max(0, free - kilobytes) * 1024, 1));
      const end = await study.cli(['restore', 'use']);
      if (end.code !== 0) expect(end.said).toMatch(/disk is full/u);
      rmSync(filler);
      const outcome = await settle(study);
      expect(end.code === 0, end.said).toBe(outcome === 'new');
      return outcome;
    },

    close: () => study.close(),
  };
}

interface StudyOnDisks {
  readonly root: string;
  readonly dir: string;
  readonly outputs: string;
  readonly outputDisk: string;
  /** Runs both versions. */
  prepare(): Promise<void>;
  /** Brings all back to what it was when it had been prepared. */
  reset(): Promise<void>;
  cli(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<CliEnd>;
  /** Restores; killed right before the call of that number, 0 for not at all. */
  restore(killAt: number): Promise<CliEnd>;
  /** Of the last restore. */
  calls(): number;
  close(): Promise<void>;
}

async function openDisks({linked}: {readonly linked: boolean}): Promise<StudyOnDisks> {
  const root = mkdtempSync(join(tmpdir(), 'study-desk-restore-'));
  const disks = join(root, 'disks');
  const disk = join(disks, 'study');
  const other = join(disks, 'other');
  for (const each of [disk, other]) {
    mkdirSync(each, {recursive: true});
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_KB}k`, 'tmpfs', each]);
  }
  const dir = join(disk, 'study');
  const outputDisk = linked ? other : disk;
  const outputs = linked ? join(other, 'o') : join(dir, 'o');
  const countFile = join(root, 'count');
  const hook = await bundleHook();
  const template = (each: string): string => join(root, `${basename(each)}-before`);

  const cli: StudyOnDisks['cli'] = (args, env = {}) =>
    runToItsEnd([bundledCli, ...args, '--project-dir', dir], {
      ...process.env,
      XDG_CONFIG_HOME: join(root, 'no-settings'),
      ...env,
    });
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
  };

  return {
    ...{root, dir, outputs, outputDisk, cli},

    async prepare() {
      mkdirSync(join(dir, 'analysis'), {recursive: true});
      mkdirSync(outputs);
      if (linked) symlinkSync(outputs, join(dir, 'o'));
      write({'project.yaml': PROJECT});
      for (const version of ['one', 'two']) {
        write(scripts(version));
        const end = await cli(['run', 'run_all', '--stale', '--executor', 'process']);
        expect(end.code, end.said).toBe(0);
      }
      write(scripts('one'));
      for (const each of [disk, other]) await run('cp', ['-a', each, template(each)]);
    },

    async reset() {
      for (const each of [disk, other]) {
        for (const name of readdirSync(each)) rmSync(join(each, name), {recursive: true});
        await run('cp', ['-a', `${template(each)}/.`, each]);
      }
    },

    restore(killAt) {
      rmSync(countFile, {force: true});
      return cli(['restore', 'use'], {
        NODE_OPTIONS: `--require ${hook}`,
        ...{KILL_AT: String(killAt), KILL_BELOW: disks, KILL_COUNT: countFile},
      });
    },

    calls: () => statSync(countFile).size,

    async close() {
      for (const each of [disk, other]) await run('umount', ['--lazy', each]);
      rmSync(root, {recursive: true, force: true, maxRetries: 3});
    },
  };
}

async function bundleHook(): Promise<string> {
  const outfile = join(process.cwd(), 'dist/tests/killAtCall.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'killAtCall.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
  return outfile;
}

/** Settles what there is as the next holder of the lock does, and looks at all that may be left. */
async function settle({root, dir, outputs}: StudyOnDisks): Promise<Outcome> {
  const core = createCore({cacheDir: join(root, 'cache')});
  const opened = await core.openStudy(dir, {watch: false});
  if (!opened.ok) throw new Error(opened.error.message);
  const {provenance} = opened.value;
  try {
    // refused, with the lock in hand
    expect(await provenance.restore({actions: ['none']})).toMatchObject({
      error: {kind: 'not-found'},
    });
    const outcome = outcomeIn(outputs);
    const isNew = outcome === 'new';
    expect(await namesIn(join(dir, 'metadata/study-desk/incoming'))).toEqual([]);
    expect(readRestored(dir)).toHaveLength(isNew ? 2 : 0);
    const state = isNew ? 'up-to-date' : 'out-of-date';
    expect(await statesIn(provenance)).toEqual([state, state]);
    if (!isNew) {
      expect(await provenance.restore({actions: ['use']})).toEqual({ok: true, value: null});
      expect(outcomeIn(outputs)).toBe('new');
    }
    return outcome;
  } finally {
    await opened.value.close();
    await core.close();
  }
}

/** Expects all outputs of one version, and nothing beside them. */
function outcomeIn(folder: string): Outcome {
  expect(readdirSync(folder).sort()).toEqual(NAMES);
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
  const found = new Set(NAMES.map((name) => digest(readFileSync(join(folder, name), 'utf8'))));
  expect(found.size).toBe(1);
  const [only] = found;
  expect([digest(content('one')), digest(content('two'))]).toContain(only);
  return only === digest(content('one')) ? 'new' : 'old';
}

async function statesIn(provenance: ProvenanceFacet): Promise<readonly string[]> {
  const statuses = await provenance.statuses();
  if (!statuses.ok) throw new Error(statuses.error.message);
  return statuses.value.map(actionStateOf);
}

async function freeKb(disk: string): Promise<number> {
  const {bavail, bsize} = await statfs(disk);
  return (bavail * bsize) / 1024;
}

function runToItsEnd(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CliEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {env, stdio: ['ignore', 'pipe', 'pipe']});
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({code, signal, said}));
  });
}
