import {randomBytes} from 'node:crypto';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';

/** An address of this computer that leads to another one, once. */
export interface OneTimeAddress {
  readonly address: string;
  /** Resolves once it was followed, or to false once it leads nowhere any more. */
  readonly followed: Promise<boolean>;
}

/** How long an address may be followed, in milliseconds: a browser may have to be started first. */
const VALID_MS = 60_000;

/**
 * An address to give to a browser in place of one that holds a secret: what a program is started with is seen by
 * everybody on the computer, and by the time somebody has read this one it leads nowhere.
 */
export function oneTimeAddress(target: string): Promise<OneTimeAddress> {
  const path = `/${randomBytes(24).toString('base64url')}`;
  return new Promise((resolve, reject) => {
    let settle: (followed: boolean) => void = () => undefined;
    const followed = new Promise<boolean>((resolve) => {
      settle = resolve;
    });
    const server = createServer((request, response) => {
      response.setHeader('Connection', 'close');
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('Referrer-Policy', 'no-referrer');
      if (request.method !== 'GET' || request.url !== path) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(302, {Location: target}).end();
      end(true);
    });
    const late = setTimeout(() => end(false), VALID_MS);
    const end = (wasFollowed: boolean): void => {
      clearTimeout(late);
      server.close();
      settle(wasFollowed);
    };
    server.once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    server.listen(0, '127.0.0.1', () => {
      const {port} = server.address() as AddressInfo; // what a server on a port has
      resolve({address: `http://127.0.0.1:${port}${path}`, followed});
    });
    // nobody waits for a browser that never comes
    server.unref();
    late.unref();
  });
}
