import {execFile, spawn} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** A registry of images on this computer, and the road to it, which can be made worse. */
export interface LocalRegistry {
  /** Host and port, as image names begin with. */
  readonly host: string;
  /** Bytes of layers that have been asked for so far. */
  servedBytes(): number;
  /**
   * Serves the same inside the network of another process, which has none but this, at an address of its own; without the road.
   * Ends with the registry.
   */
  serveInside(pid: number): Promise<string>;
  /** Breaks each connection after so many bytes of layers, this often. */
  breakAfter(bytes: number, times: number): void;
  /** Hands on no more than so many bytes of a layer in a second. */
  slowDownTo(bytesPerSecond: number): void;
  /** From now on it wants this name and password; null for none. */
  wantLogin(login: {readonly username: string; readonly password: string} | null): void;
  close(): Promise<void>;
}

/** Starts one that holds the image of this computer's engine as `host/name`. */
export async function localRegistry(
  images: Readonly<Record<string, string>>,
): Promise<LocalRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-registry-'));
  const port = await freePort();
  await writeFile(
    join(folder, 'config.yml'),
    JSON.stringify({
      version: 0.1,
      log: {level: 'error', accesslog: {disabled: true}},
      storage: {filesystem: {rootdirectory: join(folder, 'data')}, delete: {enabled: true}},
      http: {addr: `127.0.0.1:${port}`},
    }),
  );
  const begin = (...inside: readonly string[]): (() => Promise<void>) => {
    const [program = '', ...args] = [
      ...inside,
      'docker-registry',
      'serve',
      join(folder, 'config.yml'),
    ];
    const server = spawn(program, args, {stdio: 'ignore'});
    const ended = new Promise((resolve) => server.once('exit', resolve));
    return async () => {
      server.kill();
      await ended;
    };
  };
  const ends = [begin()];
  await untilAnswers(port);
  for (const [name, image] of Object.entries(images)) {
    const pushed = `127.0.0.1:${port}/${name}`;
    await run('docker', ['tag', image, pushed]);
    await run('docker', ['push', '--quiet', pushed]);
    await run('docker', ['rmi', '--no-prune', pushed]);
  }

  let [served, untilBreak, breaks] = [0, Infinity, 0];
  let rate = Infinity;
  let wanted: string | null = null;
  const proxy = http.createServer((request, response) => {
    if (wanted !== null && request.headers.authorization !== wanted) {
      response.writeHead(401, {'www-authenticate': 'Basic realm="here"'}).end();
      return;
    }
    const {method = 'GET', url = '/', headers} = request;
    const onward = http.request({host: '127.0.0.1', port, method, path: url, headers}, (reply) => {
      response.writeHead(reply.statusCode ?? 500, reply.headers);
      if (!url.includes('/blobs/')) {
        reply.pipe(response);
        return;
      }
      let ofThis = 0;
      reply.on('data', (piece: Buffer) => {
        served += piece.length;
        ofThis += piece.length;
        if (rate < Infinity) {
          reply.pause();
          setTimeout(() => reply.resume(), (piece.length / rate) * 1000);
        }
        if (ofThis > untilBreak && breaks > 0) {
          breaks -= 1;
          response.destroy();
          reply.destroy();
        } else response.write(piece);
      });
      reply.once('end', () => response.end());
      response.once('close', () => reply.destroy());
    });
    onward.once('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${portOf(proxy)}`,
    servedBytes: () => served,
    async serveInside(pid) {
      const inside = ['nsenter', `--net=/proc/${pid}/ns/net`];
      await run('nsenter', [...inside.slice(1), 'busybox', 'ifconfig', 'lo', 'up']);
      ends.push(begin(...inside));
      const asks = ['busybox', 'wget', '-q', '-O', '-', `http://127.0.0.1:${port}/v2/`];
      for (let attempt = 0; attempt < 100; attempt += 1) {
        const answer = await run('nsenter', [...inside.slice(1), ...asks]).catch(() => null);
        if (answer !== null) return `127.0.0.1:${port}`;
        await delay(50);
      }
      throw new Error('The registry did not answer within 5 s');
    },
    breakAfter(bytes, times) {
      untilBreak = bytes;
      breaks = times;
    },
    slowDownTo(bytesPerSecond) {
      rate = bytesPerSecond;
    },
    wantLogin(login) {
      wanted =
        login === null
          ? null
          : `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
    },
    async close() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await Promise.all(ends.map((end) => end()));
      await rm(folder, {recursive: true, force: true});
    },
  };
}

/** An image with some layers of noise beside those of busybox, each of so many megabytes. */
export async function noisyImage(name: string, megabytes: readonly number[]): Promise<void> {
  let from = 'study-desk-test/busybox:v1';
  for (const [index, size] of megabytes.entries()) {
    const command = `head -c ${size}000000 /dev/urandom > /noise-${index}`;
    const {stdout} = await run('docker', [
      'create',
      '--network',
      'none',
      from,
      'sh',
      '-c',
      command,
    ]);
    const id = stdout.trim();
    await run('docker', ['start', '--attach', id]);
    await run('docker', ['commit', id, name]);
    await run('docker', ['rm', id]);
    from = name;
  }
}

async function untilAnswers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const reply = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => null);
    if (reply?.ok === true) return;
    await delay(50);
  }
  throw new Error('The registry did not answer within 5 s');
}

function portOf(server: net.Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given');
  return address.port;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
