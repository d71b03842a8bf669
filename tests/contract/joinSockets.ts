import type net from 'node:net';

/** Passes on what either of two sockets gets to the other, until one of them ends; `open` holds those that are open. */
export function joinSockets(one: net.Socket, other: net.Socket, open: Set<net.Socket>): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    open.add(from);
    from.pipe(to);
    from.once('error', () => to.destroy());
    from.once('close', () => {
      open.delete(from);
      to.destroy();
    });
  }
}
