import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, rmSync} from 'node:fs';
import {basename, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureToolImages, TOOL_REGISTRY} from '../../build/testImages.mjs';
import {longTest} from '../gateShare';
import {remoteEngine} from '../contract/remoteEngine';
import {pythonStudy, runCli, startCli, writes} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);

/** Standard output of a program of this computer. */
function outputOf(program: string, ...args: readonly string[]): string {
  return execFileSync(program, [...args]).toString();
}

describe.skipIf(noEngine)('tools on a study', () => {
  const dir = pythonStudy({one: [[], writes('one', 'a\n1\n')]});
  const at = ['--project-dir', dir];
  const env = {DOCKER_REGISTRY: TOOL_REGISTRY};
  const call = (...args: readonly string[]) => runCli([...args, ...at], {env});

  const list = async () => (await call('launch', '--list', '--json')).json();

  /** Containers and images that the clean-up finds; folders of others may lie on this computer. */
  const leftContainers = async (...options: readonly string[]) =>
    (await call('clean', '--json', ...options))
      .json()
      .filter(({kind}) => kind === 'container' || kind === 'image');

  beforeAll(() => ensureToolImages(), 900_000);
  afterAll(async () => {
    await call('launch', '--stop');
    rmSync(dir, {recursive: true, force: true});
  });

  it('launches JupyterLab for whoever has its token, lists it, and stops it', async () => {
    const [line] = (await call('launch', 'jupyter', '-b', '-n', '--json')).json();
    expect(line).toMatchObject({
      tool: 'jupyter',
      name: `os-jupyter-${basename(dir)}`,
      image: `${TOOL_REGISTRY}/python:v2`,
      answers: true,
      wasRunning: false,
    });
    const address = String(line?.['address']);
    const token = new URL(address).searchParams.get('token') ?? '';
    expect(token.length).toBeGreaterThan(20);
    const plain = address.slice(0, address.indexOf('?'));
    expect((await fetch(`${plain}?token=guessed`)).status).toBe(403);
    expect(await (await fetch(address)).text()).toBe(
      `lab as ${process.getuid?.() ?? 0} in /workspace`,
    );
    expect(readFileSync(join(dir, 'notebook.txt'), 'utf8')).toContain('written in the lab');

    // seen by nobody but who may use the engine, and answered on this computer alone
    expect(outputOf('ps', '-eo', 'args')).not.toContain(token);
    const container = String(line?.['id']);
    const port = outputOf('docker', 'port', container).trim();
    expect(port).toMatch(/-> 127\.0\.0\.1:\d+$/u);

    const listed = await list();
    expect(listed).toMatchObject([{id: container, tool: 'jupyter'}]);
    expect(JSON.stringify(listed)).not.toContain(token);
    const again = (await call('launch', 'jupyter', '-b', '-n', '--json')).json();
    expect(again).toMatchObject([{id: container, address, wasRunning: true}]);
    // a run and a clean-up leave it alone
    expect(await leftContainers('--dry-run')).toEqual([]);
    expect((await runCli(['run', 'one', ...at])).code).toBe(0);

    expect((await call('launch', '--stop', 'jupyter')).code).toBe(0);
    expect((await call('launch', '--list')).stdout).toContain('No tool runs on this study.');
    expect(outputOf('docker', 'ps', '-aq', '--no-trunc')).not.toContain(container);
  });

  longTest(
    'launches RStudio until it is interrupted, and says that it has no password',
    async () => {
      const launched = startCli(['launch', 'rstudio', '-n', ...at], {env});
      await launched.saw('Press Ctrl-C');
      const [{address}] = (await list()) as [{address: string}]; // our own shape
      expect(await (await fetch(address)).text()).toContain("studio as 0 for ['linux',");
      launched.child.kill('SIGINT');
      const end = await launched.end;
      expect(end.code).toBe(0);
      expect(end.stdout).toContain('RStudio has no password');
      expect(end.stdout).toContain('RStudio has ended.');
      expect(await list()).toEqual([]);
    },
  );

  it('says what stands in the way', async () => {
    expect((await call('launch', 'emacs')).stderr).toContain('jupyter and rstudio');
    const gone = await call('launch', 'jupyter:v9', '-b', '-n');
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain(`${TOOL_REGISTRY}/python:v9`);
    const engine = await remoteEngine('/var/run/docker.sock');
    try {
      const remote = {env: {...env, DOCKER_HOST: engine.host}};
      const refused = await runCli(['launch', 'rstudio', '-b', '-n', ...at], remote);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('seems to be on another computer');
    } finally {
      await engine.close();
    }
  });

  longTest('carries out a command in an image, on the study’s own folder', async () => {
    const end = await runCli(
      [
        ...[...at, 'exec', '-e', 'WORD=said', '-m', '256m', 'python:v2', 'sh', '-c'],
        'cat analysis/one.py > copy.txt; echo $WORD $OPENSAFELY_BACKEND $HOME; echo bad >&2; exit 7',
      ],
      {env},
    );
    expect(end).toMatchObject({code: 7, stdout: 'said expectations /tmp\n', stderr: 'bad\n'});
    expect(existsSync(join(dir, 'copy.txt'))).toBe(true);
    const other = await runCli([...at, 'exec', '--entrypoint', 'id', '-u', '12:34', 'python:v2'], {
      env,
    });
    expect(other.stdout).toMatch(/^uid=12 gid=34/u);
    expect(await leftContainers('--dry-run')).toEqual([]);
  });

  it('opens a shell on a copy of what a job would be given', async () => {
    // whose engine seems to be on another computer
    const engine = await remoteEngine('/var/run/docker.sock');
    const shell = startCli(['shell', 'one', ...at], {
      env: {...env, DOCKER_HOST: engine.host},
      input: 'rm analysis/one.py; ls analysis; cat /sys/class/net/*/address; exit 5\n',
    });
    const end = await shell.end;
    await engine.close();
    expect(end.code).toBe(5);
    expect(existsSync(join(dir, 'analysis/one.py'))).toBe(true);
    // no network but its own
    expect(end.stdout).toBe('00:00:00:00:00:00\n');
    expect(end.stderr).toContain('Its command: python analysis/one.py');
    expect((await call('shell', 'two')).code).toBe(2);

    // one whose terminal was killed is left, and cleaned up
    const killed = startCli(['shell', 'one', ...at], {env, input: 'echo begun; sleep 600\n'});
    await killed.saw('begun');
    killed.child.kill('SIGKILL');
    await killed.end;
    expect(await leftContainers()).toMatchObject([{removed: true}]);
    expect(await leftContainers()).toEqual([]);
  });
});
