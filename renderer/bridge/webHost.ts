import type {CrossingHostApi} from '../../shared/contract/contract';
import type {
  FolderListing,
  Hello,
  HostMessage,
  PageMessage,
} from '../../shared/contract/webMessages';
import {LONGEST_MESSAGE, webValue} from '../../shared/contract/webText';
import {type AppError, appError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {answerQuestion, saveAs} from './questions';
import {openLink, type Link} from './link';
import {enter} from './session';
import {showNotice} from './notice';

type Answer = Result<unknown, AppError>;

/** How long taken messages are gathered before they are acknowledged, in milliseconds. */
const ACK_MS = 200;
/** As the host closes links (`CLOSED` in the contract). */
const UNKNOWN = 4401;
const REPLACED = 4408;

const TAB = 'study-desk-tab';

type PostBody =
  | {readonly name: string; readonly arg: unknown}
  | {readonly reply: number; readonly value: string | boolean | null};

interface Welcome {
  readonly tab: string;
  readonly received: number;
  readonly fresh: boolean;
}

interface Sent {
  readonly text: string;
  readonly answered: (answer: Answer) => void;
}

/** The host behind a page in a browser. Requests wait until it is connected, and are carried out once whatever becomes of the link. */
export function webHost(): CrossingHostApi {
  const listeners = createListeners();
  const sent = new Map<number, Sent>();
  const noteUnsaved = guardUnsaved();
  // before the address is made plain
  const dir = new URLSearchParams(location.hash.slice(1)).get('dir');
  let nextId = 1;
  let link: Link | null = null;
  let welcomed = false;
  /** The highest id sent together with the greeting. */
  let greetedWith = 0;
  let seen: number | null = null;
  let taken = 0;
  let ackTimer = 0;
  const ask = askAhead((name, arg) => post({name, arg}));

  function send(text: string): void {
    if (welcomed) link?.send(text);
  }

  /** Sends what must arrive; it is sent again where the link breaks before it has. */
  function post(body: PostBody): Promise<Answer> {
    return new Promise((answered) => {
      const id = nextId;
      nextId += 1;
      const text = JSON.stringify({id, ...body} satisfies PageMessage);
      if (text.length > LONGEST_MESSAGE) return answered(err(TOO_LONG));
      sent.set(id, {text, answered});
      send(text);
    });
  }

  function acknowledge(): void {
    window.clearTimeout(ackTimer);
    ackTimer = 0;
    send(JSON.stringify({ack: seen ?? 0, taken} satisfies PageMessage));
  }

  function begin({tab, received, fresh}: Welcome): void {
    if (fresh) return end('This page was away too long to be told what it missed.', true);
    sessionStorage.setItem(TAB, tab);
    welcomed = true;
    seen ??= 0;
    showNotice(null);
    for (const [id, {text}] of sent) if (id > Math.max(received, greetedWith)) send(text);
    acknowledge();
  }

  function tell(event: string, payload: unknown): void {
    try {
      listeners.call(event, payload);
    } finally {
      if (event === 'log:batch') {
        taken += 1;
        acknowledge();
      }
    }
  }

  async function take(message: HostMessage): Promise<void> {
    if ('alive' in message) return;
    if ('welcome' in message) return begin(message.welcome);
    if (message.seq <= (seen ?? 0)) return;
    seen = message.seq;
    ackTimer ||= window.setTimeout(acknowledge, ACK_MS);
    if ('event' in message) return tell(message.event, message.payload);
    if ('ask' in message) {
      const value = await answerQuestion(message.question, listFolder);
      void post({reply: message.ask, value});
      return;
    }
    const {id, answer, parts = []} = message;
    const waiting = sent.get(id);
    sent.delete(id);
    waiting?.answered(await withParts(answer, parts));
  }

  function end(words: string, reload = false): void {
    link?.end();
    showNotice(words, reload ? 'Reload the page' : null);
  }

  function lost(code: number): boolean {
    welcomed = false;
    if (code === UNKNOWN) end(NOT_LET_IN);
    else if (code === REPLACED) end('This page is open a second time.', true);
    else showNotice('Connection lost, trying again');
    return code === UNKNOWN || code === REPLACED;
  }

  const listFolder = (path: string, files: boolean) =>
    // the host answers this name so
    post({name: 'web:folder', arg: {dir: path, files}}) as Promise<Result<FolderListing, AppError>>;

  // the link is opened meanwhile: each way to a host far away takes its time
  const entering = enter();
  link = openLink({greeting, take: (message) => void take(message), lost});
  void entering.then((session) => {
    if (session === null) end(NOT_LET_IN);
  });

  /** A page that was just loaded needs not be welcomed before it may ask. */
  async function greeting(): Promise<readonly string[]> {
    const session = await entering;
    if (session === null) return [];
    const hello: Hello = {session, tab: sessionStorage.getItem(TAB), seen, dir};
    greetedWith = seen === null ? nextId - 1 : 0;
    const first = seen === null ? [...sent.values()].map(({text}) => text) : [];
    return [JSON.stringify(hello), ...first];
  }

  return {
    request(name, arg) {
      if (name === 'project:noteUnsaved') noteUnsaved(arg);
      return instead(name, arg) ?? ask(name, arg);
    },
    on: listeners.on,
    pathOfFile: () => '', // a browser gives none
  };
}

/** Who is called for which event. */
function createListeners() {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  return {
    on: (name: string, listener: (payload: unknown) => void): (() => void) => {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known);
      known.add(listener);
      return () => known.delete(listener);
    },
    call(name: string, payload: unknown): void {
      for (const listener of listeners.get(name) ?? []) listener(payload);
    },
  };
}

