import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {Agent, createServer} from 'node:http';
import {connect, type AddressInfo, type Socket} from 'node:net';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {piecesOf} from '../../shared/contract/webText';
import {folderOf, runCli, startCli} from './runCli';
import {ask, exchange, Page, serveWindow, type Served} from './webClient';

const YAML = `version: 5
actions:
  gen:
    run: python:v2 python gen.py
    outputs:
      highly_sensitive:
        high: output/high.csv
      moderately_sensitive:
        page: output/page.html
        picture: output/pic.png
        way_out: output/link.html
`;
const SECRET = 'a-secret-outside-of-the-study';

let top = '';
let study = '';
let desk: Served;
let session = '';
let page: Page;
/** Heads that never end, begun at the start so that their ten seconds pass meanwhile. */
const slow: {socket: Socket; since: number; ended: Promise<number>}[] = [];

function raw(text: string): {socket: Socket; ended: Promise<string>} {
  const socket = connect(Number(desk.url.port), desk.url.hostname);
  let seen = '';
  socket.setEncoding('latin1').on('data', (piece: string) => (seen += piece));
  socket.on('error', () => undefined);
  socket.write(text);
  return {socket, ended: new Promise((resolve) => socket.once('close', () => resolve(seen)))};
}

beforeAll(async () => {
  top = folderOf({
    'study/project.yaml': YAML,
    'study/gen.py': '',
    'study/output/page.html':
      '<script>fetch("/session",{method:"POST"})</script><img src="pic.png">',
    'study/output/pic.png': 'PNG',
    'study/output/high.csv': 'patient\n1\n',
    'outside/secret.txt': SECRET,
    'outside/project.yaml': YAML,
    'other/project.yaml': YAML,
  });
  study = join(top, 'study');
  symlinkSync(join(top, 'outside/secret.txt'), join(study, 'output/link.html'));
  symlinkSync(join(top, 'outside/secret.txt'), join(study, 'code.txt'));
  symlinkSync(join(study, 'output/high.csv'), join(study, 'renamed.py'));
  symlinkSync(join(top, 'outside'), join(study, 'way-out'));
  desk = await serveWindow(['--dir', study]);
  for (let n = 0; n < 10; n += 1) {
    const since = Date.now();
    const {socket, ended} = raw('GET / HTTP/1.1\r\nHost: x\r\n');
    const drip = setInterval(() => socket.write('X-A: b\r\n'), 1000);
    slow.push({
      socket,
      since,
      ended: ended.then(() => {
        clearInterval(drip);
        return Date.now() - since;
      }),
    });
  }
  const entered = await exchange(desk, desk.token);
  session = (JSON.parse(entered.body) as {session: string}).session;
  page = await Page.enter(desk.url, session);
  expect((await page.request('project:open', {dir: study})).ok).toBe(true);
});

afterAll(async () => {
  desk.call.child.kill('SIGTERM');
  const {code, stdout} = await desk.call.end;
  rmSync(top, {recursive: true, force: true});
  expect(code).toBe(0);
  expect(stdout).toContain('"stopped"');
});

/** The page that was there from the start still works. */
const stillWorks = async (): Promise<void> =>
  expect((await page.request('app:info', {})).ok).toBe(true);

