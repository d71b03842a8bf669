import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import {type WebSocket, WebSocketServer} from 'ws';
import {
  CLOSED,
  helloSchema,
  pageMessageSchema,
  pieceSchema,
  type Hello,
  type PageMessage,
} from '../../shared/contract/webMessages';
import {LONGEST_MESSAGE} from '../../shared/contract/webText';
import {parseJson} from '../files/openFile';
import type {Door} from './door';
import type {Tab} from './tab';

/** Largest message from a page, in bytes. */
export const MOST_BYTES = 1024 * 1024;
/** Messages to a page are compressed from this size on, in bytes. */
const DEFLATED_FROM = 4096;
/** How long a WebSocket may stay without its first message, in milliseconds. */
const HELLO_MS = 10_000;
/** How often a page hears from the host, so that either notices a link that is dead, in milliseconds. */
const ALIVE_MS = 10_000;
/** How long a tab waits for its page to come back, in milliseconds. */
const KEPT_MS = 15 * 60_000;
/** Tabs at a time, connected or waiting for their pages. */
const MOST_TABS = 64;

/** What links stand on. */
export interface LinkParts {
  readonly door: Door;
  /** A new tab of a session; `like` is one whose page was duplicated. */
  readonly newTab: (session: string, dir: string | null, like: Tab | null) => Tab;
  /** The tab is no more. */
  readonly closed: (tab: Tab) => void;
}

/** The WebSockets of pages, and which tab each belongs to. */
export type Links = ReturnType<typeof createLinks>;

/** Takes WebSockets whose Host and Origin have been looked at. */
export function createLinks(parts: LinkParts) {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_BYTES,
    // for browsers far away; a message from a page is held to its limit as it swells, too
    perMessageDeflate: {
      threshold: DEFLATED_FROM,
      zlibDeflateOptions: {level: 6},
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
    },
    clientTracking: false,
  });
  const tabs = new Map<string, Tab>();
  const leaving = new Map<string, NodeJS.Timeout>();
  const open = new Set<WebSocket>();

  function close(tab: Tab): void {
    clearTimeout(leaving.get(tab.name));
    leaving.delete(tab.name);
    tabs.delete(tab.name);
    tab.close();
    parts.closed(tab);
  }

  /** A tab for a page: its own again, or a new one. */
  function tabFor(session: string, {tab: name, seen, dir}: Hello): Tab | null {
    const known = name === null ? undefined : tabs.get(name);
    const own = known?.session === session ? known : null;
    // a page that was just loaded with the name of a tab that is connected is a copy of it
    if (own !== null && !(seen === null && own.isConnected())) return own;
    if (tabs.size >= MOST_TABS) {
      const idle = [...tabs.values()].find((each) => !each.isConnected());
      if (idle === undefined) return null;
      close(idle);
    }
    const tab = parts.newTab(session, dir, own);
    tabs.set(tab.name, tab);
    return tab;
  }

  function begin(link: WebSocket, data: Buffer): Tab | null {
    const hello = helloSchema.safeParse(parseJson(data.toString('utf8')));
    if (!hello.success) {
      link.close(CLOSED.malformed);
      return null;
    }
    const session = parts.door.sessionOf(hello.data.session);
    if (session === null) {
      link.close(CLOSED.unknown);
      return null;
    }
    const tab = tabFor(session, hello.data);
    if (tab === null) {
      link.close(1013);
      return null;
    }
    clearTimeout(leaving.get(tab.name));
    // a page that has taken something of a tab that is gone can't be told what it missed
    const isLost = hello.data.seen !== null && tab.name !== hello.data.tab;
    tab.connect(link, isLost ? Number.MAX_SAFE_INTEGER : hello.data.seen);
    return tab;
  }

  function follow(link: WebSocket): void {
    let tab: Tab | null = null;
    let answered = true;
    const read = createReading();
    open.add(link);
    const hello = setTimeout(() => link.terminate(), HELLO_MS);
    const alive = setInterval(() => {
      if (!answered) return link.terminate();
      answered = false;
      link.ping();
      if (tab !== null) link.send('{"alive":true}');
    }, ALIVE_MS);
    link.on('pong', () => {
      answered = true;
    });
    link.on('message', (data, isBinary) => {
      answered = true; // its pong may wait behind a long message
      if (isBinary) return link.close(CLOSED.malformed);
      if (tab === null) {
        clearTimeout(hello);
        tab = begin(link, data);
        return undefined;
      }
      const taken = read(data);
      if (taken === null) return link.close(CLOSED.malformed);
      return taken === 'begun' ? undefined : tab.take(taken);
    });
    // what was malformed closes the link by itself
    link.on('error', () => undefined);
    link.on('close', () => {
      open.delete(link);
      clearTimeout(hello);
      clearInterval(alive);
      const left = tab;
      if (left === null) return;
      left.disconnect(link);
      if (left.isConnected() || !tabs.has(left.name)) return;
      clearTimeout(leaving.get(left.name));
      leaving.set(left.name, setTimeout(() => close(left), KEPT_MS).unref());
    });
  }

  return {
    /** Makes a request that asks for it a WebSocket. */
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer): void =>
      server.handleUpgrade(request, socket, head, follow),
    all: (): readonly Tab[] => [...tabs.values()],
    byWindow: (windowId: number): Tab | null =>
      [...tabs.values()].find((tab) => tab.windowId === windowId) ?? null,
    /** Ends every link and tab. */
    closeAll(): void {
      for (const tab of [...tabs.values()]) close(tab);
      for (const link of open) link.terminate();
    },
  };
}

/** Reads what comes over one link: a message, `begun` after a piece that is not the last of its message, null where it is malformed. */
function createReading(): (message: Buffer) => PageMessage | 'begun' | null {
  let begun = '';
  return (message) => {
    let read = parseJson(message.toString('utf8'));
    const part = pieceSchema.safeParse(read);
    if (part.success) {
      begun += part.data.piece;
      if (begun.length > LONGEST_MESSAGE) return null;
      if (!part.data.isLast) return 'begun';
      read = parseJson(begun);
      begun = '';
    }
    const decoded = pageMessageSchema.safeParse(read);
    return decoded.success ? decoded.data : null;
  };
}
