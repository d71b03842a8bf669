import http from 'node:http';
import https from 'node:https';
import * as z from 'zod';
import type {CodelistEntry, UpstreamAnswer, VersionAnswer} from '../../shared/codelist';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {parseJson} from '../files/openFile';
import {agentFor} from '../network/proxyAgent';

/** The server of codelists, and how it is asked. */
export interface CodelistServer {
  /** Without a slash at its end. */
  readonly base: string;
  readonly proxy: string | null;
  /** Nothing is asked of it. */
  readonly offline: boolean;
  /** Of Study Desk. */
  readonly version: string;
  /** In a workflow of GitHub, which the server is shown. */
  readonly ci: boolean;
  readonly limits?: AnswerLimits;
}

/** What an answer may take. */
export interface AnswerLimits {
  /** Milliseconds without a byte. */
  readonly silenceMs: number;
  /** Milliseconds for all of it. */
  readonly totalMs: number;
  readonly bytes: number;
}

/** The largest real list has a few megabytes. */
const LIMITS: AnswerLimits = {silenceMs: 20_000, totalMs: 600_000, bytes: 256 * 1024 ** 2};
const REDIRECTS_AT_MOST = 5;

/** Why there is no answer. `unreachable`: no connection came about, as without a network. */
export interface NoAnswer {
  readonly unreachable: boolean;
  readonly error: AppError;
}

/** The page of a list on the server. */
export function pageOf({base}: Pick<CodelistServer, 'base'>, id: string): string {
  return `${base}/codelist/${id}/`;
}

/** Downloads the CSV of a list: its bytes as the server has them. */
export async function fetchList(
  server: CodelistServer,
  id: string,
): Promise<Result<Buffer, AppError>> {
  const page = pageOf(server, id);
  const refused = (message: string, why: string): Result<never, AppError> =>
    err(appError('network', message, {why, hint: `Look at the list in a browser: ${page}`}));
  const answered = await ask(server, `${page}download.csv`);
  if (!answered.ok) {
    const {message, why, hint} = answered.error.error;
    const reason = why === undefined ? message : `${message} ${why}`;
    return err(
      appError('network', `${id} could not be downloaded.`, {
        why: reason,
        hint: hint ?? `Check that you can open ${page}`,
      }),
    );
  }
  const {status, type, body} = answered.value;
  if (type === 'text/csv' && status < 300) return ok(body);
  if (/this version is a draft/iu.test(body.toString('latin1')))
    return refused(`${id} is a draft and can’t be added.`, 'Drafts can change at any time.');
  if (status >= 300)
    return refused(`${id} could not be downloaded.`, `The server answered with status ${status}.`);
  return refused(
    `No codelist was found at ${page}`,
    `The server answered with ${type === '' ? 'no content type' : `"${type}"`}, not with text/csv.`,
  );
}

const Checked = z.object({
  status: z.string(),
  data: z
    .object({
      error: z.string().optional(),
      added: z.array(z.string()).default([]),
      removed: z.array(z.string()).default([]),
      changed: z.array(z.string()).default([]),
    })
    .default({added: [], removed: [], changed: []}),
});

/** Asks the server whether the lists of a study are as it has them now; it is given the text of both files. */
export async function askUpstream(
  server: CodelistServer,
  codelists: string,
  manifest: string,
): Promise<Result<UpstreamAnswer, NoAnswer>> {
  const form = new URLSearchParams({codelists, manifest}).toString();
  const answered = await ask(server, `${server.base}/api/v1/check/`, form);
  if (!answered.ok) return answered;
  const {status, body} = answered.value;
  const checked = Checked.safeParse(parseJson(body.toString('utf8')));
  if (!checked.success)
    return err(
      noAnswer(
        'The server’s answer to the check can’t be understood.',
        status === 200 ? 'It is not what a check answers.' : `Its status is ${status}.`,
      ),
    );
  const {error = null, ...lists} = checked.data.data;
  return ok({ok: checked.data.status !== 'error', error, ...lists});
}

const Owned = z.object({
  codelists: z.array(
    z.object({
      full_slug: z.string(),
      versions: z.array(
        z.object({hash: z.string(), tag: z.string().nullable(), status: z.string()}),
      ),
    }),
  ),
});

