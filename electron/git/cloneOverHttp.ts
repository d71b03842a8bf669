import {execFile} from 'node:child_process';
import git, {type HttpClient} from 'isomorphic-git';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {isOddName} from '../files/studyPath';
import {agentFor} from '../network/proxyAgent';
import type {Cloned, CloneProgress, CloneQuestion} from './cloneRepository';
import {GitHostFault, guardedHttp} from './guardedHttp';
import {gitFiles} from './repositoryFiles';

/** Milliseconds without a sign of life, and for all of it. */
const SILENCE_MS = 20_000;
const WHOLE_MS = 30 * 60_000;
/** References of the largest studies take some hundred kilobytes; a pack is held in memory. */
const MOST = {listing: 4 * 1024 ** 2, pack: 1024 ** 3};

interface Login {
  readonly username: string;
  readonly password: string;
}

/** `cloneRepository`, in the thread that calls it. */
export async function cloneOverHttp(
  question: CloneQuestion,
  report: (progress: CloneProgress) => void,
): Promise<Result<Cloned, AppError>> {
  const {url, target} = question;
  const {origin, host} = new URL(url);
  const signal = AbortSignal.timeout(WHOLE_MS);
  let broken: unknown = null;
  const httpFor = (login: Login | null): HttpClient =>
    guardedHttp({
      origin,
      authorization: login === null ? null : basic(login),
      silenceMs: SILENCE_MS,
      signal,
      agent: agentFor(new URL(url), question.proxy),
      most: MOST,
      onBroken: (error) => {
        broken ??= error;
      },
    });
  try {
    const http = await admitted(question, httpFor);
    if (!http.ok) return http;
    const repository = {fs: gitFiles, dir: target, cache: {}};
    await git.clone({
      ...repository,
      http: http.value,
      url,
      noCheckout: true,
      onProgress: ({phase, loaded, total}) => report({phase, loaded, total: total ?? null}),
    });
    const commit = await git.resolveRef({...repository, ref: 'HEAD'}).catch(() => null);
    const branch = (await git.currentBranch(repository).catch(() => undefined)) ?? null;
    if (commit === null) return ok({branch, commit, notices: []});
    const found = await refuseOddTrees(repository, commit);
    await git.checkout({...repository, ...(branch === null ? {ref: commit} : {ref: branch})});
    return ok({branch, commit, notices: found});
  } catch (error) {
    return err(cloneError(host, broken ?? error, signal.aborted));
  }
}

/** A transport that the host lets in: as nobody, else with the token, else with what the user's credential helper knows. */
async function admitted(
  {url, token}: CloneQuestion,
  httpFor: (login: Login | null) => HttpClient,
): Promise<Result<HttpClient, AppError>> {
  const asNobody = httpFor(null);
  const refused = await refusalOf(asNobody, url);
  if (refused === null) return ok(asNobody);
  const login =
    token === null ? await askHelper(url) : {username: 'x-access-token', password: token};
  if (login !== null) {
    const known = httpFor(login);
    if ((await refusalOf(known, url)) === null) return ok(known);
  }
  const {host} = new URL(url);
  return err(
    appError('network', `${host} does not let anybody read ${new URL(url).pathname}.`, {
      why:
        login === null
          ? 'It is private, or it does not exist, and no token or credential helper of git has a password for it.'
          : `${token === null ? 'The password that git’s credential helper has' : 'The token'} was not accepted.`,
      hint: 'Give a token that may read it, or log in with `git` once.',
      wantsToken: true,
    }),
  );
}

/** The status with which a host refuses; null where it does not. */
async function refusalOf(http: HttpClient, url: string): Promise<number | null> {
  try {
    await git.getRemoteInfo({http, url});
    return null;
  } catch (error) {
    if (!(error instanceof git.Errors.HttpError)) throw error;
    const {statusCode} = error.data;
    if (![401, 403, 404].includes(statusCode)) throw error;
    return statusCode;
  }
}

