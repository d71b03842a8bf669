import {APP_ORIGIN} from '../ipc/ipcPort';

/** Scheme of the outputs' own origins; one host, the token, per study. */
export const OUTPUT_SCHEME = 'study-output';

/** Hosts whose https pages may be opened, in the user's browser. */
const HELP_HOSTS: readonly string[] = [
  'www.opensafely.org',
  'docs.opensafely.org',
  'jobs.opensafely.org',
  'reports.opensafely.org',
  'www.opencodelists.org',
  'docs.docker.com',
  'www.docker.com',
  'podman.io',
  'github.com',
];

/** Where a page's frames come from, and who may frame it. */
export interface Framing {
  readonly frames: string;
  readonly ancestors: string;
}

const OF_THE_WINDOW: Framing = {frames: `${OUTPUT_SCHEME}:`, ancestors: "'none'"};

/** Content Security Policy of the window's pages; `nonce` is for the style sheets that the YAML view and shells make. */
export function windowPolicy(nonce: string, framing: Framing = OF_THE_WINDOW): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    `frame-src ${framing.frames}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${framing.ancestors}`,
  ].join('; ');
}

/** Content Security Policy of the page of words that stands in for one that keeps ending: its one style sheet, no more. */
export function plainPolicy(nonce: string): string {
  return `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
}

/**
 * Content Security Policy of an HTML output: it looks as it should, and can do nothing. With scripts it may draw and react,
 * in an origin that is nobody's, and still asks no network for anything.
 */
export function outputPolicy(withScripts: boolean, ancestors: string = APP_ORIGIN): string {
  return [
    withScripts ? 'sandbox allow-scripts' : 'sandbox',
    "default-src 'none'",
    ...(withScripts ? ["script-src 'unsafe-inline' 'unsafe-eval' data: blob:"] : []),
    "style-src 'unsafe-inline'",
    withScripts ? "img-src data: blob: 'self'" : "img-src data: 'self'",
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "webrtc 'block'",
    `frame-ancestors ${ancestors}`,
  ].join('; ');
}

/** True for the window's own pages, where a reload may lead. */
export function mayNavigate(url: string): boolean {
  return url.startsWith(`${APP_ORIGIN}/`);
}

/** True for outputs, the only thing a frame of ours shows; a link in one that leads elsewhere leaves it as it is. */
export function mayFrame(url: string): boolean {
  return url.startsWith(`${OUTPUT_SCHEME}://`);
}

/** The address if the user's browser may open it: https, no credentials, a host on the list. */
export function externalAddress(url: string): string | null {
  try {
    const parsed = new URL(url);
    const known = parsed.protocol === 'https:' && HELP_HOSTS.includes(parsed.hostname);
    const plain = parsed.username === '' && parsed.password === '' && parsed.port === '';
    return known && plain ? parsed.href : null;
  } catch {
    return null;
  }
}

/** The address if it is one of this computer itself, by number and port, where a tool answers. */
export function localAddress(url: string): string | null {
  try {
    const parsed = new URL(url);
    const here = parsed.protocol === 'http:' && parsed.hostname === '127.0.0.1';
    const plain = parsed.username === '' && parsed.password === '' && parsed.port !== '';
    return here && plain ? parsed.href : null;
  } catch {
    return null;
  }
}

/** The only permission a page of ours gets: putting text on the clipboard. */
export function mayUse(permission: string, requestingUrl: string): boolean {
  return permission === 'clipboard-sanitized-write' && mayNavigate(requestingUrl);
}

/** Addresses that no page of ours ever asks for; cancelled before anything leaves the computer. */
export const NETWORK_FILTER: readonly string[] = [
  'http://*/*',
  'https://*/*',
  'ws://*/*',
  'wss://*/*',
  'ftp://*/*',
  'file://*/*',
];