const TOO_LONG = appError('invalid-request', 'This is more than a page in a browser may send.', {
  hint: 'Change the file with another program where Study Desk runs.',
});

const NOT_LET_IN =
  'This page is not let in: its address was used before or is too old, or Study Desk was started anew. Press t where `study-desk web` runs, and open the address that it prints.';

/** Asks for what the page asks first before it does, and for the view with the study: either saves a way there and back. */
function askAhead(ask: (name: string, arg: unknown) => Promise<Answer>): typeof ask {
  const ahead = new Map([['app:info', ask('app:info', {})]]);
  return (name, arg) => {
    const answer = ahead.get(name) ?? ask(name, arg);
    ahead.delete(name);
    if (name === 'project:open') ahead.set('view:load', ask('view:load', {}));
    return answer;
  };
}

/** Has the browser ask before a page with changes that are not saved is closed or loaded anew; given what the host is. */
function guardUnsaved(): (arg: unknown) => void {
  let unsaved = false;
  window.addEventListener('beforeunload', (event) => {
    if (unsaved) event.preventDefault();
  });
  return (arg) => {
    unsaved = (arg as {readonly paths: readonly string[]}).paths.length > 0; // as the contract has it
  };
}

/** What a page does by itself: another tab, and saving what it has made. */
function instead(name: string, arg: unknown): Promise<Answer> | null {
  if (name === 'app:openWindow') {
    const {dir} = arg as {readonly dir: string | null}; // as the contract has it
    const address = new URL(document.baseURI);
    address.hash = dir === null ? '' : `dir=${encodeURIComponent(dir)}`;
    window.open(address, '_blank');
    return Promise.resolve(ok(null));
  }
  if (name === 'app:export') {
    const made = arg as {readonly suggestedName: string; readonly content: string | BlobPart};
    const address = URL.createObjectURL(new Blob([made.content]));
    saveAs(address, made.suggestedName);
    window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
    return Promise.resolve(ok(made.suggestedName));
  }
  return null;
}

/** The answer with the bytes that it names, each fetched from an address that works once. */
async function withParts(answer: Answer, addresses: readonly string[]): Promise<Answer> {
  if (addresses.length === 0) return rebased(answer);
  try {
    const parts = await Promise.all(
      addresses.map(async (address) => {
        const response = await fetch(new URL(address, document.baseURI));
        if (!response.ok) throw new Error(`Status ${response.status}`);
        return new Uint8Array(await response.arrayBuffer());
      }),
    );
    return webValue(answer, parts) as Answer;
  } catch (error) {
    return err(
      appError('network', 'The content could not be fetched.', {
        hint: 'Try again once the connection is back.',
        detail: String(error),
      }),
    );
  }
}

/** HTML outputs come with an address below that of the page. */
function rebased(answer: Answer): Answer {
  if (!answer.ok || typeof answer.value !== 'object' || answer.value === null) return answer;
  const {kind, url} = answer.value as {readonly kind?: unknown; readonly url?: unknown};
  if (kind !== 'html' || typeof url !== 'string') return answer;
  return ok({...answer.value, url: new URL(url, document.baseURI).href});
}
