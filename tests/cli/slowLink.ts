import {connect, createServer, type AddressInfo, type Socket} from 'node:net';

/** A link between two computers. */
export interface LinkLimits {
  /** One way, in milliseconds. */
  readonly delayMs: number;
  /** Each way, for all connections together. */
  readonly bitsPerSecond: number;
}

/** So much is handed on at a time, in bytes, so that connections take turns. */
const PIECE = 1460;
/** Bytes of a connection that may be on their way before its sender has to wait. */
const MOST_ON_WAY = 256 * 1024;

/** A port of this computer that leads to another as if over a slow link; `close` ends it. */
export async function slowLink(
  target: number,
  {delayMs, bitsPerSecond}: LinkLimits,
): Promise<{readonly port: number; readonly close: () => void}> {
  const open = new Set<Socket>();
  const direction = () => {
    let freeAt = 0;
    /** In the order in which it was sent: timers of their own might overtake one another. */
    const onTheWay: {readonly at: number; readonly deliver: () => void}[] = [];
    const arrive = (): void => {
      while ((onTheWay[0]?.at ?? Infinity) <= performance.now()) onTheWay.shift()?.deliver();
      const next = onTheWay[0];
      if (next !== undefined) setTimeout(arrive, next.at - performance.now());
    };
    const later = (bytes: number, deliver: () => void): void => {
      freeAt = Math.max(freeAt, performance.now()) + (bytes * 8000) / bitsPerSecond;
      onTheWay.push({at: freeAt + delayMs, deliver});
      if (onTheWay.length === 1) setTimeout(arrive, freeAt + delayMs - performance.now());
    };
    return (from: Socket, to: Socket): void => {
      let onWay = 0;
      from.on('data', (data: Buffer) => {
        onWay += data.length;
        if (onWay > MOST_ON_WAY) from.pause();
        for (let at = 0; at < data.length; at += PIECE) {
          const piece = data.subarray(at, at + PIECE);
          later(piece.length, () => {
            onWay -= piece.length;
            if (onWay <= MOST_ON_WAY / 2) from.resume();
            to.write(piece);
          });
        }
      });
      from.on('end', () => later(0, () => to.end()));
      from.on('error', () => to.destroy());
      from.on('close', () => open.delete(from));
      open.add(from);
    };
  };
  const [there, back] = [direction(), direction()];
  const server = createServer({allowHalfOpen: true}, (near) => {
    near.pause();
    // as long as it takes to be connected
    setTimeout(() => {
      const far = connect({port: target, host: '127.0.0.1', allowHalfOpen: true});
      there(near, far);
      back(far, near);
      near.resume();
    }, 2 * delayMs);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port, // what a server on a port has
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
