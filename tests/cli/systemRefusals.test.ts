import {execFileSync, spawn} from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {everyNth, longTest} from '../gateShare';
import {bundledCli, callOf, type CliEnd, folderOf, runCli, startCli} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);
const posix = process.platform !== 'win32';
const isRoot = process.getuid?.() === 0;
const canMount = process.platform === 'linux' && isRoot;
const WITHOUT = ['--executor', 'process'];

const yamlOf = (command: string) => `version: 5
actions:
  one:
    run: python:v2 python -c "${command}"
    outputs:
      moderately_sensitive:
        table: o.csv
`;
const YAML = yamlOf("open('o.csv', 'w').write('a')");
const BAD_WORDS = /no project\.yaml|inside Study Desk|error of its own|^\s+at /mu;

const left: string[] = [];
const mounted: string[] = [];
function study(text = YAML): string {
  const dir = folderOf({'project.yaml': text});
  left.push(dir);
  return dir;
}

/** A study on a disk of its own of a few megabytes, which can be filled. */
function studyOnSmallDisk(text: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'study-desk-small-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir]);
  mounted.push(dir);
  writeFileSync(join(dir, 'project.yaml'), text);
  return dir;
}

/** Calls the command line from a shell that has done something first. */
function after(
  shell: string,
  args: readonly string[],
  options: {readonly cwd?: string; readonly as?: number} = {},
): Promise<CliEnd> {
  const {cwd = tmpdir(), as} = options;
  const call = ['sh', '-c', `${shell}; exec "$@"`, 'sh', process.execPath, bundledCli, ...args];
  const words =
    as === undefined
      ? call
      : ['setpriv', `--reuid=${as}`, `--regid=${as}`, '--clear-groups', ...call];
  const env = {...process.env, XDG_CONFIG_HOME: join(tmpdir(), 'study-desk-no-settings')};
  return callOf(
    spawn(words[0] ?? 'sh', words.slice(1), {cwd, env, stdio: ['ignore', 'pipe', 'pipe']}),
  ).end;
}

afterAll(() => {
  for (const dir of mounted) execFileSync('umount', ['--lazy', dir]);
  for (const dir of [...mounted, ...left]) rmSync(dir, {recursive: true, force: true});
});