/** Asks the server how the versions of lists stand, by their owners; ids that it does not know are left out. */
export async function askVersions(
  server: CodelistServer,
  entries: readonly CodelistEntry[],
): Promise<Result<Readonly<Record<string, VersionAnswer>>, NoAnswer>> {
  const owners = new Set(entries.map(({list}) => list.slice(0, list.lastIndexOf('/'))));
  const answers: Record<string, VersionAnswer> = {};
  for (const owner of owners) {
    const users = owner.startsWith('user/') ? '?include-users' : '';
    const answered = await ask(server, `${server.base}/api/v1/codelist/${owner}/${users}`);
    if (!answered.ok) return answered;
    const owned = Owned.safeParse(parseJson(answered.value.body.toString('utf8')));
    if (!owned.success)
      return err(noAnswer('The server’s versions can’t be understood.', `Of ${owner}.`));
    const lists = new Map(owned.data.codelists.map((each) => [each.full_slug, each.versions]));
    for (const {id, list, version} of entries) {
      // in the order in which they were made
      const versions = lists.get(list) ?? [];
      const at = versions.findIndex(({hash, tag}) => hash === version || tag === version);
      const here = versions[at];
      if (here === undefined) continue;
      const newer = versions
        .filter((each, place) => place > at && each.status === 'published')
        .at(-1);
      answers[id] = {
        status: here.status,
        newer: newer === undefined ? null : `${list}/${newer.tag ?? newer.hash}`,
      };
    }
  }
  return ok(answers);
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly location: string | null;
  readonly body: Buffer;
}

/** Asks by GET, or by POST where there is a form, and follows redirects as the reference does. */
async function ask(
  server: CodelistServer,
  address: string,
  form: string | null = null,
): Promise<Result<Answer, NoAnswer>> {
  if (server.offline)
    return err(noAnswer('Study Desk works offline.', 'The setting `offline` says so.', true));
  let url = addressOf(address);
  let sent = form;
  for (let redirects = 0; redirects <= REDIRECTS_AT_MOST; redirects += 1) {
    if (url === null || !/^https?:$/u.test(url.protocol))
      return err(noAnswer('The server of codelists has no address that can be asked.', address));
    const answered = await askOnce(server, url, sent);
    if (!answered.ok) return answered;
    const {status, location} = answered.value;
    if (status < 300 || status >= 400 || location === null) return answered;
    const next: URL | null = addressOf(location, url);
    if (url.protocol === 'https:' && next?.protocol === 'http:')
      return err(noAnswer('The server leads from a secure address to one that is not.', next.href));
    if (status !== 307 && status !== 308) sent = null;
    url = next;
  }
  return err(noAnswer('The server leads from one address to the next without an end.', address));
}

/** An address, null for what is none. */
function addressOf(text: string, base?: URL): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

function noAnswer(message: string, why: string, unreachable = false): NoAnswer {
  return {unreachable, error: appError('network', message, {why})};
}

/** One question and its whole answer, within the limits of time and size. */
function askOnce(
  server: CodelistServer,
  url: URL,
  form: string | null,
): Promise<Result<Answer, NoAnswer>> {
  const {silenceMs, totalMs, bytes} = server.limits ?? LIMITS;
  const {promise, resolve} = withResolve<Result<Answer, NoAnswer>>();
  let answering = false;
  const fail = (message: string, why: string): void => {
    resolve(err(noAnswer(message, why)));
    request.destroy();
  };
  const silent = (): void =>
    fail('The server does not answer.', `Nothing came for ${Math.ceil(silenceMs / 1000)} s.`);
  const {request: open} = url.protocol === 'https:' ? https : http;
  const request = open(url, {
    method: form === null ? 'GET' : 'POST',
    headers: headersOf(server, form),
    agent: agentFor(url, server.proxy),
    timeout: silenceMs,
  });
  request.once('timeout', silent).once('error', (error) => {
    const message = answering
      ? 'The server’s answer broke off.'
      : `${url.host} could not be reached.`;
    resolve(err(noAnswer(message, error.message, !answering)));
  });
  request.once('response', (reply) => {
    answering = true;
    const pieces: Buffer[] = [];
    let size = 0;
    reply.on('data', (piece: Buffer) => {
      size += piece.length;
      pieces.push(piece);
      if (size > bytes)
        fail('The server’s answer is too large.', `It has more than ${bytes / 1024 ** 2} MB.`);
    });
    reply.once('close', () => {
      if (!reply.complete) fail('The server’s answer broke off.', 'Part of it is missing.');
      const {location = null, 'content-type': type = ''} = reply.headers;
      resolve(ok({status: reply.statusCode ?? 0, type, location, body: Buffer.concat(pieces)}));
    });
    reply.once('error', (error) => fail('The server’s answer broke off.', error.message));
  });
  request.end(form ?? undefined);
  const tooLong = setTimeout(
    () => fail('The server takes too long.', `It was given ${totalMs / 60_000} minutes.`),
    totalMs,
  );
  return promise.finally(() => clearTimeout(tooLong));
}

function headersOf({version, ci}: CodelistServer, form: string | null): Record<string, string> {
  return {
    // the server knows its clients by this name
    'User-Agent': `OpenSAFELY-CLI/${version}${ci ? ' (GitHub CI)' : ''}`,
    Accept: '*/*',
    ...(form === null
      ? {}
      : {
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': String(Buffer.byteLength(form)),
        }),
  };
}

function withResolve<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return {promise, resolve};
}