describe('who gets in', () => {
  it('a token works once, is of 256 bits and stands in no command line', async () => {
    expect(Buffer.from(desk.token, 'base64url')).toHaveLength(32);
    expect((await exchange(desk, desk.token)).status).toBe(403);
    const {pid} = desk.call.child;
    const seen = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8'));
    for (const text of [...seen, desk.stderr()]) {
      expect(text).not.toContain(desk.token);
      expect(text).not.toContain(session);
    }
  });

  it('10,000 guesses let nobody in', async () => {
    const agent = new Agent({keepAlive: true, maxSockets: 16});
    const guess = (n: number) => exchange(desk, `${n}`.padStart(43, 'A'), {agent});
    const statuses = new Set<number>();
    for (let n = 0; n < 10_000; n += 500)
      for (const {status} of await Promise.all(Array.from({length: 500}, (_, k) => guess(n + k))))
        statuses.add(status);
    agent.destroy();
    expect([...statuses]).toEqual([403]);
    await stillWorks();
  });

  it('another name for this computer is refused everywhere, and noted with both values', async () => {
    for (const host of [
      'rebound.example',
      `rebound.example:${desk.url.port}`,
      `localhost:${desk.url.port}`,
      '127.0.0.1',
      `127.0.0.1:${desk.url.port}@rebound.example`,
    ]) {
      expect((await ask(desk.url, '/', {headers: {host}})).status, host).toBe(403);
      expect((await exchange(desk, 'x', {headers: {host}})).status, host).toBe(403);
      await expect(Page.open(desk.url, {origin: desk.url.origin, host})).rejects.toThrow('403');
    }
    expect(await raw(`GET / HTTP/1.1\r\nHost: ${desk.url.host}\r\nHost: x\r\n\r\n`).ended).toMatch(
      /^HTTP\/1\.1 40[03]/,
    );
    expect(
      await raw(
        `GET http://${desk.url.host}/ HTTP/1.1\r\nHost: ${desk.url.host}\r\nConnection: close\r\n\r\n`,
      ).ended,
    ).toMatch(/^HTTP\/1\.1 404/);
    expect(desk.stderr()).toContain('Host rebound.example, Origin none');
    expect(desk.stderr()).toContain(`Host rebound.example, Origin ${desk.url.origin}`);
  });

  it('a WebSocket or an exchange from another origin is refused, also from a web app on another port', async () => {
    const other = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const {port} = other.address() as AddressInfo; // what a server on a port has
    const origins = [
      `http://127.0.0.1:${port}`,
      'https://evil.example',
      'null',
      `${desk.url.origin}.evil.example`,
      `https://${desk.url.host}`,
    ];
    for (const origin of [...origins, undefined]) {
      const headers = origin === undefined ? {} : {origin};
      await expect(Page.open(desk.url, headers), origin).rejects.toThrow('403');
      const asked = await ask(desk.url, '/session', {
        method: 'POST',
        body: '{}',
        headers: {'content-type': 'application/json', ...headers},
      });
      expect(asked.status, origin).toBe(403);
    }
    other.close();
  });

  it('a cookie is never enough, and nothing is answered before the secret', async () => {
    const cookie = `study-desk-session=${session}`;
    const pages = await Promise.all([
      Page.open(desk.url, {origin: desk.url.origin, cookie}),
      Page.open(desk.url, {origin: desk.url.origin, cookie}),
      Page.open(desk.url, {origin: desk.url.origin, cookie}),
    ]);
    pages[0]?.send({id: 1, name: 'app:info', arg: {}});
    pages[1]?.send({session: 'A'.repeat(43), tab: page.tab, seen: null, dir: null});
    pages[2]?.link.send(Buffer.from([1, 2, 3]));
    expect(await Promise.all(pages.map(({closed}) => closed))).toEqual([4400, 4401, 4400]);
    expect(pages.flatMap(({received}) => received)).toEqual([]);
    const asked = await ask(desk.url, '/session', {
      method: 'POST',
      body: `{"token":"x"}`,
      headers: {cookie, origin: desk.url.origin, 'content-type': 'text/plain'},
    });
    expect(asked.status).toBe(415);
    // the session of another has its own tabs
    expect((await Page.enter(desk.url, session, {tab: page.tab})).tab).not.toBe(page.tab);
  });

  it('a request of the wrong shape is refused as over IPC, and one that is none', async () => {
    expect(await page.request('project:open', {dir: 7})).toMatchObject({
      ok: false,
      error: {kind: 'invalid-request'},
    });
    expect(await page.request('runs:list', {limit: 1, more: 2})).toMatchObject({ok: false});
    expect(await page.request('constructor', {})).toMatchObject({ok: false});
  });
});

