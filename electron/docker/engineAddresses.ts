import {createHash} from 'node:crypto';
import path from 'node:path';
import * as z from 'zod';
import {type AppError, appError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';

/** Where an engine may answer. */
export type EngineAddress =
  | {readonly kind: 'socket'; readonly socketPath: string}
  | {readonly kind: 'host'; readonly host: string; readonly certDir: string | null};

/** Where to look for an engine, in this order. */
export interface EngineSearch {
  readonly addresses: readonly EngineAddress[];
  /** What of the user's settings chose the one address, as a sentence names it; null where any engine found is fine. */
  readonly chosenBy: string | null;
}

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
 * Where to look for an engine: where DOCKER_HOST says, or else the current context of the docker command line, and
 * nowhere else, for jobs and images that are meant for one engine must not be given to another; without either, the
 * usual sockets or pipe of Docker, and last those of Podman. An error where the context is not known.
 */
export function engineSearch(here: HostEnvironment): Result<EngineSearch, AppError> {
  const dockerHost = here.env['DOCKER_HOST'];
  if (dockerHost !== undefined && dockerHost !== '') {
    const address = parseHost(dockerHost, here.env['DOCKER_CERT_PATH'] ?? null);
    return ok({addresses: [address], chosenBy: 'DOCKER_HOST'});
  }
  const context = currentContext(here);
  if (context === null) return ok({addresses: usualSockets(here).map(socket), chosenBy: null});
  const address = contextAddress(here, context);
  return address === null
    ? err(unknownContext(context))
    : ok({addresses: [address], chosenBy: `the Docker context "${context}"`});
}

/** An address as the user writes it. */
export function addressText(address: EngineAddress): string {
  if (address.kind === 'host') return address.host;
  const {socketPath} = address;
  return `${socketPath.startsWith('//./pipe/') ? 'npipe' : 'unix'}://${socketPath}`;
}

/** Reads `unix://`, `npipe://`, `tcp://`, `ssh://`, `http(s)://` and bare `host:port` addresses. */
export function parseHost(text: string, certDir: string | null): EngineAddress {
  const local = /^(?:unix|npipe):\/\/(.*)$/.exec(text);
  if (local?.[1] !== undefined) return socket(local[1].replaceAll('\\', '/'));
  return {kind: 'host', host: text.includes('://') ? text : `tcp://${text}`, certDir};
}

function configFolder(here: HostEnvironment): string {
  return here.env['DOCKER_CONFIG'] ?? join(here, here.home, '.docker');
}

/** What `docker context use` chose, as Docker Desktop, colima and others do; null for none. */
function currentContext(here: HostEnvironment): string | null {
  const config = decode(configReply, here.readText(join(here, configFolder(here), 'config.json')));
  const chosen = here.env['DOCKER_CONTEXT'];
  const name = chosen === undefined || chosen === '' ? config?.currentContext : chosen;
  return name === undefined || name === '' || name === 'default' ? null : name;
}

function contextAddress(here: HostEnvironment, name: string): EngineAddress | null {
  const folder = configFolder(here);
  const id = createHash('sha256').update(name).digest('hex');
  const meta = here.readText(join(here, folder, 'contexts', 'meta', id, 'meta.json'));
  const context = decode(contextReply, meta);
  if (context === null) return null;
  const certs = join(here, folder, 'contexts', 'tls', id, 'docker');
  const hasCerts = here.readText(join(here, certs, 'ca.pem')) !== null;
  return parseHost(context.Endpoints.docker.Host, hasCerts ? certs : null);
}

function unknownContext(name: string): AppError {
  return appError('no-engine', `The Docker context "${name}" does not exist, or cannot be read.`, {
    hint: 'Choose one that "docker context ls" lists, with "docker context use", or unset DOCKER_CONTEXT.',
  });
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
