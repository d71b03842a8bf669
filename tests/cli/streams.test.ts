import {spawn, spawnSync} from 'node:child_process';
import {closeSync, existsSync, mkdirSync, openSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {folderOf, pythonStudy, runCli, writes} from './runCli';

const cli = fileURLToPath(new URL('../../dist/host/cli.cjs', import.meta.url));
const PROCESS = ['--executor', 'process'];
const folders: string[] = [];
const keep = (dir: string): string => {
  folders.push(dir);
  return dir;
};
afterAll(() => {
  for (const dir of folders) rmSync(dir, {recursive: true, force: true});
});

/** Runs the command line with standard output going to a file or device. */
async function runInto(
  file: string,
  args: readonly string[],
): Promise<{readonly code: number | null; readonly stderr: string}> {
  const fd = openSync(file, 'w');
  const child = spawn(process.execPath, [cli, ...args], {stdio: ['ignore', fd, 'pipe']});
  closeSync(fd);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return {code, stderr};
}

describe('a command whose output can’t be written', () => {
  let study: readonly string[] = [];
  beforeAll(async () => {
    const dir = keep(
      pythonStudy({
        gen: [[], `${writes('gen', 'a\n1\n')}\nfor i in range(5000): print("line", i, "x" * 50)`],
      }),
    );
    study = ['--project-dir', dir];
    expect((await runCli(['run', 'gen', ...PROCESS, ...study])).code).toBe(0);
  });

  it.skipIf(!existsSync('/dev/full')).each([[['--json']], [[]]])(
    'ends with 1 and says so: outputs %j on a full device',
    async (json) => {
      const end = await runInto('/dev/full', ['outputs', ...json, ...study]);
      expect(end.code).toBe(1);
      expect(end.stderr).toBe('study-desk: Not all could be written out. The disk is full.\n');
    },
  );

  it('ends with 1 where only the last of it finds no room on the disk', async (context) => {
    const disk = join(keep(folderOf({})), 'disk');
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk]).status !== 0)
      return context.skip();
    try {
      const end = await runInto(join(disk, 'log'), ['logs', 'gen', ...study]);
      expect(end.code).toBe(1);
      expect(end.stderr).toContain('The disk is full.');
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  it('ends quietly where its reader has gone', () => {
    const end = spawnSync(
      'bash',
      [
        '-c',
        `set -o pipefail; "$0" "$@" | head -n 1`,
        process.execPath,
        cli,
        'logs',
        'gen',
        ...study,
      ],
      {encoding: 'utf8'},
    );
    expect([end.status, end.stderr]).toEqual([0, '']);
    expect(end.stdout).toMatch(/line 0 x+\n$/);
  });
});

describe('names and logs that would steer a terminal', () => {
  const NAME = 'a\nb\u001b[2J\u202ecsv.txt';

  it('are shown in text, one a line, and raw in JSON', async () => {
    const dir = keep(
      folderOf({
        'project.yaml':
          'version: 5\nactions:\n  gen:\n    run: python:v2 python gen.py\n    outputs:\n      highly_sensitive:\n        all: output/*.txt\n',
        'gen.py': `import os\nos.makedirs("output")\nopen("output/" + ${JSON.stringify(NAME)}, "w").write("1")\nprint("log \\u001b]0;title\\u0007\\u202eend")\n`,
      }),
    );
    const at = ['--project-dir', dir];
    const run = await runCli(['run', 'gen', ...PROCESS, ...at]);
    const texts = [
      run,
      await runCli(['outputs', ...at]),
      await runCli(['logs', 'gen', ...at]),
      await runCli(['status', ...at]),
    ];
    for (const {stdout, stderr} of texts)
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    const shown = 'output/a␊b␛[2J‹U+202E›csv.txt';
    expect(texts.map(({code}) => code)).toEqual([0, 0, 0, 0]);
    expect(texts[0]?.stdout).toContain(shown);
    expect(texts[1]?.stdout.split('\n').filter((line) => line.includes(shown))).toHaveLength(1);
    expect(texts[2]?.stdout).toContain('log ␛]0;title␇‹U+202E›end');
    const [listed] = (await runCli(['outputs', '--json', ...at])).json();
    expect(listed).toMatchObject({path: `output/${NAME}`});
  });
});