describe('what can be read', () => {
  it('nothing but the page’s own files, by any form of a path', async () => {
    const forms = [
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
      '/..%5c..%5cpackage.json',
      '/assets/../../../package.json',
      '/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json',
      '//etc/passwd',
      '/%2fetc%2fpasswd',
      '/%00',
      '/index.html%00.js',
      '/%c0%ae%c0%ae/package.json',
      '/....//package.json',
      '/..;/package.json',
      `/file://${study}/output/high.csv`,
      `${study}/output/high.csv`,
      '/once/',
      '/once/../index.html',
      `/once/${'A'.repeat(43)}/output/high.csv`,
      '/%',
      'x',
    ];
    for (const path of forms) {
      const {status, body} = await ask(desk.url, path);
      expect([400, 403, 404], path).toContain(status);
      expect(body, path).toBe('');
    }
    const {status, headers, body} = await ask(desk.url, '/');
    expect(status).toBe(200);
    expect(body).toContain('<div id="root">');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['set-cookie']).toBeUndefined();
    // without one a browser asks for /favicon.ico
    const icon = /<link rel="icon" href="\.(\/[^"]+)"/.exec(body)?.[1] ?? '';
    expect((await ask(desk.url, icon)).headers['content-type']).toBe('image/svg+xml');
    // what a page waits for at its start is packed by the build
    const script = /<script [^>]*src="\.(\/[^"]+)"/.exec(body)?.[1] ?? '';
    for (const [accepted, sent] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['', undefined],
    ] as const) {
      const answered = await ask(desk.url, script, {headers: {'accept-encoding': accepted}});
      expect(answered.headers['content-encoding']).toBe(sent);
      expect(answered.headers['content-type']).toContain('text/javascript');
    }
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'POST'])
      expect((await ask(desk.url, '/', {method, headers: {origin: desk.url.origin}})).status).toBe(
        405,
      );
  });

  it('an HTML output by an address that works once, shut in and without a way to the API', async () => {
    const {value} = await page.request('outputs:read', {path: 'output/page.html'});
    const {url} = value as {url: string}; // as the contract has it
    const first = await ask(desk.url, `/${url}`);
    expect(first.status).toBe(200);
    expect(first.headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
    expect(first.headers['content-security-policy']).toContain("frame-ancestors 'self'");
    expect((await ask(desk.url, `/${url}`)).status).toBe(404);
    const picture = `/${url.replace('page.html', 'pic.png')}`;
    // as Chromium asks from a page that is shut in
    const nobody = {origin: 'null', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image'};
    expect((await ask(desk.url, '/', {headers: nobody})).status).toBe(403);
    expect((await ask(desk.url, picture, {headers: nobody})).body).toBe('PNG');
    expect((await ask(desk.url, picture)).status).toBe(404);
    for (const path of [
      'high.csv',
      '..%2f..%2foutside%2fsecret.txt',
      'link.html',
      '..%2fproject.yaml',
    ])
      expect((await ask(desk.url, `/${url.replace('page.html', path)}`)).status, path).toBe(404);
    // its origin is nobody's
    await expect(Page.open(desk.url, {origin: 'null'})).rejects.toThrow('403');
    expect((await exchange(desk, 'x', {headers: {origin: 'null'}})).status).toBe(403);
    expect(await page.request('outputs:pageWithScripts', {path: 'output/page.html'})).toMatchObject(
      {ok: false},
    );
  });

  it('nothing outside of the study or the root, through no link', async () => {
    const refused = [
      await page.request('outputs:read', {path: 'output/link.html'}),
      await page.request('project:showInFolder', {path: 'code.txt'}),
      await page.request('project:showInFolder', {path: '../outside/secret.txt'}),
      await page.request('project:openInEditor', {path: 'code.txt', line: null}),
    ];
    for (const each of refused)
      expect(each.ok && JSON.stringify(each).includes(SECRET), JSON.stringify(each)).toBe(false);
    expect(refused.slice(1).every(({ok}) => !ok)).toBe(true);
    const tab = await Page.enter(desk.url, session);
    for (const dir of [join(top, 'other'), join(study, 'way-out'), '/'])
      expect(await tab.request('project:open', {dir}), dir).toMatchObject({ok: false});
    for (const dir of [top, join(study, 'way-out'), '/'])
      expect(await tab.request('web:folder', {dir, files: true}), dir).toMatchObject({ok: false});
    tab.link.terminate();
  });

  it('a highly sensitive output is never downloaded, a moderately sensitive one only when the user agrees', async () => {
    for (const path of ['output/high.csv', 'renamed.py', 'output'])
      expect(await page.request('project:showInFolder', {path}), path).toMatchObject({ok: false});
    const asks = () =>
      page.received.flatMap(({ask: n, question}) => (n === undefined ? [] : [{n, question}]));
    const before = asks().length;
    const refused = page.request('project:showInFolder', {path: 'output/page.html'});
    await page.saw(() => asks().length > before);
    page.reply(asks()[before]?.n ?? 0, false);
    expect(await refused).toMatchObject({ok: true, value: null});
    const agreed = page.request('project:showInFolder', {path: 'output/page.html'});
    await page.saw(() => asks().length > before + 1);
    page.reply(asks()[before + 1]?.n ?? 0, true);
    await page.saw(() => asks().length > before + 2);
    const {question} = asks()[before + 2] ?? {};
    const fetched = await ask(desk.url, `/${question?.address}`);
    expect(fetched.body).toContain('pic.png');
    expect(fetched.headers['content-disposition']).toBe("attachment; filename*=UTF-8''page.html");
    expect((await ask(desk.url, `/${question?.address}`)).status).toBe(404);
    expect(await agreed).toMatchObject({ok: true});
  });
});

