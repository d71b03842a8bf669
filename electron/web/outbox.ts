import {deflateRawSync, inflateRawSync} from 'node:zlib';
import {WebSocket} from 'ws';
import type {HostBody} from '../../shared/contract/webMessages';
import {webText} from '../../shared/contract/webText';

/** What a tab that does not read may cost, in characters, or bytes where they are compressed. */
const MOST_WAITING = 8 * 1024 * 1024;
/** What is as long as this is compressed where too much waits: large studies are texts of several MB, much of which repeats. */
const PACKED_FROM = 64 * 1024;
/** Handed to the system at a time; the rest waits here, where it is counted. */
const MOST_HANDED = 256 * 1024;

/** Events that stand for all earlier ones of their name. */
const WHOLE: ReadonlySet<string> = new Set([
  ...['study:changed', 'git:changed', 'engine:changed', 'runs:changed', 'queue:changed'],
  ...['unfinished:changed', 'pulls:changed', 'runs:elsewhere'],
  ...['check:progress', 'ready:progress', 'begin:progress'],
]);

interface Waiting {
  readonly seq: number;
  readonly packed: string | Buffer;
  readonly event: string | null;
}

/** Level 1: what it saves beyond that is not worth the wait. */
const pack = (text: string): string | Buffer =>
  text.length < PACKED_FROM ? text : deflateRawSync(text, {level: 1});

const unpack = (packed: string | Buffer): string =>
  typeof packed === 'string' ? packed : inflateRawSync(packed).toString('utf8');

const sizeOf = (waiting: readonly Waiting[]): number =>
  waiting.reduce((sum, {packed}) => sum + packed.length, 0);

/** `keep` takes bytes for the page to fetch, and answers their address. */
export function createOutbox(keep: (bytes: Uint8Array) => string) {
  let link: WebSocket | null = null;
  let waiting: Waiting[] = [];
  let size = 0;
  let nextSeq = 1;
  /** How many of those that wait have been handed to the link. */
  let handed = 0;
  let behind = false;

  /** Leaves out an event that has not been handed on and is overtaken by one of the same name. */
  function forget(event: string): void {
    const at = waiting.findIndex((each, index) => index >= handed && each.event === event);
    if (at === -1) return;
    size -= waiting[at]?.packed.length ?? 0;
    waiting.splice(at, 1);
  }

  function empty(): void {
    waiting = [];
    size = 0;
    handed = 0;
  }

  function giveUp(): void {
    behind = true;
    empty();
    link?.terminate();
    link = null;
  }

  /** Makes room before a page is given up. */
  function packAll(): void {
    waiting = waiting.map((each) =>
      typeof each.packed === 'string' ? {...each, packed: pack(each.packed)} : each,
    );
    size = sizeOf(waiting);
  }

  function flush(): void {
    const to = link;
    if (to === null || to.readyState !== WebSocket.OPEN) return;
    while (handed < waiting.length && to.bufferedAmount < MOST_HANDED) {
      const next = waiting[handed];
      if (next === undefined) return;
      handed += 1;
      to.send(unpack(next.packed), (error) => {
        // where there is none, Node gives null
        if (!(error instanceof Error) && link === to) flush();
      });
    }
  }

  return {
    /** Sends it now, or once there is a link; a page that lets too much wait is given up. */
    post(body: HostBody): void {
      if (behind) return;
      const seq = nextSeq;
      nextSeq += 1;
      const {text, parts} = webText(body, keep);
      const head = parts.length === 0 ? {seq} : {seq, parts};
      const event = 'event' in body ? body.event : null;
      if (event !== null && WHOLE.has(event)) forget(event);
      const whole = `${JSON.stringify(head).slice(0, -1)},${text.slice(1)}`;
      waiting.push({seq, packed: whole, event});
      size += whole.length;
      if (size > MOST_WAITING) packAll();
      if (size > MOST_WAITING && waiting.length > 1) giveUp();
      else flush();
    },
    /** The page has taken all up to this number. */
    acknowledge(seq: number): void {
      while (handed > 0 && (waiting[0]?.seq ?? Infinity) <= seq) {
        size -= waiting.shift()?.packed.length ?? 0;
        handed -= 1;
      }
      flush();
    },
    /** A page was loaded: what the one before was owed is gone. */
    begin(): void {
      behind = false;
      empty();
      nextSeq = 1;
    },
    /** True where a page that has taken all up to `seen` can't be told what it missed. */
    lost: (seen: number): boolean => behind || seen >= nextSeq,
    /** Goes on over a link, behind what its page has taken. */
    connect(to: WebSocket, seen: number): void {
      link = to;
      handed = 0;
      waiting = waiting.filter((each) => each.seq > seen);
      size = sizeOf(waiting);
      flush();
    },
    /** The link is gone; what is sent meanwhile waits. */
    disconnect(): void {
      link = null;
      handed = 0;
    },
    link: (): WebSocket | null => link,
    /** Numbers given so far. */
    count: (): number => nextSeq - 1,
    /** Characters or bytes that wait for the page. */
    waiting: (): number => size,
    /** Sends nothing any more. */
    close(): void {
      behind = true;
      empty();
    },
  };
}
