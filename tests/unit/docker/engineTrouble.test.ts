import {describe, expect, it} from 'vitest';
import {parseHost} from '../../../electron/docker/engineAddresses';
import {EngineSilent} from '../../../electron/docker/engineCalls';
import type {AddressSource} from '../../../electron/docker/engineCandidates';
import type {EngineFacts} from '../../../electron/docker/engineConnection';
import {downStatus, noAnswer, readiness} from '../../../electron/docker/engineTrouble';
import type {HostEnvironment} from '../../../electron/docker/hostEnvironment';
import {SshFailure} from '../../../electron/docker/sshConnection';

const computer = (...there: readonly string[]): HostEnvironment => ({
  ...{env: {}, platform: 'linux', home: '/users/jo', uid: 1000},
  readText: () => null,
  exists: (file) => there.includes(file),
  list: () => [],
});

const failure = (code: string): Error =>
  Object.assign(new Error(`connect ${code}`), {code, syscall: 'connect'});

const told = (
  error: unknown,
  host: string,
  here: HostEnvironment,
  by: AddressSource | null = null,
) => downStatus(noAnswer(error, parseHost(host), by, here));

const SOCKET = 'unix:///var/run/docker.sock';

describe('an engine that cannot be used', () => {
  it('is not installed where nothing on the computer is one', () => {
    expect(told(failure('ENOENT'), SOCKET, computer())).toMatchObject({
      trouble: 'not-installed',
      message: 'No container engine is installed on this computer.',
      remedy: {kind: 'page'},
    });
  });

  it('is stopped where it is installed, with the command that starts it', () => {
    expect(told(failure('ENOENT'), SOCKET, computer('/usr/sbin/dockerd'))).toMatchObject({
      trouble: 'stopped',
      message: 'No container engine answers.',
      remedy: {kind: 'command', command: 'sudo systemctl start docker'},
    });
  });

  it('is started by Study Desk where that takes no password', () => {
    const by: AddressSource = {kind: 'name', name: 'docker-desktop', title: 'Docker Desktop'};
    const host = 'unix:///users/jo/.docker/desktop/docker.sock';
    expect(told(failure('ECONNREFUSED'), host, computer('/opt/docker-desktop'), by)).toMatchObject({
      trouble: 'stopped',
      message: "Docker Desktop isn't running.",
      remedy: {kind: 'start', engine: 'docker-desktop', title: 'Docker Desktop'},
    });
  });

  it('lets nobody in but its group', () => {
    expect(told(failure('EACCES'), SOCKET, computer('/var/run/docker.sock'))).toMatchObject({
      trouble: 'no-permission',
      remedy: {kind: 'command', command: 'sudo usermod -aG docker $USER'},
    });
  });

  it('is starting where it says so', () => {
    const starting = Object.assign(new Error('x'), {
      statusCode: 503,
      json: {message: 'Docker Desktop is starting'},
    });
    expect(told(starting, SOCKET, computer('/var/run/docker.sock')).trouble).toBe('starting');
  });

  it('hangs at a named address', () => {
    expect(told(new EngineSilent('no answer within 5 s'), SOCKET, computer())).toMatchObject({
      trouble: 'unreachable',
      message: `The container engine at ${SOCKET} gives no answer within 5 s.`,
    });
  });

  it.each([
    ['Host key verification failed.', 'unreachable', /doesn't know the computer far yet/],
    ['jo@far: Permission denied (publickey).', 'no-permission', /refused your ssh login/],
    ['bash: line 1: docker: command not found', 'not-installed', /no docker command on far/],
    ['ssh: Could not resolve hostname far: Name or service not known', 'unreachable', /by ssh/],
    [
      '@ REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
      'unreachable',
      /key of far has changed/,
    ],
  ])('is behind an ssh that says %j', (said, trouble, message) => {
    const status = told(new SshFailure(said), 'ssh://jo@far', computer());
    expect(status.trouble).toBe(trouble);
    expect(status.message).toMatch(message);
  });
});

describe('an engine that answers', () => {
  const FACTS: EngineFacts = {
    ...{isPodman: false, isRootless: false, name: 'Docker 26.1', platform: 'linux/amd64', cpus: 4},
    ...{memoryBytes: 16 * 1024 ** 3, apiVersion: '1.45', rootDir: '', secondsAhead: 0},
  };

  it('is ready, and nothing is said against it', async () => {
    expect(await readiness(FACTS, false)).not.toHaveProperty('concern');
  });

  it.each([
    [{apiVersion: '1.39'}, {state: 'down', trouble: 'too-old'}],
    [{apiVersion: ''}, {state: 'ready'}],
    [{platform: 'windows/amd64'}, {state: 'down', trouble: 'wrong-architecture'}],
    [{platform: 'linux/arm64'}, {state: 'ready', concern: {kind: 'emulated'}}],
    [{memoryBytes: 2 * 1024 ** 3}, {state: 'ready', concern: {kind: 'memory'}}],
  ])('with %j is %j', async (facts, status) => {
    expect(await readiness({...FACTS, ...facts}, false)).toMatchObject(status);
  });
});
