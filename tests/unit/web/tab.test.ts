import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {describe, expect, it} from 'vitest';
import {ok} from '../../../shared/result';
import {createTab, type Tab} from '../../../electron/web/tab';
import {standIn} from '../../standIn';
import {WebSocket, WebSocketServer} from 'ws';

function tabOf(): {tab: Tab; asked: unknown[]; taken: () => number} {
  const asked: unknown[] = [];
  let taken = 0;
  const tab = createTab({
    windowId: 1,
    session: 's',
    dir: null,
    answers: {
      async answer(name, arg) {
        asked.push([name, arg]);
        return ok(arg);
      },
    },
    keep: (bytes) => `once/${bytes.byteLength}`,
    batchTaken: () => (taken += 1),
    begun: () => undefined,
  });
  return {tab, asked, taken: () => taken};
}

interface Sent {
  readonly seq?: number;
  readonly event?: string;
  readonly welcome?: {readonly fresh: boolean; readonly received: number};
}

/** A link whose other side reads nothing once `full`. */
function linkOf(full = false): {link: WebSocket; sent: Sent[]} {
  const sent: Sent[] = [];
  const link = standIn<WebSocket>('link', {
    readyState: 1,
    bufferedAmount: full ? 1024 ** 3 : 0,
    send: (text, done) => {
      sent.push(JSON.parse(String(text)) as Sent); // our own shape
      done?.();
    },
    terminate: () => undefined,
    close: () => undefined,
  });
  return {link, sent};
}

/** What can't be made smaller much. */
const output = (n: number) =>
  ({id: 's', from: n, text: randomBytes(48 * 1024).toString('base64')}) as never;

describe('a tab', () => {
  it('that does not read costs at most 8 MB, and is then to be loaded anew', () => {
    const {tab} = tabOf();
    tab.connect(linkOf(true).link, null);
    let most = 0;
    for (let n = 0; n < 300; n += 1) {
      tab.sendEvent('shell:output', output(n));
      most = Math.max(most, tab.waiting());
    }
    expect(most).toBeGreaterThan(7 * 1024 ** 2);
    expect(most).toBeLessThanOrEqual(8 * 1024 ** 2);
    expect(tab.waiting()).toBe(0);
    const {link, sent} = linkOf();
    tab.connect(link, 1);
    expect(sent[0]).toMatchObject({welcome: {fresh: true}});
    const anew = linkOf();
    tab.connect(anew.link, null);
    tab.sendEvent('git:changed', null);
    expect(anew.sent).toMatchObject([{welcome: {fresh: false}}, {seq: 1, event: 'git:changed'}]);
  });

  it('sends what waits behind a long text once that is on its way, over a real link', async () => {
    const {tab} = tabOf();
    const sockets = new WebSocketServer({
      noServer: true,
      maxPayload: 1024,
      clientTracking: false,
      perMessageDeflate: {
        threshold: 1024,
        zlibDeflateOptions: {level: 1},
        serverNoContextTakeover: true,
        clientNoContextTakeover: true,
      },
    });
    const server = createServer().listen(0, '127.0.0.1');
    server.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (link) => tab.connect(link, null)),
    );
    await once(server, 'listening');
    const {port} = server.address() as AddressInfo; // what a server on a port has
    const page = new WebSocket(`ws://127.0.0.1:${port}`, {});
    try {
      await once(page, 'message');
      const came = new Promise<Sent>((resolve) => {
        page.on('message', (data) => {
          const message = JSON.parse(data.toString('utf8')) as Sent; // our own shape
          if (message.event === 'git:changed') resolve(message);
        });
      });
      tab.sendEvent('shell:output', {id: 's', from: 1, text: 'x'.repeat(3 * 1024 ** 2)} as never);
      tab.sendEvent('git:changed', null);
      expect((await came).seq).toBe(2);
    } finally {
      tab.close();
      page.terminate();
      server.close();
    }
  });

  it('waits with large studies too, whose texts repeat much, and sends them as they were', () => {
    const {tab} = tabOf();
    tab.connect(linkOf(true).link, null);
    const text = 'a line of project.yaml é\n'.repeat(500_000);
    tab.sendEvent('shell:output', {id: 's', from: 0, text} as never);
    expect(tab.waiting()).toBeLessThan(1024 ** 2);
    tab.sendEvent('git:changed', null);
    const {link, sent} = linkOf();
    tab.connect(link, 0);
    expect(sent).toMatchObject([{}, {seq: 1, payload: {text}}, {seq: 2}]);
  });

  it('keeps of what stands for all before it the last alone', () => {
    const {tab} = tabOf();
    tab.connect(linkOf(true).link, null);
    for (let n = 0; n < 1000; n += 1) tab.sendEvent('queue:changed', []);
    const {link, sent} = linkOf();
    tab.connect(link, 0);
    expect(sent.map(({seq}) => seq)).toEqual([undefined, 1000]);
  });

  it('carries out what is asked twice once, and nothing for a page that is gone', async () => {
    const {tab, asked, taken} = tabOf();
    const {link, sent} = linkOf();
    tab.connect(link, null);
    for (let n = 0; n < 3; n += 1) tab.take({id: 1, name: 'a', arg: n});
    await Promise.resolve();
    expect(asked).toEqual([['a', 0]]);
    tab.take({id: 2, name: 'b', arg: 0});
    const next = linkOf();
    tab.connect(next.link, null);
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent.at(-1)).toMatchObject({id: 1});
    expect(next.sent).toHaveLength(1);
    tab.take({ack: 1, taken: 5_000_000_000});
    expect(taken()).toBeLessThanOrEqual(1);
  });
});
