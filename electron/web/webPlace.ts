import {resolve} from 'node:path';
import {type AppError, appError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {codespacesOrigin} from '../core/tools/toolPorts';

/** The options of `study-desk web`, as they were typed. */
export interface WebOptions {
  readonly port?: number;
  readonly socket?: string;
  readonly host?: string;
  readonly root?: string;
  readonly basePath?: string;
  readonly trustedOrigin: readonly string[];
  readonly allowFrame?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy: boolean;
}

/** Where the window is served. */
export interface WebPlace {
  readonly listen:
    | {readonly kind: 'port'; readonly host: string; readonly port: number}
    | {readonly kind: 'socket'; readonly path: string};
  /** With `/` at both ends. */
  readonly basePath: string;
  readonly trustedOrigins: readonly string[];
  /** The one origin that may frame the page; null for none. */
  readonly allowFrame: string | null;
  /** Files; null without TLS. */
  readonly tls: {readonly cert: string; readonly key: string} | null;
  readonly behindProxy: boolean;
}

/** Understands the options; refuses what would let others in. */
export function webPlace(options: WebOptions): Result<WebPlace, AppError> {
  const {port, socket, tlsCert, tlsKey, behindProxy} = options;
  if (socket !== undefined && (port !== undefined || options.host !== undefined))
    return refuse('`--socket` is in place of `--port` and `--host`.', 'Give one of them.');
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    return refuse('TLS needs both a certificate and its key.', 'Give --tls-cert and --tls-key.');
  const basePath = options.basePath ?? '/';
  if (!/^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*\/)*$/.test(basePath))
    return refuse(`\`${basePath}\` can’t be a base path.`, 'Write it as /x/, with / at both ends.');
  const trustedOrigins: string[] = [];
  for (const typed of options.trustedOrigin) {
    const origin = originOf(typed);
    if (origin === null) return noOrigin('--trusted-origin', typed);
    trustedOrigins.push(origin);
  }
  const allowFrame = options.allowFrame === undefined ? null : frameOriginOf(options.allowFrame);
  if (options.allowFrame !== undefined && allowFrame === null)
    return noOrigin('--allow-frame', options.allowFrame);
  if (behindProxy && trustedOrigins.length === 0)
    return refuse(
      'A proxy needs the origin under which browsers reach it.',
      'Name it with --trusted-origin, such as https://desk.example.org.',
    );
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? null
      : {cert: resolve(tlsCert), key: resolve(tlsKey)};
  const rest = {basePath, trustedOrigins, allowFrame, tls, behindProxy};
  if (socket !== undefined) {
    if (tls !== null)
      return refuse('A Unix socket is served without TLS.', 'Leave out --tls-cert and --tls-key.');
    return ok({listen: {kind: 'socket', path: resolve(socket)}, ...rest});
  }
  const host = (options.host ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1');
  const refused = hostRefusal(host, rest);
  return refused ?? ok({listen: {kind: 'port', host, port: port ?? 0}, ...rest});
}

/** Beyond loopback nothing is served that others on the network could read or pretend to be. */
function hostRefusal(
  host: string,
  {tls, behindProxy, trustedOrigins}: Pick<WebPlace, 'tls' | 'behindProxy' | 'trustedOrigins'>,
): Result<never, AppError> | null {
  if (!/^[A-Za-z0-9.:_-]+$/.test(host)) return refuse(`\`${host}\` is no address.`);
  if (isLoopback(host)) return null;
  if (tls === null && !behindProxy)
    return refuse(
      `Study Desk is not served on ${host} without encryption.`,
      'Give --tls-cert and --tls-key, or --behind-proxy with --trusted-origin. Without --host only this computer is served.',
      'Others on the network could read outputs and run programs here.',
    );
  if (isAnyAddress(host) && trustedOrigins.length === 0)
    return refuse(
      `${host} stands for every address of this computer.`,
      'Name the one that browsers use with --trusted-origin.',
    );
  return null;
}

/** True for an address that only this computer reaches. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function isAnyAddress(host: string): boolean {
  return /^[0.]+$/.test(host) || /^[0:]+$/.test(host);
}

/** An origin as browsers send it; null for what is none. Usual ports are left out. */
export function originOf(text: string): string | null {
  if (!/^https?:\/\/[A-Za-z0-9.[\]:_-]+\/?$/i.test(text)) return null;
  try {
    return new URL(text).origin;
  } catch {
    return null;
  }
}

/** As `originOf`; VS Code's own pages have a scheme of their own. */
function frameOriginOf(text: string): string | null {
  return /^vscode-webview:\/\/[A-Za-z0-9.-]+$/.test(text) ? text : originOf(text);
}

/** Where browsers may come from. */
export interface Addresses {
  /** Origins that requests may come from, as browsers send them. */
  readonly origins: ReadonlySet<string>;
  /** Addresses under which the server may be asked. */
  readonly hosts: readonly {readonly scheme: string; readonly host: string}[];
  /** The page's address, without a token. */
  readonly page: string;
  /** The address under which a port of this computer is reached from the browser. */
  readonly ofPort: (port: number) => string;
}

/** What holds once the port is known. Codespaces hands requests on from an address made of its two variables. */
export function addressesOf(
  place: WebPlace,
  port: number | null,
  env: Readonly<Record<string, string | undefined>>,
): Addresses {
  const {listen, tls, trustedOrigins, basePath, behindProxy} = place;
  const scheme = tls === null ? 'http' : 'https';
  const host = listen.kind === 'port' ? listen.host : 'localhost';
  const named = host.includes(':') ? `[${host}]` : host;
  const local =
    isAnyAddress(host) || (behindProxy && !isLoopback(host) && listen.kind === 'port')
      ? []
      : [new URL(`${scheme}://${named}${port === null ? '' : `:${port}`}`).origin];
  const forwarded = port === null ? null : codespacesOrigin(port, env);
  const own = [...local, ...trustedOrigins, ...(forwarded === null ? [] : [forwarded])];
  // what forwards in Codespaces asks this computer by that name
  const asked = forwarded === null ? own : [...own, `http://localhost:${port}`];
  // no browser asks a socket itself
  const first = behindProxy || listen.kind === 'socket' ? trustedOrigins[0] : forwarded;
  const page = first ?? local[0] ?? trustedOrigins[0];
  return {
    origins: new Set(own),
    hosts: [...new Set(asked)].map((origin) => ({
      scheme: new URL(origin).protocol,
      host: new URL(origin).host,
    })),
    page: `${page ?? ''}${basePath}`,
    ofPort: (other) => codespacesOrigin(other, env) ?? `http://127.0.0.1:${other}`,
  };
}

/** True where both are exactly what they may be; a request without an origin passes only where `needsOrigin` is false. */
export function isAllowed(
  {origins, hosts}: Addresses,
  asked: {readonly host: string | undefined; readonly origin: string | undefined},
  needsOrigin: boolean,
): boolean {
  const host = (asked.host ?? '').toLowerCase();
  const known = hosts.some((each) => {
    const usual = each.scheme === 'https:' ? ':443' : ':80';
    return (
      each.host === host || (host.endsWith(usual) && each.host === host.slice(0, -usual.length))
    );
  });
  if (!known) return false;
  if (asked.origin === undefined) return !needsOrigin;
  const origin = originOf(asked.origin);
  return origin !== null && !asked.origin.endsWith('/') && origins.has(origin);
}

function noOrigin(option: string, typed: string): Result<never, AppError> {
  return refuse(
    `\`${typed}\` is no origin.`,
    `Give ${option} scheme, name and port alone, such as https://desk.example.org.`,
  );
}

function refuse(message: string, hint?: string, why?: string): Result<never, AppError> {
  return err(
    appError('invalid-request', message, {
      ...(hint === undefined ? {} : {hint}),
      ...(why === undefined ? {} : {why}),
    }),
  );
}