describe('several tabs, and links that break', () => {
  it('two tabs show one study, and each hears of its changes', async () => {
    const tab = await Page.enter(desk.url, session);
    expect((await tab.request('project:open', {dir: study})).ok).toBe(true);
    writeFileSync(join(study, 'project.yaml'), `${YAML}# changed\n`);
    await Promise.all([page, tab].map((each) => each.saw(({event}) => event === 'study:changed')));
    tab.link.terminate();
  });

  it('a tab that comes back gets what it missed, in order and once, and is answered once', async () => {
    const tab = await Page.enter(desk.url, session);
    expect((await tab.request('project:open', {dir: study})).ok).toBe(true);
    const {seen} = tab;
    tab.send({id: 2, name: 'app:info', arg: {}});
    tab.link.terminate();
    await tab.closed;
    await new Promise((resolve) => setTimeout(resolve, 100));
    writeFileSync(join(study, 'project.yaml'), `${YAML}# while it was away\n`);
    await page.saw(
      ({event, payload}) =>
        event === 'study:changed' && JSON.stringify(payload).includes('while it was away'),
    );
    const back = await Page.enter(desk.url, session, {tab: tab.tab, seen, from: tab});
    const {received = 0, fresh} = back.received[0]?.welcome ?? {};
    expect([back.tab, fresh]).toEqual([tab.tab, false]);
    await back.saw(
      ({event, payload}) =>
        event === 'study:changed' && JSON.stringify(payload).includes('while it was away'),
    );
    // as the page does, what had not come is sent again, and what had is not carried out a second time
    back.send({id: 2, name: 'app:info', arg: {}});
    await back.saw(({id}) => id === 2);
    expect([1, 2]).toContain(received);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(back.received.filter(({id}) => id === 2)).toHaveLength(1);
    const numbers = back.received.flatMap(({seq}) => (seq === undefined ? [] : [seq]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(Math.min(...numbers)).toBeGreaterThan(seen);
    back.link.terminate();
  });
});

describe('what would hold it up', () => {
  it.each([false, true])(
    '100 MB in a message end their own link alone, compressed: %s',
    async (perMessageDeflate) => {
      const tab = await Page.enter(desk.url, session, {perMessageDeflate});
      const before = memoryOf(desk);
      tab.link.send(Buffer.alloc(100 * 1024 * 1024, 97));
      expect([1006, 1009]).toContain(await tab.closed);
      expect(memoryOf(desk) - before).toBeLessThan(60 * 1024);
      await stillWorks();
    },
  );

  it('a text of several MB arrives in pieces, and one without an end ends its link', async () => {
    const tab = await Page.enter(desk.url, session);
    const arg = {filler: `"🦉\\${'é🦉'.repeat(400_000)}`};
    const pieces = piecesOf(JSON.stringify({id: 1, name: 'app:info', arg}));
    expect(pieces.length).toBeGreaterThan(3);
    for (const piece of pieces) {
      expect(Buffer.byteLength(piece)).toBeLessThan(1024 * 1024);
      tab.link.send(piece);
    }
    // it is known as a whole: this request takes nothing
    const {answer} = await tab.saw(({id}) => id === 1);
    expect(JSON.stringify(answer)).toContain('invalid-request');
    const endless = JSON.stringify({piece: 'a'.repeat(1_000_000), isLast: false});
    for (let sent = 0; sent < 68; sent += 1) tab.link.send(endless);
    expect(await tab.closed).toBe(4400);
    await stillWorks();
  });

  it('malformed frames and texts end theirs', async () => {
    const upgrade = `GET /socket HTTP/1.1\r\nHost: ${desk.url.host}\r\nOrigin: ${desk.url.origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
    for (const frame of [
      '\xff\xff\xff',
      '\x81\x05hello',
      '\x83\x80AAAA',
      '\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff',
      '\xc1\x80AAAA',
    ]) {
      const {socket, ended} = raw(upgrade);
      socket.once('data', () => socket.write(frame, 'latin1'));
      expect(await ended, JSON.stringify(frame)).toMatch(/^HTTP\/1\.1 101/);
    }
    for (const text of [
      '{',
      '[]',
      '{"id":0,"name":"app:info","arg":{}}',
      '{"id":1,"name":"app:info","arg":{},"x":1}',
    ]) {
      const tab = await Page.enter(desk.url, session);
      tab.link.send(text);
      expect(await tab.closed, text).toBe(4400);
    }
    for (const text of [
      '\x16\x03\x01',
      'GET\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: ${desk.url.host}\r\nA: ${'b'.repeat(40_000)}\r\n\r\n`,
    ])
      expect(await raw(text).ended).toMatch(/^HTTP\/1\.1 4/);
    await stillWorks();
  });

  it('1,000 connections leave those that were there as they are', async () => {
    const many = Array.from({length: 1000}, () => raw(''));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await stillWorks();
    for (const {socket} of many) socket.destroy();
    await Promise.all(many.map(({ended}) => ended));
    await expect.poll(async () => (await ask(desk.url, '/').catch(() => null))?.status).toBe(200);
  });

  it('a head that never ends is cut off after ten seconds', async () => {
    const times = await Promise.all(slow.map(({ended}) => ended));
    expect(Math.max(...times)).toBeLessThan(14_000);
    expect(Math.min(...times)).toBeGreaterThan(9000);
    await stillWorks();
  });
});

