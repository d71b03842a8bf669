import {rmSync} from 'node:fs';
import {afterAll, describe, expect, it} from 'vitest';
import {pythonStudy, runCli} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);

describe.skipIf(noEngine)('the engines on the command line', () => {
  const dir = pythonStudy({act: [[], 'print("x")']});
  const at = ['--project-dir', dir];
  const clean = {DOCKER_HOST: '', DOCKER_CONTEXT: '', STUDY_DESK_ENGINE: ''};
  afterAll(() => rmSync(dir, {recursive: true, force: true}));

  it('are listed, and one that was chosen for the study is the one that is used', async () => {
    const found = await runCli(['engines', '--json', ...at], {env: clean});
    expect(found.code).toBe(0);
    expect(found.json()).toContainEqual(
      expect.objectContaining({name: 'docker', state: 'running', used: true}),
    );
    const chosen = await runCli(['engines', '--choose', 'podman-root', ...at], {env: clean});
    expect(chosen.stdout).toContain('This study uses podman-root');
    const planned = await runCli(['doctor', '--json', ...at], {env: clean});
    expect(planned.code).toBe(3);
    expect(planned.stdout).toContain("Podman (root) isn't running.");
  });

  it('are named before the study by the command line and the environment', async () => {
    const ready = expect.objectContaining({check: 'engine', result: 'ok'}) as unknown;
    const named = await runCli(['doctor', '--json', '--engine', 'docker', ...at], {env: clean});
    expect(named.json()).toContainEqual(ready);
    const env = {...clean, DOCKER_HOST: 'unix:///var/run/docker.sock'};
    expect((await runCli(['doctor', '--json', ...at], {env})).json()).toContainEqual(ready);
  });

  it('are left to what is found with `any`; a name that is none is an error', async () => {
    const back = await runCli(['engines', '--choose', 'any', ...at], {env: clean});
    expect(back.stdout).toContain('None was chosen');
    expect((await runCli(['engines', '--choose', 'nothing', ...at], {env: clean})).code).toBe(2);
  });
});
