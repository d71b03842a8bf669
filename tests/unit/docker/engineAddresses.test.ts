import {createHash} from 'node:crypto';
import {describe, expect, it} from 'vitest';
import {
  addressText,
  engineSearch,
  type HostEnvironment,
  parseHost,
} from '../../../electron/docker/engineAddresses';

const LINUX: HostEnvironment = {
  env: {},
  platform: 'linux',
  home: '/users/jo',
  uid: 1000,
  readText: () => null,
};

function sockets(here: HostEnvironment): readonly string[] {
  const search = engineSearch(here);
  if (!search.ok) throw new Error(search.error.message);
  return search.value.addresses.map((address) =>
    address.kind === 'socket' ? address.socketPath : address.host,
  );
}

describe('where engines are looked for', () => {
  it('is only DOCKER_HOST where that is set', () => {
    expect(sockets({...LINUX, env: {DOCKER_HOST: 'unix:///run/x.sock'}})).toEqual(['/run/x.sock']);
    expect(
      engineSearch({...LINUX, env: {DOCKER_HOST: 'tcp://h:2376', DOCKER_CERT_PATH: '/c'}}),
    ).toEqual({
      ok: true,
      value: {
        addresses: [{kind: 'host', host: 'tcp://h:2376', certDir: '/c'}],
        chosenBy: 'DOCKER_HOST',
      },
    });
  });

  it('is Docker first and Podman last on Linux', () => {
    expect(sockets(LINUX)).toEqual([
      '/var/run/docker.sock',
      '/run/user/1000/docker.sock',
      '/users/jo/.docker/desktop/docker.sock',
      '/run/user/1000/podman/podman.sock',
      '/run/podman/podman.sock',
    ]);
  });

  it('is the socket of Docker Desktop, colima or a Podman machine on macOS', () => {
    const found = sockets({...LINUX, platform: 'darwin', home: '/Users/jo', uid: 501});
    expect(found[0]).toBe('/var/run/docker.sock');
    expect(found).toContain('/Users/jo/.docker/run/docker.sock');
    expect(found).toContain('/Users/jo/.colima/default/docker.sock');
  });

  it('is a named pipe on Windows', () => {
    const found = sockets({...LINUX, platform: 'win32', home: 'C:\\Users\\jo', uid: null});
    expect(found[0]).toBe('//./pipe/docker_engine');
    expect(found.every((pipe) => pipe.startsWith('//./pipe/'))).toBe(true);
  });

  it('is only the current context of the docker command where one is chosen', () => {
    const id = createHash('sha256').update('colima').digest('hex');
    const files: Readonly<Record<string, string>> = {
      '/users/jo/.docker/config.json': '{"currentContext": "colima"}',
      [`/users/jo/.docker/contexts/meta/${id}/meta.json`]:
        '{"Name": "colima", "Endpoints": {"docker": {"Host": "unix:///c.sock"}}}',
    };
    const readText = (file: string): string | null => files[file] ?? null;
    expect(sockets({...LINUX, readText})).toEqual(['/c.sock']);
    expect(sockets({...LINUX, readText, env: {DOCKER_CONTEXT: ''}})).toEqual(['/c.sock']);
    expect(sockets({...LINUX, readText, env: {DOCKER_CONTEXT: 'default'}})[0]).toBe(
      '/var/run/docker.sock',
    );
  });

  it('is not upset by broken settings', () => {
    expect(sockets({...LINUX, readText: () => '{"currentContext": 5'})[0]).toBe(
      '/var/run/docker.sock',
    );
  });

  it('is nowhere where the context is not known: another engine is not meant', () => {
    const told = {
      ok: false,
      error: {
        kind: 'no-engine',
        message: 'The Docker context "gone" does not exist, or cannot be read.',
      },
    };
    const readText = (file: string) =>
      file.endsWith('config.json') ? '{"currentContext": "gone"}' : null;
    expect(engineSearch({...LINUX, readText})).toMatchObject(told);
    expect(engineSearch({...LINUX, env: {DOCKER_CONTEXT: 'gone'}})).toMatchObject(told);
  });
});

it('reads addresses of all kinds', () => {
  expect(parseHost('npipe:////./pipe/docker_engine', null)).toEqual({
    kind: 'socket',
    socketPath: '//./pipe/docker_engine',
  });
  expect(parseHost('127.0.0.1:2375', null)).toEqual({
    kind: 'host',
    host: 'tcp://127.0.0.1:2375',
    certDir: null,
  });
  expect(parseHost('ssh://jo@server', null)).toMatchObject({host: 'ssh://jo@server'});
  for (const text of ['npipe:////./pipe/docker_engine', 'unix:///run/d.sock', 'tcp://h:2375'])
    expect(addressText(parseHost(text, null))).toBe(text);
});
