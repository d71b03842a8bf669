import {createHash} from 'node:crypto';
import path from 'node:path';
import {z} from 'zod';

/** Where an engine may answer. */
export type EngineAddress =
  | {readonly kind: 'socket'; readonly socketPath: string}
  | {readonly kind: 'host'; readonly host: string; readonly certDir: string | null};

/** What of this computer decides where engines are looked for; passed in so that all three systems are tested. */
export interface HostEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly uid: number | null;
  /** A file's text; null where it can't be read. */
  readonly readText: (file: string) => string | null;
}

const configReply = z.object({currentContext: z.string().optional()});
const contextReply = z.object({
  Endpoints: z.object({docker: z.object({Host: z.string()})}),
});

/**
 * Where to look for an engine, in order: DOCKER_HOST alone where it is set; else the current context of the docker
 * command line, the usual sockets or pipe of Docker, and last those of Podman.
 */
export function engineAddresses(here: HostEnvironment): readonly EngineAddress[] {
  const dockerHost = here.env['DOCKER_HOST'];
  if (dockerHost !== undefined && dockerHost !== '') {
    return [parseHost(dockerHost, here.env['DOCKER_CERT_PATH'] ?? null)];
  }
  const found = [...contextAddress(here), ...usualSockets(here).map(socket)];
  return found.filter(
    (address, index) => found.findIndex((other) => same(other, address)) === index,
  );
}

/** Reads `unix://`, `npipe://`, `tcp://`, `ssh://`, `http(s)://` and bare `host:port` addresses. */
export function parseHost(text: string, certDir: string | null): EngineAddress {
  const local = /^(?:unix|npipe):\/\/(.*)$/.exec(text);
  if (local?.[1] !== undefined) return socket(local[1].replaceAll('\\', '/'));
  return {kind: 'host', host: text.includes('://') ? text : `tcp://${text}`, certDir};
}

/** The engine of `docker context use`, which Docker Desktop, colima and others set. */
function contextAddress(here: HostEnvironment): readonly EngineAddress[] {
  const folder = here.env['DOCKER_CONFIG'] ?? join(here, here.home, '.docker');
  const config = decode(configReply, here.readText(join(here, folder, 'config.json')));
  const name = here.env['DOCKER_CONTEXT'] ?? config?.currentContext;
  if (name === undefined || name === '' || name === 'default') return [];
  const id = createHash('sha256').update(name).digest('hex');
  const meta = here.readText(join(here, folder, 'contexts', 'meta', id, 'meta.json'));
  const context = decode(contextReply, meta);
  if (context === null) return [];
  const certs = join(here, folder, 'contexts', 'tls', id, 'docker');
  const hasCerts = here.readText(join(here, certs, 'ca.pem')) !== null;
  return [parseHost(context.Endpoints.docker.Host, hasCerts ? certs : null)];
}

function usualSockets(here: HostEnvironment): readonly string[] {
  if (here.platform === 'win32') {
    return [
      '//./pipe/docker_engine',
      '//./pipe/dockerDesktopLinuxEngine',
      '//./pipe/podman-machine-default',
    ];
  }
  const inHome = (...parts: string[]): string => join(here, here.home, ...parts);
  if (here.platform === 'darwin') {
    return [
      '/var/run/docker.sock',
      inHome('.docker', 'run', 'docker.sock'),
      inHome('.colima', 'default', 'docker.sock'),
      inHome('.local', 'share', 'containers', 'podman', 'machine', 'podman.sock'),
    ];
  }
  const runtime = here.env['XDG_RUNTIME_DIR'] ?? `/run/user/${here.uid ?? 0}`;
  return [
    '/var/run/docker.sock',
    `${runtime}/docker.sock`,
    inHome('.docker', 'desktop', 'docker.sock'),
    `${runtime}/podman/podman.sock`,
    '/run/podman/podman.sock',
  ];
}

function socket(socketPath: string): EngineAddress {
  return {kind: 'socket', socketPath};
}

function same(a: EngineAddress, b: EngineAddress): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function join(here: HostEnvironment, ...parts: string[]): string {
  return (here.platform === 'win32' ? path.win32 : path.posix).join(...parts);
}

function decode<T>(schema: z.ZodType<T>, text: string | null): T | null {
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
