import {get} from 'node:http';
import {createServer, type AddressInfo} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';

/** A port of this computer that nobody uses now: the one wished for, else any. */
export async function freePort(wished: number): Promise<number> {
  return (await tryPort(wished)) ?? (await tryPort(0)) ?? wished;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const {port: found} = server.address() as AddressInfo; // what a server on a port has
      server.close(() => resolve(found));
    });
  });
}

/** How often it is asked whether a tool answers, in milliseconds. */
const ASK_MS = 200;
const ANSWER_MS = 2000;

/**
 * Waits until something answers there, whatever it says, for so long at most; false where nothing did. An engine takes
 * connections for a container before anything in it does, so that only an answer counts.
 */
export async function answersWithin(
  address: string,
  milliseconds: number,
  stillWanted: () => Promise<boolean>,
): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    if (await answers(address)) return true;
    if (!(await stillWanted())) return false;
    await delay(ASK_MS);
  }
  return false;
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get(address, {timeout: ANSWER_MS, agent: false}, (reply) => {
      reply.destroy();
      resolve(true);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
  });
}

/** The origin under which GitHub Codespaces shows a port of this computer to the user's browser; null elsewhere. */
export function codespacesOrigin(
  port: number,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  const {CODESPACE_NAME: name = '', GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: domain = ''} = env;
  if (!/^[a-z0-9-]{1,60}$/i.test(name) || !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(domain)) return null;
  return `https://${name}-${port}.${domain}`.toLowerCase();
}
