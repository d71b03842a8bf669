/** Certificates that an engine on the network is reached with. */
export interface EngineTls {
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`, as far as they are there; null for those of the system alone. */
  readonly certDir: string | null;
  /** Whether the engine has to prove who it is; only a Docker context can say that it need not. */
  readonly verify: boolean;
}

/** Where an engine may answer. */
export type EngineAddress =
  | {readonly kind: 'socket'; readonly socketPath: string}
  | {readonly kind: 'host'; readonly host: string; readonly tls: EngineTls | null}
  /** By this computer's own `ssh`. */
  | {readonly kind: 'ssh'; readonly host: string};

/** An address as the user writes it. */
export function addressText(address: EngineAddress): string {
  if (address.kind !== 'socket') return address.host;
  const {socketPath} = address;
  return `${socketPath.startsWith('//./pipe/') ? 'npipe' : 'unix'}://${socketPath}`;
}

/** Reads `unix://`, `npipe://`, `tcp://`, `ssh://`, `http(s)://` and bare `host:port` addresses. */
export function parseHost(text: string, tls: EngineTls | null = null): EngineAddress {
  const local = /^(?:unix|npipe):\/\/(.*)$/.exec(text);
  if (local?.[1] !== undefined) return socket(local[1].replaceAll('\\', '/'));
  if (text.startsWith('ssh://')) return {kind: 'ssh', host: text};
  const host = text.includes('://') ? text : `tcp://${text}`;
  const plainTls: EngineTls = {certDir: null, verify: true};
  return {kind: 'host', host, tls: tls ?? (host.startsWith('https:') ? plainTls : null)};
}

/** A socket or a named pipe of this computer. */
export function socket(socketPath: string): EngineAddress {
  return {kind: 'socket', socketPath};
}
