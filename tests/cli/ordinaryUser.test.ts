import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {longTest, longTestIf} from '../gateShare';
import {hasPodman} from '../contract/podmanEngine';
import {canMakeUsers, makeUser, type OrdinaryUser} from './ordinaryUser';
import {folderOf} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);
/** A registry of this test alone, whose Python is a busybox: it is copied in no time. */
const REGISTRY = `study-desk-user-${process.pid}`;
const IMAGE = `${REGISTRY}/python:v2`;
const podman = await hasPodman();

const YAML = `version: 5
actions:
  count:
    run: python:v2 sh -c "mkdir -p output && id -u > output/count.txt"
    outputs:
      moderately_sensitive:
        count: output/count.txt
`;

describe.skipIf(noEngine || !canMakeUsers())('as an ordinary user', () => {
  let user: OrdinaryUser;
  const dirs: string[] = [];
  const studyOf = (): string => {
    const dir = folderOf({'project.yaml': YAML});
    user.own(dir);
    dirs.push(dir);
    return dir;
  };

  beforeAll(async () => {
    await ensureTestImages();
    execFileSync('docker', ['tag', 'study-desk-test/busybox:v1', IMAGE]);
    user = makeUser(`study-desk-${process.pid}`, {DOCKER_REGISTRY: REGISTRY});
  }, 900_000);
  afterAll(async () => {
    await user.remove();
    execFileSync('docker', ['rmi', IMAGE]);
    for (const dir of dirs) rmSync(dir, {recursive: true, force: true});
  });

  /** All that somebody does with a study, from its first look to the clean-up. */
  const useAll = async (options: Parameters<OrdinaryUser['cli']>[1]) => {
    const dir = studyOf();
    const at = ['--project-dir', dir];
    const doctor = await user.cli(['doctor', '--json', ...at], options);
    expect(doctor.stderr).toBe('');
    expect(doctor.code).toBe(0);
    const run = await user.cli(['run', 'run_all', ...at], options);
    expect(run.stdout + run.stderr).toContain('Succeeded: 1 of 1');
    expect(run.code).toBe(0);
    const outputs = await user.cli(['outputs', ...at], options);
    expect(outputs.stdout).toContain('output/count.txt');
    expect((await user.cli(['clean', ...at], options)).stdout).toContain('Nothing to clean up');
    const {uid} = statSync(join(dir, 'project.yaml'));
    expect(statSync(join(dir, 'output/count.txt')).uid).toBe(uid);
    return {dir, findings: doctor.json()};
  };
  const of = (findings: readonly Record<string, unknown>[], check: string) =>
    findings.filter((finding) => finding['check'] === check);

  it('who may not use Docker is told so, with the command that lets them', async () => {
    const end = await user.cli(['doctor', '--json', '--project-dir', studyOf()], {
      env: {DOCKER_HOST: 'unix:///var/run/docker.sock'},
    });
    expect(end.code).toBe(3);
    expect(of(end.json(), 'engine')).toMatchObject([{result: 'wrong'}]);
    expect(of(end.json(), 'engine')[0]?.['message']).toContain(
      'have permission to use the container engine',
    );
    const found = await user.cli(['doctor', '--json', '--project-dir', studyOf()]);
    expect(of(found.json(), 'engine')[0]?.['remedy']).toEqual({
      kind: 'command',
      command: 'sudo usermod -aG docker $USER',
    });
  });

  it('who is in the group of Docker can do everything, and hears of what is not theirs', async () => {
    user.join('docker');
    const {dir, findings} = await useAll({});
    expect(of(findings, 'owners')).toMatchObject([{result: 'ok'}]);
    mkdirSync(join(dir, 'foreign'));
    writeFileSync(join(dir, 'foreign/left.csv'), 'a\n');
    const again = await user.cli(['doctor', '--json', '--project-dir', dir]);
    expect(again.code).toBe(0);
    expect(of(again.json(), 'owners')).toMatchObject([
      {
        result: 'warning',
        message: '2 files and folders belong to root, such as foreign.',
        remedy: {kind: 'command', command: `sudo chown -R "$(id -u):$(id -g)" ${dir}`},
      },
    ]);
    chmodSync(dir, 0o755);
    execFileSync('chown', ['root:', dir]);
    const shut = await user.cli(['doctor', '--json', '--project-dir', dir]);
    expect(shut.code).toBe(1);
    expect(of(shut.json(), 'permissions')).toMatchObject([{result: 'wrong'}]);
  });

  it('everything works without a home, where new files are for their owner alone', async () => {
    const {dir, findings} = await useAll({env: {HOME: '/nowhere'}, umask: '077'});
    const said = of(findings, 'permissions').map(({message}) => message);
    expect(said[0]).toBe('Your home folder is not there.');
    expect(said).toHaveLength(3);
    expect(statSync(join(dir, 'output/count.txt')).mode & 0o077).toBe(0);
  });

  longTest('everything works with a home that can’t be written to', async () => {
    const home = folderOf({});
    chmodSync(home, 0o555);
    dirs.push(home);
    const {findings} = await useAll({env: {HOME: home}});
    expect(of(findings, 'permissions').map(({result}) => result)).toEqual(['warning', 'warning']);
    expect(existsSync(join(home, '.config'))).toBe(false);
  });

  longTestIf(podman, 'everything works with a Podman of their own, without root', async () => {
    const image = execFileSync('docker', ['save', IMAGE], {maxBuffer: 64 * 1024 ** 2});
    user.run('podman', ['load', '--quiet'], image);
    const address = await user.startPodman();
    const {findings} = await useAll({env: {DOCKER_HOST: address}});
    expect(of(findings, 'engine')[0]?.['message']).toContain('Podman');
    const held = existsSync('/sys/fs/cgroup/cgroup.controllers');
    expect(of(findings, 'memory').map(({result}) => result)).toEqual(
      held ? ['ok'] : ['ok', 'warning'],
    );
  });
});
