import {describe, expect, it} from 'vitest';
import {toolSpec} from '../../../electron/docker/toolSpec';
import type {ToolSpec} from '../../../electron/executor/tools';

const LAB: ToolSpec = {
  kind: 'jupyter',
  studyId: 'a-study',
  process: null,
  names: ['os-jupyter-study'],
  image: 'ghcr.io/opensafely-core/python:v2',
  entrypoint: null,
  args: ['jupyter', 'lab'],
  env: {JUPYTER_TOKEN: 'secret'},
  user: 'mine',
  limits: null,
  network: true,
  workspace: {kind: 'folder', path: '/srv/my-study', files: []},
  port: {host: 8890, inside: 8888},
};
const OWNER = {job: {uid: 1000, gid: 100}, self: {uid: 1000, gid: 100}};
const DOCKER = {platform: 'linux/amd64', isPodman: false, isRootless: false};

describe('a container beside any run', () => {
  it('is open to this computer alone, works in the folder itself, and goes when it ends', () => {
    const spec = toolSpec(LAB, 'os-jupyter-study', OWNER, DOCKER, null);
    expect(spec).toMatchObject({
      name: 'os-jupyter-study',
      User: '1000:100',
      Labels: {'study-desk.tool': 'jupyter', 'study-desk.study': 'a-study'},
      HostConfig: {
        AutoRemove: true,
        Mounts: [{Type: 'bind', Source: '/srv/my-study', Target: '/workspace'}],
        PortBindings: {'8888/tcp': [{HostIp: '127.0.0.1', HostPort: '8890'}]},
      },
    });
    expect(spec.HostConfig).not.toHaveProperty('Memory');
    // no job's, so that no recovery takes it for one
    expect(spec.Labels).not.toHaveProperty('study-desk.run');
  });

  it('works in a copy as a job would, without network', () => {
    const copy = {kind: 'copy', staging: {code: [], codeKey: '', inputs: []}} as const;
    const limits = {memoryBytes: 1024 ** 3, cpus: 2};
    const shell = {...LAB, kind: 'shell', network: false, port: null, limits, workspace: copy};
    const size = {columns: 80, rows: 24};
    const spec = toolSpec(shell as ToolSpec, null, OWNER, DOCKER, {size});
    expect(spec).toMatchObject({
      Tty: true,
      NetworkDisabled: true,
      HostConfig: {
        AutoRemove: false,
        NetworkMode: 'none',
        Memory: 1024 ** 3,
        LogConfig: {Type: 'none'},
      },
    });
    expect(spec.HostConfig).not.toHaveProperty('Mounts');
    expect(spec.HostConfig).not.toHaveProperty('PortBindings');
  });

  it('belongs to who started a rootless engine', () => {
    const docker = toolSpec(LAB, null, OWNER, {...DOCKER, isRootless: true}, null);
    expect(docker.User).toBe('0:0');
    const podman = toolSpec(LAB, null, OWNER, {...DOCKER, isPodman: true, isRootless: true}, null);
    expect(podman).toMatchObject({User: '1000:100', HostConfig: {UsernsMode: 'keep-id'}});
  });

  it('is who somebody says', () => {
    expect(toolSpec({...LAB, user: 'image'}, null, OWNER, DOCKER, null)).not.toHaveProperty('User');
    const root = toolSpec({...LAB, user: {as: '0:0'}}, null, OWNER, DOCKER, null);
    expect(root.User).toBe('0:0');
    expect(root.Env).not.toContain('HOME=/tmp');
  });
});