/** Memory of the server, in kB. */
function memoryOf({call}: Served): number {
  const status = readFileSync(`/proc/${call.child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}

describe('other places', () => {
  it.each([
    [['--host', '0.0.0.0', '--trusted-origin', 'https://desk.example'], 'without encryption'],
    [['--port', '65536'], 'from 0 to 65535'],
    [['--tls-cert', '/nowhere', '--tls-key', '/nowhere'], 'can’t be read'],
  ])('refuses %j with 2', async (args, words) => {
    const {code, stderr, stdout} = await runCli(['web', '--json', '--no-open', ...args]);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({error: {message: expect.any(String) as string}});
  });

  it('a Unix socket is for this user alone, gives another token, and none for what was handed on', async () => {
    const folder = folderOf({});
    const socketPath = join(folder, 'desk.sock');
    const served = await serveWindow(['--dir', study, '--socket', socketPath]);
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    const token = (headers: object = {}) =>
      ask(served.url, '/token', {method: 'POST', socketPath, headers: {...headers}});
    const {status, body} = await token();
    expect(status).toBe(200);
    const {url} = JSON.parse(body) as {url: string}; // our own shape
    const given = new URL(url).hash.replace('#token=', '');
    expect(given).not.toBe(served.token);
    const enter = () =>
      ask(served.url, '/session', {
        method: 'POST',
        socketPath,
        body: JSON.stringify({token: given}),
        headers: {origin: served.url.origin, 'content-type': 'application/json'},
      });
    expect([(await enter()).status, (await enter()).status]).toEqual([200, 403]);
    for (const headers of [
      {origin: served.url.origin},
      {'x-forwarded-for': '192.0.2.1'},
      {forwarded: 'for=192.0.2.1'},
      {host: 'evil.example'},
    ])
      expect((await token(headers)).status).toBe(403);
    expect((await ask(desk.url, '/token', {method: 'POST'})).status).toBe(403);
    served.call.child.kill('SIGINT');
    expect((await served.call.end).code).toBe(0);
    rmSync(folder, {recursive: true});
  });

  it('a base path, a trusted origin with its usual port, a frame, and Codespaces’ own address', async () => {
    const served = await serveWindow(
      [
        '--dir',
        study,
        '--base-path',
        '/x/',
        '--trusted-origin',
        'https://desk.example:443',
        '--allow-frame',
        'https://frame.example',
      ],
      {CODESPACE_NAME: 'fuzzy-space', GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: 'app.github.dev'},
    );
    const {pid} = served.call.child;
    expect(served.url.host).toMatch(/^fuzzy-space-\d+\.app\.github\.dev$/);
    const port = /-(\d+)\./.exec(served.url.host)?.[1] ?? '';
    const local = new URL(`http://127.0.0.1:${port}/x/`);
    const status = async (host: string, path = '/x/') =>
      (await ask(local, path, {headers: {host}})).status;
    expect(await status('desk.example')).toBe(200);
    expect(await status('desk.example:443')).toBe(200);
    expect(await status('desk.example:80')).toBe(403);
    expect(await status(served.url.host)).toBe(200);
    expect(await status(`localhost:${port}`)).toBe(200);
    expect(await status('other-space-1.app.github.dev')).toBe(403);
    expect(await status(local.host, '/')).toBe(404);
    expect(await status(local.host, '/x')).toBe(308);
    const {headers} = await ask(local, '/x/');
    expect(headers['content-security-policy']).toContain('frame-ancestors https://frame.example');
    for (const origin of ['https://desk.example', served.url.origin, local.origin])
      (await Page.open(local, {origin})).link.terminate();
    await expect(Page.open(local, {origin: 'https://frame.example'})).rejects.toThrow('403');
    await expect(Page.open(local, {origin: `http://localhost:${port}`})).rejects.toThrow('403');
    expect((await exchange({url: local}, served.token)).status).toBe(200);
    process.kill(pid ?? 0, 'SIGTERM');
    expect((await served.call.end).code).toBe(0);
  });
});