/** What git's own credential helpers have for an address; null where they have nothing. Nobody is asked for it. */
async function askHelper(url: string): Promise<Login | null> {
  const {protocol, host, pathname} = new URL(url);
  const asked = `protocol=${protocol.replace(':', '')}\nhost=${host}\npath=${pathname.slice(1)}\n\n`;
  const printed = await new Promise<string>((resolve) => {
    const child = execFile(
      'git',
      ['credential', 'fill'],
      {
        timeout: 10_000,
        windowsHide: true,
        env: {...process.env, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS: ''},
      },
      (error, stdout) => resolve(error === null ? stdout : ''),
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(asked);
  });
  const value = (key: string): string | null =>
    new RegExp(`^${key}=(.*)$`, 'm').exec(printed)?.[1] ?? null;
  const username = value('username');
  const password = value('password');
  return username === null || password === null ? null : {username, password};
}

function basic({username, password}: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Names by which a file of a commit would be written elsewhere are refused; what git alone would fetch is named. */
async function refuseOddTrees(
  repository: {readonly fs: typeof gitFiles; readonly dir: string; readonly cache: object},
  commit: string,
): Promise<readonly string[]> {
  const notices: string[] = [];
  const look = async (oid: string, below: string): Promise<void> => {
    const {tree} = await git.readTree({...repository, oid});
    const names = new Set<string>();
    for (const {path, type, oid: inner, mode} of tree) {
      const file = `${below}${path}`;
      if (isOddName(path) || /^\.git$/i.test(path))
        throw new GitHostFault(`The repository holds a file called ${JSON.stringify(file)}`);
      if (names.has(path))
        throw new GitHostFault(`The repository holds ${JSON.stringify(file)} twice`);
      names.add(path);
      if (type === 'commit')
        notices.push(`${file} is a submodule, and empty here: \`git submodule update --init\`.`);
      if (type === 'tree') await look(inner, `${file}/`);
      if (type === 'blob' && path === '.gitattributes' && mode !== '120000') {
        const {blob} = await git.readBlob({...repository, oid: inner});
        if (Buffer.from(blob).toString().includes('filter=lfs'))
          notices.push('Some files are kept with Git LFS: `git lfs pull` fetches their content.');
      }
    }
  };
  await look(commit, '');
  return notices;
}

/** A sentence for what a host, the network or what came from it did. */
function cloneError(host: string, error: unknown, timedOut: boolean): AppError {
  const detail = error instanceof Error ? error.message : String(error);
  const network = (message: string, why: string, hint: string): AppError =>
    appError('network', message, {why, hint, detail});
  if (timedOut)
    return network(
      `${host} did not send the repository within half an hour.`,
      'Nothing of it was kept.',
      'Try again, or clone it with `git clone` and open the folder.',
    );
  if (error instanceof GitHostFault)
    return network(
      `The repository can’t be cloned from ${host}.`,
      `${detail}. Nothing of it was kept.`,
      /leads to/.test(detail)
        ? 'Give the address that it leads to, if you trust it.'
        : /more than|holds/.test(detail)
          ? 'Clone it with `git clone`, and open the folder.'
          : 'Try again later, or ask whoever runs that host.',
    );
  if (error instanceof git.Errors.HttpError)
    return network(
      `${host} answered with ${error.data.statusCode} ${error.data.statusMessage}.`,
      'Nothing was cloned.',
      'Look whether the address is right, and try again.',
    );
  const code = codeOf(error);
  if (code !== null && /^E(?!NOSPC|ACCES|PERM|ROFS|XIST)|CERT|SSL|TLS/.test(code))
    return network(
      `${host} can’t be reached.`,
      `The network says ${code}.`,
      'Look whether the address is right and the network is there.',
    );
  if (code !== null)
    return appError('file-system', 'The repository could not be written.', {
      why: `The system says ${code}. Nothing of it was kept.`,
      detail,
    });
  return network(
    `What ${host} sent is no git repository that can be read.`,
    'It is damaged or broken off, or there is no repository at that address. Nothing of it was kept.',
    'Look whether the address is right, and try again.',
  );
}

/** The system's own name for a fault; isomorphic-git's errors have names that say something else. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('syscall' in error || 'library' in error)) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
    return typeof code === 'string' &&
      /^(?:E[A-Z]+|(?:CERT|ERR_TLS|ERR_SSL|UNABLE|DEPTH)_\w+)$/.test(code)
      ? code
      : null;
  }
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : null;
}
