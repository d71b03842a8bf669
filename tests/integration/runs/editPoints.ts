import {execFile, spawnSync} from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {build} from 'esbuild';
import {expect} from 'vitest';
import {removeAbandoned} from '../../../electron/runs/studyDamage';
import {studyFolder} from '../../../electron/runs/studyFolder';
import {parseJson} from '../../../electron/files/openFile';

/** Calls of the system by which a file is replaced. */
export const WRITE_CALLS = ['write', 'fsync', 'rename', 'mkdir', 'chmod'] as const;

/** What becomes of a call: the process is killed before it is carried out, or it ends with that error. */
export type Injected = 'signal=KILL' | 'error=ENOSPC' | 'error=EIO';

/** Edits of project.yaml, of a study's settings and of an action's limits, each cut short. */
export interface EditBench {
  /**
   * Makes the three changes, the `nth` of those calls in any thread being cut short, and expects each file to be the old
   * or the new one, and the new one where that was said; false where there was no such call any more.
   */
  cutShort(call: (typeof WRITE_CALLS)[number], nth: number, injected: Injected): Promise<boolean>;
  close(): void;
}

/** Why no call can be cut short here; null where it can. */
export function noCutting(): string | null {
  if (process.platform !== 'linux') return 'Linux only';
  return spawnSync('strace', ['-V']).status === 0 ? null : 'strace is not installed';
}

const PROJECT = `
version: '4.0'
actions:
  a:
    run: python:v2 sh analysis/a.sh
    outputs:
      highly_sensitive:
        o: output/a.csv
`;

/** Prepares the study and makes the three changes once, undisturbed. */
export async function createEditBench(): Promise<EditBench> {
  const program = join(process.cwd(), 'dist/tests', 'editProcess.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'editProcess.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    logLevel: 'warning',
  });
  const root = mkdtempSync(join(tmpdir(), 'study-desk-edit-'));
  const dir = join(root, 'study');
  const trace = join(root, 'trace');
  mkdirSync(join(dir, 'analysis'), {recursive: true});
  writeFileSync(join(dir, 'project.yaml'), `# 1${PROJECT}`);
  let version = 1;

  const inFiles = (): Readonly<Record<string, string>> => {
    const json = (name: string): string =>
      JSON.stringify(parseJson(readFileSync(join(dir, 'metadata/study-desk', name), 'utf8')));
    return {
      project: readFileSync(join(dir, 'project.yaml'), 'utf8'),
      settings: json('settings.json'),
      limits: json('overrides.json'),
    };
  };
  const of = (number: number): Readonly<Record<string, string>> => ({
    project: `# ${number}${PROJECT}`,
    settings: JSON.stringify({concurrency: number}),
    limits: JSON.stringify({
      format: 1,
      actions: {a: {memoryBytes: null, cpus: null, timeoutSeconds: number}},
    }),
  });
  const change = (options: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      const args = ['-f', '-qq', '-o', trace, ...options, process.execPath, program];
      // with one thread for files the calls come in one order
      const env = {...process.env, UV_THREADPOOL_SIZE: '1'};
      execFile('strace', [...args, dir, join(root, 'cache'), String(version)], {env}, (_, said) =>
        resolve(said),
      );
    });

  version += 1;
  expect(await change(['-e', 'trace=rename'])).toContain('limits done');
  expect(inFiles()).toEqual(of(version));
  return {
    async cutShort(call, nth, injected) {
      const before = inFiles();
      version += 1;
      const said = await change([
        ...['-e', `trace=${call}`, '-e', `inject=${call}:${injected}:when=${nth}`],
      ]);
      const wasCut = /INJECTED|killed by/u.test(readFileSync(trace, 'utf8'));
      const after = inFiles();
      for (const [what, text] of Object.entries(of(version))) {
        const about = `${what} after ${call} ${nth} with ${injected}: ${said}`;
        if (said.includes(`${what} done`)) expect(after[what], about).toBe(text);
        else expect([before[what], text], about).toContain(after[what]);
      }
      // an hour later, at the next run
      for (const name of readdirSync(dir))
        if (name.endsWith('.tmp')) utimesSync(join(dir, name), 0, 0);
      await removeAbandoned(studyFolder(dir));
      expect(readdirSync(dir).sort()).toEqual(['analysis', 'metadata', 'project.yaml']);
      return wasCut;
    },
    close: () => rmSync(root, {recursive: true, force: true}),
  };
}
