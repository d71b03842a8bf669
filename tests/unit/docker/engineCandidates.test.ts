import {createHash} from 'node:crypto';
import {describe, expect, it} from 'vitest';
import {
  candidateOf,
  engineCandidates,
  engineSearch,
} from '../../../electron/docker/engineCandidates';
import type {HostEnvironment} from '../../../electron/docker/hostEnvironment';

/** A computer with these files, and sockets and folders that are merely there. */
function computer(
  given: Partial<Pick<HostEnvironment, 'env' | 'platform' | 'home' | 'uid'>>,
  files: Readonly<Record<string, string>> = {},
): HostEnvironment {
  const paths = Object.keys(files);
  return {
    env: {},
    platform: 'linux',
    home: '/users/jo',
    uid: 1000,
    ...given,
    readText: (file) => files[file] ?? null,
    exists: (file) => paths.some((path) => path === file || path.startsWith(`${file}/`)),
    list: (folder) => [
      ...new Set(
        paths.flatMap((path) =>
          path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1).split('/')[0] ?? ''] : [],
        ),
      ),
    ],
  };
}

function context(
  name: string,
  endpoint: Readonly<Record<string, unknown>>,
  certs: readonly string[] = [],
): Readonly<Record<string, string>> {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = '/users/jo/.docker/contexts';
  return {
    [`${folder}/meta/${id}/meta.json`]: JSON.stringify({Name: name, Endpoints: {docker: endpoint}}),
    ...Object.fromEntries(certs.map((file) => [`${folder}/tls/${id}/docker/${file}`, 'PEM'])),
  };
}

function sockets(here: HostEnvironment): readonly string[] {
  const search = engineSearch(here);
  if (!search.ok) throw new Error(search.error.message);
  return search.value.addresses.map((address) =>
    address.kind === 'socket' ? address.socketPath : address.host,
  );
}

const names = (here: HostEnvironment) => engineCandidates(here).map(({name}) => name);

describe('the engines of a computer', () => {
  it('are those whose socket is there or that are installed, on Linux', () => {
    const here = computer(
      {env: {XDG_RUNTIME_DIR: '/run/user/1000'}},
      {
        '/var/run/docker.sock': '',
        '/run/user/1000/docker.sock': '',
        '/users/jo/.colima/default/docker.sock': '',
        '/users/jo/.colima/lab/docker.sock': '',
        '/users/jo/.rd/docker.sock': '',
        '/opt/docker-desktop/bin/x': '',
        '/usr/bin/podman': '',
        '/run/podman/podman.sock': '',
      },
    );
    expect(names(here)).toEqual([
      ...['docker', 'docker-rootless', 'docker-desktop', 'colima', 'colima-lab'],
      ...['rancher-desktop', 'podman', 'podman-root'],
    ]);
  });

  it('are none on a computer without any', () => {
    expect(names(computer({}))).toEqual([]);
    expect(names(computer({platform: 'win32', home: 'C:\\Users\\jo', uid: null}))).toEqual([]);
  });

  it('are those of macOS there', () => {
    const here = computer(
      {platform: 'darwin', home: '/Users/jo', env: {TMPDIR: '/tmp/jo/'}},
      {
        '/Applications/Docker.app/Contents': '',
        '/Users/jo/.orbstack/run/docker.sock': '',
        '/tmp/jo/podman/podman-machine-default-api.sock': '',
      },
    );
    expect(names(here)).toEqual(['docker-desktop', 'orbstack', 'podman-machine']);
    expect(candidateOf(here, 'podman-machine')?.address).toEqual({
      kind: 'socket',
      socketPath: '/tmp/jo/podman/podman-machine-default-api.sock',
    });
  });

  it('are named pipes on Windows', () => {
    const here = computer(
      {platform: 'win32', home: 'C:\\Users\\jo', uid: null},
      {'//./pipe/dockerDesktopLinuxEngine': '', '//./pipe/podman-machine-default': ''},
    );
    expect(names(here)).toEqual(['docker-desktop', 'podman-machine']);
  });

  it('tell the snap of Docker by how it is started', () => {
    const here = computer({}, {'/var/run/docker.sock': '', '/snap/bin/docker': ''});
    expect(candidateOf(here, 'docker')).toMatchObject({
      title: 'Docker Engine (snap)',
      product: {start: {by: 'user', command: 'sudo snap start docker'}},
    });
  });

  it('are also all Docker contexts, with their certificates, and by ssh', () => {
    const here = computer(
      {},
      {
        ...context('lab', {Host: 'tcp://lab:2376'}, ['ca.pem', 'cert.pem', 'key.pem']),
        ...context('loose', {Host: 'tcp://loose:2376', SkipTLSVerify: true}),
        ...context('far', {Host: 'ssh://jo@far'}),
      },
    );
    const id = createHash('sha256').update('lab').digest('hex');
    expect(engineCandidates(here).map(({name, address}) => [name, address])).toEqual([
      ['far', {kind: 'ssh', host: 'ssh://jo@far'}],
      [
        'lab',
        {
          kind: 'host',
          host: 'tcp://lab:2376',
          tls: {certDir: `/users/jo/.docker/contexts/tls/${id}/docker`, verify: true},
        },
      ],
      ['loose', {kind: 'host', host: 'tcp://loose:2376', tls: {certDir: null, verify: false}}],
    ]);
  });

  it('are told once where several names lead to one address, and any of these chooses it', () => {
    const here = computer(
      {env: {DOCKER_HOST: 'unix:///users/jo/.colima/default/docker.sock'}},
      {
        '/users/jo/.colima/default/docker.sock': '',
        ...context('mine', {Host: 'unix:///users/jo/.colima/default/docker.sock'}),
      },
    );
    expect(engineCandidates(here)).toMatchObject([
      {name: 'colima', alsoNamed: ['mine', 'DOCKER_HOST']},
    ]);
    expect(candidateOf(here, 'mine')?.name).toBe('colima');
  });

  it('never let a context take the name of an engine', () => {
    const here = computer({}, context('podman', {Host: 'tcp://elsewhere:2375'}));
    expect(names(here)).toEqual(['context:podman']);
    expect(candidateOf(here, 'podman')?.address).toMatchObject({kind: 'socket'});
  });
});

