import {execFileSync, spawn} from 'node:child_process';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';

const ENV = {
  ...process.env,
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** Runs git as nobody in particular. */
export function git(dir: string, ...args: readonly string[]): string {
  return execFileSync('git', [...args], {
    cwd: dir,
    env: ENV,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}

/** A bare repository `<name>.git` in `base`, with what `fill` commits in its working copy. */
export function bareRepository(base: string, name: string, fill: (work: string) => void): void {
  const work = path.join(base, `${name}-work`);
  mkdirSync(work, {recursive: true});
  git(work, 'init', '--quiet', '--initial-branch=main');
  fill(work);
  git(base, 'clone', '--quiet', '--bare', work, `${name}.git`);
}

/** Commits files; answers the commit. */
export function commit(work: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(work, name)), {recursive: true});
    writeFileSync(path.join(work, name), text);
  }
  git(work, 'add', '--all');
  git(work, 'commit', '--quiet', '--message', 'A commit');
  return git(work, 'rev-parse', 'HEAD');
}

/** Lets git answer a call for a path, with its query, of the bare repositories below `base`. */
export function answerFromGit(
  base: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [pathname = '', query = ''] = path.split('?');
  const backend = spawn('git', ['http-backend'], {
    env: {
      ...ENV,
      GIT_PROJECT_ROOT: base,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${pathname}`,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  // a caller that goes away takes the pipe with it
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    const all = Buffer.concat(chunks);
    const end = all.indexOf('\r\n\r\n');
    for (const line of all.subarray(0, end).toString().split('\r\n')) {
      const [key = '', value = ''] = line.split(': ');
      if (key === 'Status') response.statusCode = parseInt(value, 10);
      else response.setHeader(key, value);
    }
    response.end(all.subarray(end + 4));
  });
}

/** A git host of the bare repositories in `base`, as `<url><name>`. */
export async function gitHost(
  base: string,
): Promise<{readonly url: string; close(): Promise<void>}> {
  const server = createServer((request, response) => {
    const [, name = '', ...rest] = (request.url ?? '').split('/');
    const path = [`${name.replace(/\.git$/, '')}.git`, ...rest].join('/');
    answerFromGit(base, path, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {url: `http://127.0.0.1:${portOf(server)}/`, close: () => closed(server)};
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The host has no port');
  return address.port;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
