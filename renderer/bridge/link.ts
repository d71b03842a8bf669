import type {HostMessage} from '../../shared/contract/webMessages';
import {piecesOf} from '../../shared/contract/webText';

/** How long is waited before a link is tried again: first, and at most, in milliseconds. */
const AGAIN_MS = 250;
const AGAIN_MOST_MS = 5000;
/** A link on which nothing came for so long is dead, in milliseconds. */
const DEAD_MS = 25_000;
/** How often that is looked at, in milliseconds. */
const LOOK_MS = 5000;

/** What a link stands on. */
export interface LinkParts {
  /** The first messages of each connection, `Hello` before the others; none where the page is not let in. */
  readonly greeting: () => Promise<readonly string[]>;
  readonly take: (message: HostMessage) => void;
  /** The connection was lost, and is tried again; `code` says why, true where it is not to be. */
  readonly lost: (code: number) => boolean;
}

/** A WebSocket to the host that is opened again whenever it breaks. */
export interface Link {
  /** Sends a text where the link is open; what must arrive is sent again by its sender. */
  send(text: string): void;
  /** Ends it for good. */
  end(): void;
}

/** Opens it. */
export function openLink({greeting, take, lost}: LinkParts): Link {
  const address = new URL('socket', document.baseURI);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  address.search = '';
  let socket: WebSocket | null = null;
  let again = AGAIN_MS;
  let over = false;

  function connect(): void {
    const to = new WebSocket(address);
    socket = to;
    let heardAt = Date.now();
    let isLost = false;
    const lose = (code: number): void => {
      if (isLost) return;
      isLost = true;
      window.clearInterval(watch);
      to.close();
      if (over || lost(code)) return;
      window.setTimeout(connect, again);
      again = Math.min(again * 2, AGAIN_MOST_MS);
    };
    const watch = window.setInterval(() => {
      if (Date.now() - heardAt > DEAD_MS) lose(0);
    }, LOOK_MS);
    to.onopen = () =>
      void greeting().then((texts) => {
        if (!isLost) for (const piece of texts.flatMap(piecesOf)) to.send(piece);
      });
    to.onmessage = ({data}) => {
      heardAt = Date.now();
      again = AGAIN_MS;
      // both ends are of the same program
      if (!isLost) take(JSON.parse(String(data)) as HostMessage);
    };
    to.onclose = ({code}) => lose(code);
  }

  connect();
  return {
    send(text) {
      if (socket?.readyState !== WebSocket.OPEN) return;
      for (const piece of piecesOf(text)) socket.send(piece);
    },
    end() {
      over = true;
      socket?.close();
    },
  };
}