describe('where engines are looked for', () => {
  it('is only the one that was chosen, be it there or not', () => {
    expect(engineSearch(computer({env: {DOCKER_HOST: 'tcp://h'}}), 'podman-root')).toEqual({
      ok: true,
      value: {
        addresses: [{kind: 'socket', socketPath: '/run/podman/podman.sock'}],
        chosenBy: {kind: 'name', name: 'podman-root', title: 'Podman (root)'},
      },
    });
    expect(engineSearch(computer({}), 'nothing')).toMatchObject({
      error: {
        kind: 'no-engine',
        message: 'There is no container engine "nothing" on this computer.',
      },
    });
  });

  it('is only DOCKER_HOST where that is set', () => {
    expect(sockets(computer({env: {DOCKER_HOST: 'unix:///run/x.sock'}}))).toEqual(['/run/x.sock']);
    const env = {DOCKER_HOST: 'tcp://h:2376', DOCKER_CERT_PATH: '/c'};
    expect(engineSearch(computer({env}))).toEqual({
      ok: true,
      value: {
        addresses: [{kind: 'host', host: 'tcp://h:2376', tls: {certDir: '/c', verify: true}}],
        chosenBy: {kind: 'DOCKER_HOST'},
      },
    });
  });

  it('takes the certificates of the usual folder where only DOCKER_TLS_VERIFY is set', () => {
    const env = {DOCKER_HOST: 'tcp://h:2376', DOCKER_TLS_VERIFY: '1'};
    expect(engineSearch(computer({env}))).toMatchObject({
      value: {addresses: [{tls: {certDir: '/users/jo/.docker'}}]},
    });
  });

  it('is Docker first and Podman last on Linux', () => {
    const found = sockets(computer({}));
    expect(found.slice(0, 3)).toEqual([
      '/var/run/docker.sock',
      '/run/user/1000/docker.sock',
      '/users/jo/.docker/desktop/docker.sock',
    ]);
    expect(found.indexOf('/run/user/1000/podman/podman.sock')).toBeGreaterThan(3);
  });

  it('is a named pipe on Windows', () => {
    const found = sockets(computer({platform: 'win32', home: 'C:\\Users\\jo', uid: null}));
    expect(found[0]).toBe('//./pipe/docker_engine');
    expect(found.every((pipe) => pipe.startsWith('//./pipe/'))).toBe(true);
  });

  it('is only the current context of the docker command where one is chosen', () => {
    const files = {
      '/users/jo/.docker/config.json': '{"currentContext": "colima"}',
      ...context('colima', {Host: 'unix:///c.sock'}),
    };
    expect(sockets(computer({}, files))).toEqual(['/c.sock']);
    expect(sockets(computer({env: {DOCKER_CONTEXT: ''}}, files))).toEqual(['/c.sock']);
    expect(sockets(computer({env: {DOCKER_CONTEXT: 'default'}}, files))[0]).toBe(
      '/var/run/docker.sock',
    );
  });

  it('is not upset by broken settings', () => {
    const files = {'/users/jo/.docker/config.json': '{"currentContext": 5'};
    expect(sockets(computer({}, files))[0]).toBe('/var/run/docker.sock');
  });

  it('is nowhere where the context is not known: another engine is not meant', () => {
    const told = {
      ok: false,
      error: {
        kind: 'no-engine',
        message: 'The Docker context "gone" does not exist, or cannot be read.',
      },
    };
    const files = {'/users/jo/.docker/config.json': '{"currentContext": "gone"}'};
    expect(engineSearch(computer({}, files))).toMatchObject(told);
    expect(engineSearch(computer({env: {DOCKER_CONTEXT: 'gone'}}))).toMatchObject(told);
  });
});
