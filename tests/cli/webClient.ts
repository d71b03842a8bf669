import {
  type Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http';
import {WebSocket} from 'ws';
import {startCli, type CliCall} from './runCli';

/** A server of the window, as `study-desk web --json` started it. */
export interface Served {
  readonly call: CliCall;
  readonly url: URL;
  readonly token: string;
  readonly stderr: () => string;
}

/** Starts `study-desk web` and reads its first line. */
export async function serveWindow(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Served> {
  const call = startCli(['web', '--json', '--no-open', ...args], {
    env,
    ...(cwd === undefined ? {} : {cwd}),
  });
  let stdout = '';
  let stderr = '';
  call.child.stdout?.on('data', (text: string) => (stdout += text));
  call.child.stderr?.on('data', (text: string) => (stderr += text));
  await call.saw('"listening"');
  const first = JSON.parse(stdout.split('\n')[0] ?? '') as {event: string; url: string}; // our own shape
  const url = new URL(first.url);
  const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? '';
  return {call, url, token, stderr: () => stderr};
}

/** What a server answered. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request exactly as it is given, without what a client would put right. */
export function ask(
  url: URL,
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: OutgoingHttpHeaders;
    readonly body?: string;
    readonly agent?: Agent;
    readonly socketPath?: string;
  } = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const {method = 'GET', headers = {}, body, agent, socketPath} = options;
    const where = socketPath === undefined ? {host: url.hostname, port: url.port} : {socketPath};
    const sent = httpRequest(
      {...where, path, method, headers: {host: url.host, ...headers}, ...(agent ? {agent} : {})},
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.once('end', () =>
          resolve({status: response.statusCode ?? 0, headers: response.headers, body: text}),
        );
        response.once('error', reject);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Exchanges a token as the page does. */
export function exchange(
  {url}: Pick<Served, 'url'>,
  token: string,
  more: {readonly headers?: OutgoingHttpHeaders; readonly agent?: Agent} = {},
): Promise<Answered> {
  return ask(url, `${url.pathname}session`, {
    method: 'POST',
    body: JSON.stringify({token}),
    ...more,
    headers: {'content-type': 'application/json', origin: url.origin, ...more.headers},
  });
}

interface Received {
  readonly seq?: number;
  readonly id?: number;
  readonly event?: string;
  readonly payload?: unknown;
  readonly ask?: number;
  readonly question?: {readonly kind: string; readonly address?: string};
  readonly answer?: {readonly ok: boolean; readonly value?: unknown; readonly error?: unknown};
  readonly welcome?: {readonly tab: string; readonly received: number; readonly fresh: boolean};
}

/** A page's link, seen from its side. */
export class Page {
  readonly received: Received[] = [];
  readonly closed: Promise<number>;
  private nextId = 1;
  private readonly looks = new Set<() => void>();

  private constructor(readonly link: WebSocket) {
    this.closed = new Promise((resolve) => {
      link.on('close', resolve);
    });
    link.on('error', () => undefined);
    link.on('message', (data) => {
      this.received.push(JSON.parse(data.toString('utf8')) as Received); // our own shape
      for (const look of this.looks) look();
    });
  }

  /** A WebSocket with these headers; rejects with the status where it is refused. */
  static async open(
    url: URL,
    headers: object = {origin: url.origin},
    perMessageDeflate = true,
  ): Promise<Page> {
    const address = `ws://${url.host}${url.pathname}socket`;
    const link = new WebSocket(address, {headers, perMessageDeflate});
    const page = new Page(link);
    await new Promise<void>((resolve, reject) => {
      link.on('open', resolve);
      link.on('error', reject);
    });
    return page;
  }

  /** One that has said its secret and was welcomed. */
  static async enter(
    url: URL,
    session: string,
    hello: {
      readonly tab?: string | null;
      readonly seen?: number | null;
      readonly from?: Page;
      readonly perMessageDeflate?: boolean;
    } = {},
  ): Promise<Page> {
    const page = await Page.open(url, {origin: url.origin}, hello.perMessageDeflate);
    page.nextId = hello.from?.nextId ?? 1;
    page.send({session, tab: hello.tab ?? null, seen: hello.seen ?? null, dir: null});
    await page.saw(({welcome}) => welcome !== undefined);
    return page;
  }

  get tab(): string {
    return this.received.find(({welcome}) => welcome !== undefined)?.welcome?.tab ?? '';
  }

  /** The highest number that has come. */
  get seen(): number {
    return Math.max(0, ...this.received.map(({seq = 0}) => seq));
  }

  send(message: object): void {
    this.link.send(JSON.stringify(message));
  }

  /** Resolves with the first message that fits. */
  saw(fits: (message: Received) => boolean): Promise<Received> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.received.find(fits);
        if (found === undefined) return;
        this.looks.delete(look);
        resolve(found);
      };
      this.looks.add(look);
      void this.closed.then((code) => reject(new Error(`The link was closed: ${code}.`)));
      look();
    });
  }

  /** Makes a request and waits for its answer. */
  async request(name: string, arg: object): Promise<NonNullable<Received['answer']>> {
    const id = this.nextId;
    this.nextId += 1;
    this.send({id, name, arg});
    const {answer} = await this.saw((message) => message.id === id);
    return answer ?? {ok: false};
  }

  /** Answers what the host asks. */
  reply(ask: number, value: unknown): void {
    const id = this.nextId;
    this.nextId += 1;
    this.send({id, reply: ask, value});
  }
}
