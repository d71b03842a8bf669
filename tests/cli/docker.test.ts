import {execFileSync} from 'node:child_process';
import {rmSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {longTest} from '../gateShare';
import {folderOf, pythonStudy, runCli, startCli, writes} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);

/** Names of the containers of an action, running or not. */
function containersOf(action: string): readonly string[] {
  const listed = execFileSync('docker', [
    'ps',
    '-a',
    '--filter',
    `label=action=${action}`,
    '--format',
    '{{.Names}}',
  ]);
  return listed
    .toString()
    .split('\n')
    .filter((name) => name !== '');
}

describe.skipIf(noEngine)('the command line on a container engine', () => {
  const action = `act_${process.pid}`;
  const slow = `slow_${process.pid}`;
  const dir = pythonStudy({
    [action]: [[], `print("in the container")\n${writes(action, 'a\n1\n')}`],
    [slow]: [[action], 'print("waiting", flush=True)\ntime.sleep(600)'],
  });
  const at = ['--project-dir', dir];

  beforeAll(() => ensureTestImages(), 900_000);
  afterAll(() => rmSync(dir, {recursive: true, force: true}));

  it('runs, tells of the image, and leaves no container', async () => {
    const end = await runCli(['run', action, '--json', '--memory', '256m', '--cpus', '0.5', ...at]);
    expect(end.code).toBe(0);
    expect(end.json().at(-1)).toMatchObject({
      event: 'finished',
      succeeded: true,
      jobs: [{action, state: 'succeeded', imageId: expect.stringMatching(/^sha256:/) as unknown}],
    });
    expect(containersOf(action)).toEqual([]);
  });

  it('refuses limits that the engine would refuse, before anything runs', async () => {
    for (const limit of [
      ['--memory', '1m'],
      ['--cpus', '9999'],
    ]) {
      const end = await runCli(['run', action, '--json', ...limit, ...at]);
      expect(end.code).toBe(2);
      expect(end.json()).toMatchObject([{event: 'finished', error: {kind: 'invalid-request'}}]);
    }
  });

  longTest('keeps the container with --debug and says how to remove it', async () => {
    const end = await runCli(['run', action, '--debug', ...at]);
    expect(end.code).toBe(0);
    const [name = ''] = containersOf(action);
    expect(name).not.toBe('');
    expect(`${end.stdout}${end.stderr}`).toContain('docker rm');
    execFileSync('docker', ['rm', '-f', name]);
  });

  it('ends with 130 when interrupted, the container gone', async () => {
    const call = startCli(['run', slow, '--json', ...at]);
    await call.saw('"waiting"');
    call.child.kill('SIGTERM');
    const end = await call.end;
    expect(end.code).toBe(130);
    expect(end.json().at(-1)).toMatchObject({event: 'finished', cancelled: true});
    expect(containersOf(slow)).toEqual([]);
  });

  /** Cuts a run off, as a crash would, while its job goes on in the engine. */
  const cutOffRun = async (): Promise<string> => {
    const call = startCli(['run', slow, '--json', ...at]);
    await call.saw('"waiting"');
    call.child.kill('SIGKILL');
    await call.end;
    const [left = ''] = containersOf(slow);
    return left;
  };

  it('brings a run that was cut off to its end, and then runs what was asked for', async () => {
    const left = await cutOffRun();
    const call = startCli(['run', action, '--json', ...at]);
    await call.saw('picked up where it left off');
    execFileSync('docker', ['kill', left]);
    const end = await call.end;
    expect(end.code).toBe(0);
    expect(end.json().at(-1)).toMatchObject({
      event: 'finished',
      succeeded: true,
      jobs: [{action, state: 'succeeded'}],
    });
    expect(containersOf(slow)).toEqual([]);
  });

  longTest('stops what is left of a run that was cut off when interrupted', async () => {
    await cutOffRun();
    const call = startCli(['run', action, '--json', ...at]);
    await call.saw('picked up where it left off');
    call.child.kill('SIGINT');
    expect((await call.end).code).toBe(130);
    expect(containersOf(slow)).toEqual([]);
  });

  it('fails for a missing image with --no-pull, and names it', async () => {
    const missing = folderOf({
      'project.yaml':
        'version: 5\nactions:\n  a:\n    run: stata-mp:v1 analysis/a.do\n    outputs:\n      highly_sensitive:\n        o: output/a.csv\n',
      'analysis/a.do': '',
    });
    const end = await runCli(['run', 'a', '--no-pull', '--project-dir', missing], {
      env: {STATA_LICENSE: 'none', DOCKER_REGISTRY: 'registry.invalid/nowhere'},
    });
    expect(end.code).toBe(1);
    expect(end.stderr).toContain('registry.invalid/nowhere/stata-mp:v1');
    rmSync(missing, {recursive: true});
  });
});
