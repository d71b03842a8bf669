import {randomBytes} from 'node:crypto';
import type {WebSocket} from 'ws';
import {appError} from '../../shared/errors';
import {crossing} from '../../shared/contract/crossing';
import {events} from '../../shared/contract/events';
import {
  CLOSED,
  type HostMessage,
  type PageMessage,
  type Question,
} from '../../shared/contract/webMessages';
import {err, ok} from '../../shared/result';
import type {SendEvent} from '../ipc/ipcPort';
import {createOutbox} from './outbox';
import type {WebAnswers} from './webAnswers';

/** Requests of a tab under way at a time. */
const MOST_UNDER_WAY = 512;

/** What a tab is made of. */
export interface TabParts {
  readonly windowId: number;
  /** Whose it is; no other session may go on with it. */
  readonly session: string;
  /** The folder that its page opens first. */
  readonly dir: string | null;
  readonly answers: WebAnswers;
  /** Keeps bytes for the page to fetch; answers their address. */
  readonly keep: (bytes: Uint8Array) => string;
  /** The page has taken a log batch. */
  readonly batchTaken: () => void;
  /** A page was loaded anew in the tab. */
  readonly begun: () => void;
}

/** A tab of a browser, on the host's side. */
export type Tab = ReturnType<typeof createTab>;

/** A link that broke goes on where it was: nothing is lost, and what is asked twice because of it is carried out once. */
export function createTab(parts: TabParts) {
  const name = randomBytes(16).toString('base64url');
  const outbox = createOutbox(parts.keep);
  let received = 0;
  let underWay = 0;
  let batches = 0;
  /** Of the page: what an earlier one asked for is not answered to the next. */
  let page = 0;
  let asked = 0;
  const questions = new Map<number, (value: string | boolean | null) => void>();

  function forgetPage(): void {
    page += 1;
    for (const reply of questions.values()) reply(null);
    questions.clear();
  }

  /** A page was loaded: what the one before was owed is gone. */
  function begin(): void {
    forgetPage();
    outbox.begin();
    received = 0;
    batches = 0;
    parts.begun();
  }

  async function answer(id: number, request: string, arg: unknown): Promise<void> {
    const asking = page;
    underWay += 1;
    try {
      const given = await parts.answers.answer(request, arg);
      if (asking === page) outbox.post({id, answer: given});
    } finally {
      underWay -= 1;
    }
  }

  return {
    ...{name, windowId: parts.windowId, session: parts.session, dir: parts.dir},
    /** Sends an event, in the shape in which it crosses. */
    sendEvent: ((event, payload) =>
      outbox.post({event, payload: crossing(events[event], payload)})) satisfies SendEvent,
    /** Asks the page; null where it went away or its user changed their mind. */
    ask(question: Question): Promise<string | boolean | null> {
      asked += 1;
      const ask = asked;
      return new Promise((resolve) => {
        questions.set(ask, resolve);
        outbox.post({ask, question});
      });
    },
    /** A page is connected; `seen` is null for one that was just loaded. */
    connect(to: WebSocket, seen: number | null): void {
      const before = outbox.link();
      if (before !== null && before !== to) before.close(CLOSED.replaced);
      if (seen === null) begin();
      const fresh = seen !== null && outbox.lost(seen);
      const welcome: HostMessage = {welcome: {tab: name, received, fresh}};
      to.send(JSON.stringify(welcome));
      outbox.connect(to, seen ?? 0);
    },
    /** The link is gone; what is sent meanwhile waits. */
    disconnect(from: WebSocket): void {
      if (outbox.link() === from) outbox.disconnect();
    },
    isConnected: (): boolean => outbox.link() !== null,
    /** Characters that wait for the page. */
    waiting: (): number => outbox.waiting(),
    /** Takes a message of the page. */
    take(message: PageMessage): void {
      if ('ack' in message) {
        outbox.acknowledge(message.ack);
        // no more than there can have been
        const taken = Math.min(message.taken, outbox.count());
        for (; batches < taken; batches += 1) parts.batchTaken();
        return;
      }
      const {id} = message;
      if (id <= received) return;
      received = id;
      if ('reply' in message) {
        questions.get(message.reply)?.(message.value);
        questions.delete(message.reply);
        outbox.post({id, answer: ok(null)});
      } else if (underWay >= MOST_UNDER_WAY) outbox.post({id, answer: TOO_MANY});
      else void answer(id, message.name, message.arg);
    },
    /** The tab is no more. */
    close(): void {
      forgetPage();
      const link = outbox.link();
      outbox.close();
      link?.close(1001);
    },
  };
}

const TOO_MANY = err(
  appError('invalid-request', 'Too much was asked at once.', {hint: 'Try again in a moment.'}),
);
