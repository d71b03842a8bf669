import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {answerFromGit, commit, git} from '../integration/git/actionRepositories';
import type {Certificate} from './certificate';
import {createRecording, type Recording} from './jobServer/recording';

/** A repository as the server has it. */
export interface ServedRepository {
  /** As a job request names it. */
  readonly url: string;
  /** Its folder on this computer, a bare repository. */
  readonly folder: string;
  /** Commits files on a branch (`main`); answers the commit. */
  commit(files: Readonly<Record<string, string>>, branch?: string): string;
  /** Commits files where only a pull request refers to them; answers the commit. */
  pullRequest(files: Readonly<Record<string, string>>): string;
}

/** What goes wrong with a call to the git server: an answer with that status and text, or a cut connection. */
export type GitFault = {readonly status: number; readonly text: string} | 'cut';

/** Real repositories over https on the loopback, as if they were on the one permitted host. */
export interface GitServer {
  /** What GITHUB_PROXY_DOMAIN is to be. */
  readonly domain: string;
  readonly recording: Recording;
  /** Adds a repository; a private one asks for the token. */
  add(owner: string, name: string, options?: {readonly private?: boolean}): ServedRepository;
  /** Makes the next `count` calls go wrong; only those for a repository, where its address is given. */
  fail(count: number, fault: GitFault, repository?: string): void;
  close(): Promise<void>;
}

/** Starts a git server; private repositories are for those who send `credentials`, `user:token`. */
export async function startGitServer(
  certificate: Certificate,
  credentials: string,
): Promise<GitServer> {
  const base = await mkdtemp(join(tmpdir(), 'study-desk-git-'));
  const secret = new Set<string>();
  const recording = createRecording();
  const faults: {left: number; readonly fault: GitFault; readonly path: string}[] = [];
  const takeFault = (url: string): GitFault | null => {
    const found = faults.find(({path}) => url.startsWith(path));
    if (found === undefined) return null;
    found.left -= 1;
    if (found.left <= 0) faults.splice(faults.indexOf(found), 1);
    return found.fault;
  };
  const server = createServer(
    {cert: certificate.cert, key: certificate.key},
    (request, response) => {
      const url = request.url ?? '';
      recording.take({
        method: request.method ?? '',
        url,
        rawHeaders: request.rawHeaders,
        body: Buffer.alloc(0),
        at: Date.now(),
        status: null,
      });
      const fault = takeFault(url);
      if (fault === 'cut') {
        response.socket?.destroy();
        return;
      }
      if (fault !== null) {
        response.writeHead(fault.status, {'content-type': 'text/plain'}).end(fault.text);
        return;
      }
      const [, owner = '', repository = '', ...rest] = url.split('/');
      const name = `${owner}/${repository.replace(/\.git$/, '')}.git`;
      const expected = `Basic ${Buffer.from(credentials).toString('base64')}`;
      if (secret.has(name) && request.headers.authorization !== expected) {
        response.writeHead(401, {'www-authenticate': 'Basic realm="git"'}).end('Who are you?');
        return;
      }
      answerFromGit(base, [name, ...rest].join('/'), request, response);
    },
  );
  await mkdir(base, {recursive: true});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    domain: `localhost:${(server.address() as AddressInfo).port}`,
    recording,
    add(owner, name, options = {}) {
      const work = join(base, 'work', owner, name);
      const bare = join(base, owner, `${name}.git`);
      git(base, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
      git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
      git(base, 'init', '--quiet', '--initial-branch=main', work);
      if (options.private === true) secret.add(`${owner}/${name}.git`);
      const publish = (files: Readonly<Record<string, string>>, ref: string): string => {
        const made = commit(work, files);
        git(work, 'push', '--quiet', bare, `HEAD:${ref}`);
        return made;
      };
      return {
        url: `https://github.com/${owner}/${name}`,
        folder: bare,
        commit(files, branch = 'main') {
          git(work, 'checkout', '--quiet', '-B', branch);
          return publish(files, `refs/heads/${branch}`);
        },
        pullRequest(files) {
          git(work, 'checkout', '--quiet', '-B', 'pull');
          const made = publish(files, 'refs/pull/1/head');
          git(work, 'checkout', '--quiet', 'main');
          return made;
        },
      };
    },
    fail(left, fault, repository = 'https://github.com/') {
      faults.push({left, fault, path: new URL(repository).pathname});
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(base, {recursive: true, force: true});
    },
  };
}