describe.skipIf(!posix)('what the system refuses is told with its reason and what to do', () => {
  const NOBODY = 65_534;

  it.skipIf(!canMount)('a study whose files are another user’s', async () => {
    const dir = study();
    chmodSync(dir, 0o755);
    chmodSync(join(dir, 'project.yaml'), 0o600);
    for (const command of [['validate'], ['status'], ['plan', 'one'], ['run', 'one']]) {
      const end = await after('true', ['--project-dir', dir, ...command], {as: NOBODY});
      expect(end.code).toBe(1);
      expect(end.stderr).toContain("project.yaml can't be read.\nYou do not have permission");
      expect(end.stderr).toContain('Ask its owner');
      expect(end.stdout + end.stderr).not.toMatch(BAD_WORDS);
    }
    chmodSync(dir, 0o700);
    const shut = await after('true', ['--project-dir', dir, 'status'], {as: NOBODY});
    expect(shut.code).toBe(1);
    expect(shut.stderr).toContain(`The folder ${dir} can't be opened.\nYou do not have permission`);
  });

  it('a current folder that has been deleted', async () => {
    const gone = 'd=$(mktemp -d) && cd "$d" && rmdir "$d"';
    const here = await after(gone, ['status']);
    expect(here.code).toBe(2);
    expect(here.stderr).toMatch(/^study-desk: The folder that this terminal is in is no longer/u);
    expect(here.stderr).not.toContain('uv_cwd');
    const said = (await after(gone, ['--json', 'run', 'one'])).json();
    expect(said.at(-1)).toMatchObject({error: {kind: 'not-found'}});
    // by its absolute path the study can be worked with as ever
    const dir = study();
    const at = ['--project-dir', dir];
    const run = await after(gone, [...at, 'run', 'one', ...WITHOUT]);
    expect(run.code).toBe(0);
    expect(run.stderr).not.toContain("can't be said to be up to date");
    const status = await after(gone, [...at, 'status', '--exit-code']);
    expect(status.stdout).toContain('Up to date');
    expect(status.code).toBe(0);
  });

  it('a limit of the size of files', async () => {
    for (const blocks of [0, 1]) {
      const dir = study();
      const at = ['--project-dir', dir, 'run', 'one', ...WITHOUT];
      const end = await after(`ulimit -f ${blocks}`, at);
      expect([end.code, end.stderr + end.stdout]).toEqual([
        1,
        expect.stringContaining('`ulimit -f`') as string,
      ]);
      expect(end.stderr + end.stdout).not.toMatch(BAD_WORDS);
      // what was cut short hinders nothing
      expect((await runCli(at)).code).toBe(0);
    }
  });

  longTest(
    'few open files: no record is put aside for it, and no project.yaml is said to be missing',
    async () => {
      const dir = study();
      const at = ['--project-dir', dir];
      expect((await runCli([...at, 'run', 'one', ...WITHOUT])).code).toBe(0);
      for (const most of everyNth([20, 22, 24, 27, 30], 3)) {
        for (const command of [['validate'], ['status'], ['run', 'one', '-f', ...WITHOUT]]) {
          const end = await after(`ulimit -n ${most}`, [...at, ...command]);
          expect(`${end.code} ${end.stdout}${end.stderr}`).not.toMatch(BAD_WORDS);
          expect([0, 1]).toContain(end.code);
          if (end.code !== 0) expect(end.stdout + end.stderr).toContain('may not open more files');
        }
      }
      expect((await runCli([...at, 'run', 'one', '-f', ...WITHOUT])).code).toBe(0);
      expect((await runCli([...at, 'status', '--exit-code'])).code).toBe(0);
      const records = readdirSync(join(dir, 'metadata/study-desk'), {recursive: true});
      expect(records.filter((name) => String(name).includes('.damaged'))).toEqual([]);
    },
    240_000,
  );

  it.skipIf(process.platform !== 'linux')('a path that is not UTF-8', async () => {
    const around = mkdtempSync(join(tmpdir(), 'study-desk-bytes-'));
    left.push(around);
    const make = `cd '${around}' && d=$(printf 'st\\351') && mkdir -p "$d" && printf 'version: 5\\nactions: {}\\n' > "$d/project.yaml" && cd "$d"`;
    for (const command of ['status', 'validate']) {
      const end = await after(make, [command]);
      expect(end.stderr).toContain("can't be opened: it is not UTF-8.");
      expect(end.stderr).toContain('Rename that file or folder');
      expect(end.code).toBe(command === 'status' ? 2 : 1);
    }
  });

  it.skipIf(!canMount)(
    'a full disk while a run that was cut off is brought to its end',
    async () => {
      const slow =
        "import time; open('o.csv', 'w').write('a'); print('begun', flush=True); time.sleep(60)";
      const dir = studyOnSmallDisk(yamlOf(slow.replaceAll("'begun'", "'be' + 'gun'")));
      const at = ['--project-dir', dir];
      const call = startCli([...at, 'run', 'one', ...WITHOUT]);
      await call.saw('one: Running');
      call.child.kill('SIGKILL');
      await call.end;
      // as after a restart of the computer, where the lock lay on a disk that kept nothing of it
      rmSync(join(dir, 'metadata/study-desk/lock.json'));
      writeFileSync(join(dir, 'project.yaml'), YAML);
      execFileSync('sh', ['-c', 'cat /dev/zero > "$1"/full 2>/dev/null || true', 'sh', dir]);
      const full = await runCli([...at, 'run', 'one', ...WITHOUT]);
      expect(full.code).toBe(1);
      expect(full.stderr).toContain('study-desk: one could not be finished yet.');
      expect(full.stderr).toContain('The disk is full.\nFree some space');
      expect(full.stderr).not.toMatch(/waits? for the container engine|[Gg]ive .*up/u);
      expect((await runCli([...at, 'status'])).stdout).not.toContain('engine');
      const cleaned = await runCli([...at, 'clean']);
      expect(cleaned.stderr).toContain('one could not be finished yet.');
      expect(cleaned.stdout).toMatch(/removed|Nothing to clean up/u);
      rmSync(join(dir, 'full'));
      const again = await runCli([...at, 'run', 'one', '-f', ...WITHOUT]);
      expect(again.code).toBe(0);
      expect(existsSync(join(dir, 'o.csv'))).toBe(true);
    },
  );

  it.skipIf(noEngine)(
    'folders within each other deeper than a path may be long',
    async () => {
      await ensureTestImages();
      const registry = `study-desk-refusals-${process.pid}`;
      execFileSync('docker', ['tag', 'study-desk-test/busybox:v1', `${registry}/python:v2`]);
      try {
        const deep =
          'n=$(printf %0200d 0); for i in $(seq 22); do mkdir $n; cd $n; done; echo a > /workspace/o.csv';
        const dir = study(yamlOf('').replace(/python -c ""/u, `sh -c "${deep}"`));
        const env = {DOCKER_REGISTRY: registry};
        const end = await runCli(['--project-dir', dir, 'run', 'one'], {env});
        expect(end.code).toBe(1);
        expect(end.stdout).toContain('The path is longer than this system allows. (/workspace/000');
        expect(end.stdout).toContain('fewer folders within each other');
        // where the engine keeps its files, and all of a name that nobody can read
        expect(end.stdout + end.stderr).not.toMatch(/overlay|docker\/|0{201}\/0{201}/u);
      } finally {
        execFileSync('docker', ['rmi', `${registry}/python:v2`]);
      }
    },
    300_000,
  );

  longTest(
    'folders in the place of what was kept of a success: the next run puts them aside, and counts',
    async () => {
      const dir = study();
      const at = ['--project-dir', dir];
      expect((await runCli([...at, 'run', 'one', ...WITHOUT])).code).toBe(0);
      const manifests = join(dir, 'metadata/study-desk/provenance/manifests');
      const kept = readdirSync(manifests);
      for (const name of kept) {
        rmSync(join(manifests, name));
        mkdirSync(join(manifests, name));
      }
      const before = await runCli([...at, 'status', '--exit-code']);
      expect(before.stdout).toContain('Not verified');
      expect(before.code).toBe(6);
      expect((await runCli([...at, 'run', 'one', '-f', ...WITHOUT])).code).toBe(0);
      expect((await runCli([...at, 'status', '--exit-code'])).code).toBe(0);
      const now = readdirSync(manifests).sort();
      expect(now).toEqual(kept.flatMap((name) => [name, `${name}.damaged`]).sort());
    },
  );

  it('a project.yaml that is saved as UTF-16, with the verdict of the reference', async () => {
    const little = Buffer.from(YAML, 'utf16le');
    const texts = [Buffer.concat([Buffer.from([0xff, 0xfe]), little]), little];
    for (const text of [...texts, ...texts.map((each) => Buffer.from(each).swap16())]) {
      const dir = study();
      writeFileSync(join(dir, 'project.yaml'), text);
      const end = await runCli(['validate', dir]);
      expect(end.code).toBe(2);
      expect(end.stdout).toContain(
        'saved as UTF-16, and project.yaml must be UTF-8. [E-YAML-SYNTAX]',
      );
      expect(end.stdout).toContain('iconv -f UTF-16 -t UTF-8');
    }
    // a NUL in a text that is UTF-8 is still that
    const dir = study(`${YAML}# a\0b\0\n`);
    expect((await runCli(['validate', dir])).stdout).toContain('a control character');
  });

  longTest('a run that was killed before it was written what its jobs do', async () => {
    const dir = study(yamlOf('import time; time.sleep(60)'));
    const at = ['--project-dir', dir];
    const call = startCli([...at, 'run', 'one', ...WITHOUT]);
    await call.saw('one: Running');
    call.child.kill('SIGKILL');
    await call.end;
    // as a kill a moment earlier leaves it: its record, and no more
    const runs = join(dir, 'metadata/study-desk/runs');
    const [run = ''] = readdirSync(runs);
    rmSync(join(runs, run, 'definitions.json'));
    writeFileSync(join(runs, run, 'jobs.ndjson'), '');
    writeFileSync(join(dir, 'project.yaml'), YAML);
    expect((await runCli([...at, 'status', '--exit-code'])).code).not.toBe(0);
    const next = await runCli([...at, 'run', 'one', '-f', ...WITHOUT]);
    expect(next.stdout + next.stderr).not.toMatch(BAD_WORDS);
    expect(next.stdout + next.stderr).not.toContain('error of Study Desk');
    expect(next.code).toBe(0);
  });
});