it('the browser is given a file for this user alone, and no token', async () => {
  const folder = folderOf({'browser.sh': '#!/bin/sh\necho "$1" > "$OUT"\n'});
  chmodSync(join(folder, 'browser.sh'), 0o755);
  mkdirSync(join(folder, 'tmp'));
  const out = join(folder, 'opened');
  const call = startCli(['web', '--dir', study], {
    env: {BROWSER: join(folder, 'browser.sh'), OUT: out, TMPDIR: join(folder, 'tmp'), DISPLAY: ''},
  });
  await expect.poll(() => existsSync(out) && readFileSync(out, 'utf8').trim() !== '').toBe(true);
  const file = new URL(readFileSync(out, 'utf8').trim());
  expect(file.href).toMatch(/^file:\/\/\/[^#?]+\/open\.html$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toMatch(/url=http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}"/);
  call.child.kill('SIGINT');
  const {code, stdout} = await call.end;
  expect(code).toBe(0);
  expect(stdout.match(/#token=/g)).toHaveLength(1);
  expect(existsSync(file)).toBe(false);
  rmSync(folder, {recursive: true});
});

it('the first signal ends the serving and waits for runs, the second leaves at once', async () => {
  const files = {
    'project.yaml': YAML.replace(/      moderately_sensitive:[^]*/, ''),
    'gen.py':
      'import os, time\ntime.sleep(3)\nos.makedirs("output")\nopen("output/high.csv", "w")\n',
  };
  const dirs = [folderOf(files), folderOf(files)] as const;
  const started = async (dir: string): Promise<Served> => {
    const served = await serveWindow(['--dir', dir]);
    const {body} = await exchange(served, served.token);
    const {session: secret} = JSON.parse(body) as {session: string}; // our own shape
    const tab = await Page.enter(served.url, secret);
    const other = await Page.enter(served.url, secret);
    await tab.request('project:open', {dir});
    const request = {actions: ['gen'], forceDependencies: true, includeStale: false};
    const options = {concurrency: 1, limits: {memoryBytes: 1e9, cpus: 1}, continueOnError: false};
    const prepared = await tab.request('plan:prepare', {
      request: {...request, force: [], takeOut: []},
      options: {
        ...options,
        executor: 'process',
        letRunningFinish: false,
        debug: false,
        pull: false,
      },
    });
    expect(prepared).toMatchObject({ok: true});
    const {text} = prepared.value as {text: string}; // crosses as text
    const {id} = JSON.parse(text) as {id: string}; // as the contract has it
    expect(await tab.request('runs:start', {preparedId: id})).toMatchObject({ok: true});
    await tab.saw(({event}) => event === 'run:event');
    // one that shows another study, or none, names it
    await other.saw(
      ({event, payload}) =>
        event === 'runs:elsewhere' && JSON.stringify(payload).includes(JSON.stringify(dir)),
    );
    // so that it can notify when the run has ended
    await tab.saw(({question}) => question?.kind === 'may-notify');
    return served;
  };
  const leaving = await started(dirs[0]);
  leaving.call.child.kill('SIGTERM');
  await leaving.call.saw('has runs under way');
  await expect(ask(leaving.url, '/')).rejects.toThrow();
  leaving.call.child.kill('SIGINT');
  expect((await leaving.call.end).code).toBe(130);
  const waiting = await started(dirs[1]);
  waiting.call.child.kill('SIGINT');
  const {code, stdout} = await waiting.call.end;
  expect(code).toBe(0);
  expect(stdout).toMatch(/"stopping","studies":1}\n{"event":"stopped"}\n$/);
  expect(existsSync(join(dirs[1], 'output/high.csv'))).toBe(true);
  for (const dir of dirs) rmSync(dir, {recursive: true, force: true});
});
