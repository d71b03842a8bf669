import net from 'node:net';
import {joinSockets} from './joinSockets';

/** An engine as it looks from another computer: reached over TCP, so that nothing but its interface is of use. */
export interface RemoteEngine {
  /** As DOCKER_HOST has it. */
  readonly host: string;
  /** Cuts every connection, once, when so many bytes more have come from the engine. */
  cutAfter(bytes: number): void;
  close(): Promise<void>;
}

/** Passes on what comes in at a port of this computer to an engine's socket. */
export async function remoteEngine(socketPath: string): Promise<RemoteEngine> {
  const open = new Set<net.Socket>();
  const cutAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  let untilCut = Infinity;
  // what is typed may end before what is printed
  const server = net.createServer({allowHalfOpen: true}, (client) => {
    const engine = net.connect({path: socketPath, allowHalfOpen: true});
    engine.on('data', ({length}) => {
      untilCut -= length;
      if (untilCut > 0) return;
      untilCut = Infinity;
      cutAll();
    });
    joinSockets(client, engine, open);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given');
  return {
    host: `tcp://127.0.0.1:${address.port}`,
    cutAfter(bytes) {
      untilCut = bytes;
    },
    async close() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
