import {type HostEnvironment, joinOn} from './hostEnvironment';

/** A program that runs containers on this computer: where it answers, what shows that it is installed, how it is started. */
export interface EngineProduct {
  /** What it is chosen by, e.g. `docker-desktop`. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** Its sockets or pipes, the likeliest first. */
  readonly sockets: readonly string[];
  /** Files or folders of which one is there where it is installed. */
  readonly traces: readonly string[];
  readonly start: EngineStart;
}

/** How an engine is started: by Study Desk, or by the user with a command that asks for a password. */
export type EngineStart =
  | {readonly by: 'study-desk'; readonly argv: readonly [string, ...string[]]}
  | {readonly by: 'user'; readonly command: string};

/** Every engine that this system may have, in the order in which one is looked for. Pure. */
export function engineProducts(here: HostEnvironment): readonly EngineProduct[] {
  switch (here.platform) {
    case 'win32':
      return onWindows(here);
    case 'darwin':
      return onMacOs(here);
    default:
      return onLinux(here);
  }
}

const userService = (unit: string): EngineStart => ({
  by: 'study-desk',
  argv: ['systemctl', '--user', 'start', unit],
});
const typed = (command: string): EngineStart => ({by: 'user', command});
const app = (name: string): EngineStart => ({by: 'study-desk', argv: ['open', '-a', name]});

function onLinux(here: HostEnvironment): readonly EngineProduct[] {
  const inHome = (...parts: string[]): string => joinOn(here, here.home, ...parts);
  const runtime = here.env['XDG_RUNTIME_DIR'] ?? `/run/user/${here.uid ?? 0}`;
  const snap = here.exists('/snap/bin/docker') || here.exists('/var/snap/docker');
  return [
    {
      name: 'docker',
      title: snap ? 'Docker Engine (snap)' : 'Docker Engine',
      sockets: ['/var/run/docker.sock'],
      traces: [
        '/usr/bin/dockerd',
        '/usr/sbin/dockerd',
        '/usr/local/bin/dockerd',
        '/snap/bin/docker',
      ],
      start: typed(snap ? 'sudo snap start docker' : 'sudo systemctl start docker'),
    },
    {
      name: 'docker-rootless',
      title: 'Docker Engine (rootless)',
      sockets: [`${runtime}/docker.sock`],
      traces: [inHome('.config', 'systemd', 'user', 'docker.service')],
      start: userService('docker'),
    },
    {
      name: 'docker-desktop',
      title: 'Docker Desktop',
      sockets: [inHome('.docker', 'desktop', 'docker.sock')],
      traces: ['/opt/docker-desktop'],
      start: userService('docker-desktop'),
    },
    ...colima(here),
    {
      name: 'rancher-desktop',
      title: 'Rancher Desktop',
      sockets: [inHome('.rd', 'docker.sock')],
      traces: ['/opt/rancher-desktop'],
      start: typed('rancher-desktop'),
    },
    {
      name: 'podman',
      title: 'Podman',
      sockets: [`${runtime}/podman/podman.sock`],
      traces: ['/usr/bin/podman', '/usr/local/bin/podman'],
      start: userService('podman.socket'),
    },
    {
      name: 'podman-root',
      title: 'Podman (root)',
      sockets: ['/run/podman/podman.sock'],
      traces: [],
      start: typed('sudo systemctl start podman.socket'),
    },
    podmanMachine([
      `${runtime}/podman/podman-machine-default-api.sock`,
      inHome('.local', 'share', 'containers', 'podman', 'machine', 'podman.sock'),
    ]),
  ];
}

function onMacOs(here: HostEnvironment): readonly EngineProduct[] {
  const inHome = (...parts: string[]): string => joinOn(here, here.home, ...parts);
  const temporary = here.env['TMPDIR'] ?? '/tmp';
  return [
    {
      name: 'docker',
      title: 'Docker',
      sockets: ['/var/run/docker.sock'],
      traces: [],
      start: app('Docker'),
    },
    {
      name: 'docker-desktop',
      title: 'Docker Desktop',
      sockets: [inHome('.docker', 'run', 'docker.sock')],
      traces: ['/Applications/Docker.app'],
      start: app('Docker'),
    },
    ...colima(here),
    {
      name: 'orbstack',
      title: 'OrbStack',
      sockets: [inHome('.orbstack', 'run', 'docker.sock')],
      traces: ['/Applications/OrbStack.app'],
      start: app('OrbStack'),
    },
    {
      name: 'rancher-desktop',
      title: 'Rancher Desktop',
      sockets: [inHome('.rd', 'docker.sock')],
      traces: ['/Applications/Rancher Desktop.app'],
      start: app('Rancher Desktop'),
    },
    podmanMachine(
      [
        inHome('.local', 'share', 'containers', 'podman', 'machine', 'podman.sock'),
        joinOn(here, temporary, 'podman', 'podman-machine-default-api.sock'),
      ],
      ['/opt/podman/bin/podman', '/opt/homebrew/bin/podman', '/usr/local/bin/podman'],
    ),
  ];
}

function onWindows(here: HostEnvironment): readonly EngineProduct[] {
  const programs = here.env['ProgramFiles'] ?? 'C:\\Program Files';
  const desktop = joinOn(here, programs, 'Docker', 'Docker', 'Docker Desktop.exe');
  return [
    {
      name: 'docker',
      title: 'Docker',
      sockets: ['//./pipe/docker_engine'],
      traces: [],
      start: {by: 'study-desk', argv: [desktop]},
    },
    {
      name: 'docker-desktop',
      title: 'Docker Desktop',
      sockets: ['//./pipe/dockerDesktopLinuxEngine'],
      traces: [desktop],
      start: {by: 'study-desk', argv: [desktop]},
    },
    podmanMachine(
      ['//./pipe/podman-machine-default'],
      [joinOn(here, programs, 'RedHat', 'Podman', 'podman.exe')],
    ),
  ];
}

function podmanMachine(sockets: readonly string[], traces: readonly string[] = []): EngineProduct {
  return {
    name: 'podman-machine',
    title: 'Podman machine',
    sockets,
    traces,
    start: {by: 'study-desk', argv: ['podman', 'machine', 'start']},
  };
}

/** Each profile of Colima is an engine of its own. */
function colima(here: HostEnvironment): readonly EngineProduct[] {
  const home =
    here.env['COLIMA_HOME'] ??
    [joinOn(here, here.home, '.colima'), joinOn(here, here.home, '.config', 'colima')].find(
      (folder) => here.exists(folder),
    ) ??
    joinOn(here, here.home, '.colima');
  const others = here
    .list(home)
    .filter((name) => name !== 'default' && here.exists(joinOn(here, home, name, 'docker.sock')));
  return ['default', ...others].map((profile): EngineProduct => ({
    name: profile === 'default' ? 'colima' : `colima-${profile}`,
    title: profile === 'default' ? 'Colima' : `Colima (profile ${profile})`,
    sockets: [joinOn(here, home, profile, 'docker.sock')],
    traces: [joinOn(here, home, profile)],
    start: {by: 'study-desk', argv: ['colima', 'start', profile]},
  }));
}
