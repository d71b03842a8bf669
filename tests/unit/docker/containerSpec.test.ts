import {describe, expect, it} from 'vitest';
import {containerSpec, containerUser} from '../../../electron/docker/containerSpec';
import type {JobSpec} from '../../../electron/executor/executor';

const JOB: JobSpec = {
  jobId: 'abcdefghijklmnop',
  runId: '0123456789',
  studyId: 'a-study',
  workspace: 'my-study',
  action: 'make_table',
  image: 'ghcr.io/opensafely-core/r:v2',
  args: ['analysis/table.R', '--config', '{}'],
  backend: 'expectations',
  network: null,
  confined: false,
  env: {},
  limits: {memoryBytes: 4 * 1024 ** 3, cpus: 1.5},
  staging: {code: [], codeKey: '', inputs: []},
  debug: false,
};
const DOCKER = {platform: 'linux/amd64', isPodman: false};

describe('a job’s container', () => {
  it('has the parameters of the reference, without its mount', () => {
    const spec = containerSpec(JOB, {uid: 1000, gid: 100}, DOCKER);
    expect(spec).toMatchObject({
      name: 'os-job-abcdefghijklmnop',
      Image: 'ghcr.io/opensafely-core/r:v2',
      Cmd: ['analysis/table.R', '--config', '{}'],
      User: '1000:100',
      Env: ['HOME=/tmp', 'OPENSAFELY_BACKEND=expectations'],
      Labels: {workspace: 'my-study', action: 'make_table', 'study-desk.run': '0123456789'},
      HostConfig: {Init: true, NetworkMode: 'none', Memory: 4294967296, NanoCpus: 1_500_000_000},
    });
    expect(spec).not.toHaveProperty('Entrypoint');
    expect(spec).not.toHaveProperty('WorkingDir');
    expect(spec).not.toHaveProperty('platform');
    expect(spec.HostConfig).not.toHaveProperty('Binds');
    expect(spec.HostConfig).not.toHaveProperty('Mounts');
  });

  it('is told its backend, and has a network only where one is named', () => {
    const spec = containerSpec({...JOB, backend: 'tpp', network: 'database'}, null, DOCKER);
    expect(spec.Env).toEqual(['OPENSAFELY_BACKEND=tpp']);
    expect(spec).not.toHaveProperty('NetworkDisabled');
    expect(spec.HostConfig).toHaveProperty('NetworkMode', 'database');
    expect(containerSpec(JOB, null, DOCKER)).toHaveProperty('NetworkDisabled', true);
  });

  it('has none of the capabilities of the system where it is confined, and else those of the reference', () => {
    expect(containerSpec({...JOB, confined: true}, null, DOCKER).HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
    });
    expect(containerSpec(JOB, null, DOCKER).HostConfig).not.toHaveProperty('CapDrop');
  });

  it('is not taken for one of `opensafely run`', () => {
    expect(containerSpec(JOB, null, DOCKER).Labels).not.toHaveProperty('jobrunner-local');
  });

  it('runs as the image says, with no HOME, where the user has no id', () => {
    const spec = containerSpec(JOB, null, DOCKER);
    expect(spec).not.toHaveProperty('User');
    expect(spec.Env).toEqual(['OPENSAFELY_BACKEND=expectations']);
  });

  it('asks for the images’ own platform on other processors', () => {
    const arm = {platform: 'linux/arm64', isPodman: false};
    expect(containerSpec(JOB, null, arm)).toHaveProperty('platform', 'linux/amd64');
  });

  it('leaves the image’s own command where no arguments are given', () => {
    expect(containerSpec({...JOB, args: []}, null, DOCKER)).not.toHaveProperty('Cmd');
  });
});

it('the container’s user is the invoking one on Linux only, with the reference’s variables over it', () => {
  const ids = {uid: 1000, gid: 100};
  expect(containerUser('linux', ids, {})).toEqual(ids);
  expect(containerUser('linux', ids, {DOCKER_USER_ID: '5', DOCKER_GROUP_ID: 'x'})).toEqual({
    uid: 5,
    gid: 100,
  });
  expect(containerUser('darwin', {uid: 501, gid: 20}, {})).toBeNull();
  expect(containerUser('win32', null, {})).toBeNull();
});
