import {createHash, randomBytes} from 'node:crypto';
import {execFileSync} from 'node:child_process';
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createUpdates, type UpdateParts} from '../../../electron/update/updates';
import type {Update, Updates} from '../../../shared/update';

/** A stand-in for an AppImage: it prints its version, and has some weight. */
function application(version: string): Buffer {
  const weight = randomBytes(600_000).toString('base64');
  return Buffer.from(`#!/bin/sh\necho ${version}\nexit\n${weight}\n`);
}

const STALLS = 'no answer';

let folder: string;
let server: Server;
/** What is asked of the feed, and how it answers the application. */
let asked: {readonly path: string; readonly headers: IncomingMessage['headers']}[];
let send: (from: number, response: ServerResponse) => void;
let notes: string;
let isBusy: boolean;
let ended: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'study-desk-update-'));
  asked = [];
  ended = [];
  isBusy = false;
  server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/u, '');
    asked.push({path, headers: request.headers});
    if (path === '/latest-linux.yml') {
      if (notes !== STALLS) response.end(notes);
    } else {
      const from = Number(/^bytes=(\d+)-/u.exec(request.headers.range ?? '')?.[1] ?? 0);
      send(from, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo; // of a server that listens at a port
  writeFileSync(
    join(folder, 'app-update.yml'),
    `provider: generic\nurl: http://127.0.0.1:${port}/\nupdaterCacheDirName: study-desk\n`,
  );
  writeFileSync(appImage(), application('1.0.0'));
  // electron-updater looks for it too
  vi.stubEnv('APPIMAGE', appImage());
  chmodSync(appImage(), 0o755);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, {recursive: true});
});

const appImage = (): string => join(folder, 'Study Desk.AppImage');
const started = (): string => execFileSync(appImage(), {encoding: 'utf8'}).trim();

function updates(own: Partial<UpdateParts> = {}): Updates {
  return createUpdates({
    ...{version: '1.0.0', platform: 'linux', configFile: join(folder, 'app-update.yml')},
    ...{cacheDir: join(folder, 'cache'), appImage: appImage(), proxy: () => null},
    isBusy: () => isBusy,
    relaunch: () => ended.push('relaunch'),
    quit: () => ended.push('quit'),
    onChange: () => undefined,
    stallMs: 500,
    ...own,
  });
}

/** Publishes a version: its bytes whole, from wherever they are asked for. */
function publish(version: string, content = application(version), announced = content): void {
  const sha512 = createHash('sha512').update(announced).digest('base64');
  notes = `version: ${version}
files:
  - url: study-desk-x86_64.AppImage
    sha512: ${sha512}
    size: ${announced.length}
path: study-desk-x86_64.AppImage
sha512: ${sha512}
releaseNotes: 'Runs can be followed.'
releaseDate: '2026-01-02T03:04:05.000Z'
`;
  send = (from, response) => {
    const headers = {'content-length': content.length - from};
    response.writeHead(from === 0 ? 200 : 206, headers).end(content.subarray(from));
  };
}

async function brought(of: Updates): Promise<Update> {
  await of.download();
  await expect.poll(async () => (await now(of)).step).not.toBe('downloading');
  return now(of);
}

async function now(of: Updates): Promise<Update> {
  const state = await of.state();
  if (!state.ok) throw new Error(state.error.message);
  return state.value;
}

