import {createHash} from 'node:crypto';
import http from 'node:http';
import type {AddressInfo} from 'node:net';

/** How the server answers for one list, where not with its CSV. */
export type Answering =
  | 'csv'
  | 'draft'
  | 'html'
  | 'missing'
  | 'failing'
  | 'stalling'
  | 'cut'
  | 'huge'
  | 'charset'
  | 'redirect'
  | 'circle';

/** What is asked of a server for codelists. */
export interface AskedOfSite {
  readonly method: string;
  readonly path: string;
  readonly userAgent: string;
  readonly form: URLSearchParams;
}

/** A server of codelists on this computer that does what the real one does, over real HTTP. */
export interface CodelistSite {
  readonly base: string;
  readonly asked: AskedOfSite[];
  /** The lists by id, such as `opensafely/asthma/2020-05-06`. */
  readonly lists: Map<string, {csv: string | Buffer; answering?: Answering; status?: string}>;
  /** In place of what a check answers. */
  check: string | null;
  /** A check is never answered. */
  stalls: boolean;
  close(): Promise<void>;
}

const sha = (content: Buffer): string =>
  createHash('sha1')
    .update(
      content
        .toString('latin1')
        .split(/\r\n|\r|\n/u)
        .join('\n')
        .replace(/\n$/u, ''),
      'latin1',
    )
    .digest('hex');

/** Starts one on a free port. */
export async function startCodelistSite(): Promise<CodelistSite> {
  const asked: AskedOfSite[] = [];
  const lists: CodelistSite['lists'] = new Map();
  const server = http.createServer((request, reply) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.once('end', () => {
      const {method = '', url = ''} = request;
      const userAgent = request.headers['user-agent'] ?? '';
      asked.push({method, path: url, userAgent, form: new URLSearchParams(text)});
      if (url === '/api/v1/check/') {
        if (site.stalls) return;
        reply.setHeader('content-type', 'application/json');
        reply.end(site.check ?? JSON.stringify(checked(new URLSearchParams(text))));
        return;
      }
      const owner = /^\/api\/v1\/codelist\/(.+)\/(?:\?include-users)?$/u.exec(url)?.[1];
      if (owner !== undefined) {
        reply.setHeader('content-type', 'application/json');
        reply.end(JSON.stringify({codelists: ownedBy(owner)}));
        return;
      }
      const id = /^\/(?:codelist|moved)\/(.+)\/download\.csv$/u.exec(url)?.[1] ?? '';
      const list = lists.get(decodeURIComponent(id));
      if (list === undefined) sendPage(reply, 404, 'Not found');
      else send(reply, url, Buffer.from(list.csv), list.answering ?? 'csv');
    });
  });
  const checked = (form: URLSearchParams): object => {
    const ids = (form.get('codelists') ?? '')
      .split('\n')
      .map((line) => line.trim().replace(/\/+$/u, ''))
      .filter((line) => line !== '' && !line.startsWith('#'));
    const unknown = ids.find((id) => !lists.has(id));
    if (unknown !== undefined)
      return {status: 'error', data: {error: `${unknown} could not be found`}};
    const {files} = JSON.parse(form.get('manifest') ?? '') as {
      files: Record<string, {id: string; sha: string}>;
    };
    const stored = Object.values(files);
    const added = ids.filter((id) => !stored.some((file) => file.id === id));
    const removed = stored.map(({id}) => id).filter((id) => !ids.includes(id));
    const changed = stored
      .filter((file) => lists.has(file.id) && ids.includes(file.id))
      .filter((file) => sha(Buffer.from(lists.get(file.id)?.csv ?? '')) !== file.sha)
      .map(({id}) => id);
    return [...added, ...removed, ...changed].length > 0
      ? {status: 'error', data: {added, removed, changed}}
      : {status: 'ok'};
  };
  const ownedBy = (owner: string): object[] => {
    const owned = new Map<string, object[]>();
    for (const [id, {status = 'published'}] of lists) {
      const [list, tag] = [id.slice(0, id.lastIndexOf('/')), id.slice(id.lastIndexOf('/') + 1)];
      if (list.slice(0, list.lastIndexOf('/')) !== owner) continue;
      const version = {hash: sha(Buffer.from(id)).slice(0, 8), tag, status, full_slug: id};
      owned.set(list, [...(owned.get(list) ?? []), version]);
    }
    return [...owned].map(([slug, versions]) => ({full_slug: slug, versions}));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo; // it listens
  const site: CodelistSite = {
    base: `http://127.0.0.1:${port}`,
    ...{asked, lists, check: null, stalls: false},
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return site;
}

function sendPage(reply: http.ServerResponse, status: number, text: string): void {
  reply.writeHead(status, {'content-type': 'text/html; charset=utf-8'});
  reply.end(`<html><body><p>${text}</p></body></html>`);
}

function send(reply: http.ServerResponse, url: string, csv: Buffer, answering: Answering): void {
  switch (answering) {
    case 'draft':
      return sendPage(reply, 200, 'Note: This version is a draft.');
    case 'html':
      return sendPage(reply, 200, 'A page');
    case 'missing':
      return sendPage(reply, 404, 'Not found');
    case 'failing':
      return sendPage(reply, 500, 'Server error');
    case 'stalling':
      reply.writeHead(200, {'content-type': 'text/csv'});
      reply.write('code,term\n');
      return;
    case 'cut':
      reply.writeHead(200, {'content-type': 'text/csv', 'content-length': csv.length + 100});
      reply.write(csv, () => reply.destroy());
      return;
    case 'huge':
      reply.writeHead(200, {'content-type': 'text/csv'});
      sendForEver(reply, csv);
      return;
    case 'redirect':
      if (url.startsWith('/moved/')) break;
      reply.writeHead(302, {location: url.replace('/codelist/', '/moved/')}).end();
      return;
    case 'circle':
      reply.writeHead(302, {location: url}).end();
      return;
    case 'charset':
    case 'csv':
  }
  const type = answering === 'charset' ? 'text/csv; charset=latin-1' : 'text/csv';
  reply.writeHead(200, {'content-type': type, 'content-length': csv.length}).end(csv);
}

/** 100 MB, unless the reader goes away first. */
function sendForEver(reply: http.ServerResponse, csv: Buffer): void {
  const piece = Buffer.alloc(1024 ** 2, csv);
  let left = 100;
  const more = (): void => {
    while (left > 0 && !reply.destroyed) {
      left -= 1;
      if (!reply.write(piece)) {
        reply.once('drain', more);
        return;
      }
    }
    reply.end();
  };
  more();
}