describe('a newer Study Desk', () => {
  it('is offered with what is new, downloaded and put in place only when asked, and never during a run', async () => {
    publish('1.1.0');
    const mine = updates();
    expect(await now(mine)).toMatchObject({step: 'not-asked', way: 'here'});
    expect(asked).toEqual([]);
    expect(await mine.look()).toMatchObject({
      value: {step: 'offered', offer: {version: '1.1.0', news: 'Runs can be followed.'}},
    });
    expect(asked.map(({path}) => path)).toEqual(['/latest-linux.yml']);
    expect(await brought(mine)).toMatchObject({step: 'ready', error: null});
    // nothing that a feed could count its users by
    expect(
      asked.flatMap(({headers}) => Object.keys(headers)).filter((name) => /^x-/u.test(name)),
    ).toEqual([]);
    isBusy = true;
    expect(await mine.install()).toMatchObject({ok: false, error: {kind: 'study-busy'}});
    expect([started(), ended]).toEqual(['1.0.0', []]);
    isBusy = false;
    await mine.install();
    expect([started(), ended]).toEqual(['1.1.0', ['relaunch', 'quit']]);
  });

  it('is not offered where it is no newer one, or is the system’s to install', async () => {
    publish('0.9.0');
    expect(await updates().look()).toMatchObject({value: {step: 'newest', offer: null}});
    publish('1.1.0');
    const deb = updates({appImage: null});
    expect(await deb.look()).toMatchObject({value: {step: 'offered', way: 'elsewhere'}});
    await deb.download();
    expect(await now(deb)).toMatchObject({step: 'offered'});
    expect(asked.every(({path}) => path === '/latest-linux.yml')).toBe(true);
    expect(await updates({configFile: '/nowhere'}).look()).toMatchObject({ok: false});
  });

  it('goes on where its download broke off, also after a start', async () => {
    const content = application('1.1.0');
    publish('1.1.0', content);
    const whole = send;
    const froms: number[] = [];
    send = (from, response) => {
      froms.push(from);
      response.writeHead(from === 0 ? 200 : 206, {'content-length': content.length - from});
      response.write(content.subarray(from, from + 200_000), () =>
        setTimeout(() => response.destroy(), 50),
      );
    };
    const mine = updates();
    await mine.look();
    const broken = await brought(mine);
    expect(broken).toMatchObject({step: 'offered', error: {kind: 'network'}});
    expect(froms.length).toBe(4);
    expect(froms.every((from, index) => index === 0 || from > (froms[index - 1] ?? 0))).toBe(true);
    expect(started()).toBe('1.0.0');

    send = (from, response) => {
      froms.push(from);
      whole(from, response);
    };
    const next = updates();
    await next.look();
    expect(await brought(next)).toMatchObject({step: 'ready'});
    expect(froms.at(-1)).toBeGreaterThan(froms.at(-2) ?? 0);
    await next.install();
    expect(readFileSync(appImage()).equals(content)).toBe(true);
  });

  it.each([
    ['another content', () => publish('1.1.0', application('6.6.6'), application('1.1.0'))],
    [
      'less than was announced',
      () => {
        const whole = application('1.1.0');
        publish('1.1.0', whole.subarray(0, 5000), whole);
      },
    ],
  ])('is refused with a sentence where it is %s', async (_, damage) => {
    damage();
    const mine = updates();
    await mine.look();
    expect(await brought(mine)).toMatchObject({
      step: 'offered',
      error: {message: 'What came is not what was announced, and was removed.'},
    });
    await mine.install();
    expect([started(), ended]).toEqual(['1.0.0', []]);
  });

  it('is given up where its feed stalls, answers nonsense or is not there', async () => {
    publish('1.1.0');
    const mine = updates();
    await mine.look();
    send = (_from, response) => void response.writeHead(200, {'content-length': 1000}).write('#');
    expect(await brought(mine)).toMatchObject({
      error: {why: expect.stringContaining('stalled') as unknown},
    });
    notes = '<html>Log in to the hotel’s network</html>';
    const odd = await updates().look();
    expect(odd).toMatchObject({
      value: {error: {message: 'What the feed says of the newest version can’t be understood.'}},
    });
    notes = STALLS;
    expect(await updates().look()).toMatchObject({value: {error: {why: 'Request timed out'}}});
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await updates().look()).toMatchObject({
      value: {error: {message: 'The feed of newer versions could not be asked.'}},
    });
    server.listen(0);
    expect(started()).toBe('1.0.0');
  });

  it('stops when asked to, and asks nobody over plain http', async () => {
    publish('1.1.0');
    send = (_from, response) => void response.writeHead(200, {'content-length': 1000}).write('#');
    const mine = updates({stallMs: 60_000});
    await mine.look();
    await mine.download();
    await expect.poll(() => asked.length).toBe(2);
    await mine.stop();
    await expect.poll(() => now(mine)).toMatchObject({step: 'offered', error: null});
    writeFileSync(
      join(folder, 'app-update.yml'),
      'provider: generic\nurl: http://feed.example/\nupdaterCacheDirName: study-desk\n',
    );
    expect(await updates().look()).toMatchObject({
      value: {error: {why: expect.stringContaining('over http') as unknown}},
    });
  });
});
