import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {execFileSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {everyNth} from '../gateShare';
import {answerFromGit, bareRepository, commit, git} from '../integration/git/actionRepositories';
import {runCli, startCli} from './runCli';

const TOKEN = 'a-secret-token-9d2f';
const base = mkdtempSync(join(tmpdir(), 'study-desk-begin-'));
const elsewhere: string[] = [];
const calls: {readonly url: string; readonly authorization: string | undefined}[] = [];

/** What a host does with a call for a repository of that name. */
const FAULTS: Readonly<
  Record<string, (request: IncomingMessage, response: ServerResponse) => void>
> = {
  lies: (_, response) => response.end('<html>Welcome</html>'),
  garbage: (request, response) => {
    if (request.method === 'POST') response.end('0008NAK\nPACKgarbage');
    else answerFromGit(base, `study.git/${rest(request)}`, request, response);
  },
  'breaks-off': (request, response) => {
    if (request.method === 'POST') response.write('0008NAK\n', () => response.destroy());
    else answerFromGit(base, `study.git/${rest(request)}`, request, response);
  },
  'many-refs': (_, response) => {
    response.setHeader('content-type', 'application/x-git-upload-pack-advertisement');
    const first = `${'a'.repeat(40)} HEAD\0side-band-64k ofs-delta\n`;
    const length = (first.length + 4).toString(16).padStart(4, '0');
    response.write(`001e# service=git-upload-pack\n0000${length}${first}`);
    const lines = Array.from({length: 10_000}, (__, at) => {
      const line = `${'a'.repeat(40)} refs/heads/branch-${String(at).padStart(8, '0')}\n`;
      return `${(line.length + 4).toString(16).padStart(4, '0')}${line}`;
    }).join('');
    const pour = (): void => {
      while (!response.destroyed && response.write(lines)) continue;
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  },
  redirects: (request, response) =>
    response.writeHead(302, {location: `${other}/study.git/${rest(request)}`}).end(),
  broken: (_, response) => response.writeHead(500).end('Sorry'),
  stalls: (_, response) => response.flushHeaders(),
  'stalls-midway': (request, response) =>
    spoilt(request, response, (pack) => pack.subarray(0, pack.length >> 1), false),
  'cut-short': (request, response) =>
    spoilt(request, response, (pack) => pack.subarray(0, pack.length >> 1)),
  'wrong-bytes': (request, response) =>
    spoilt(request, response, (pack) => {
      // within what the first object is packed as
      const at = pack.indexOf('PACK') + 20;
      return pack.fill(pack.readUInt8(at) ^ 0xff, at, at + 1);
    }),
  'other-refs': (request, response) => {
    const head = git(join(base, 'study.git'), 'rev-parse', 'main');
    const swap = (text: string): string => text.replaceAll(head, 'ab'.repeat(20));
    spoilt(
      request,
      response,
      (pack) => pack,
      true,
      (list) => Buffer.from(swap(String(list))),
    );
  },
};

/** Answers as git does, but for the pack, or the listing of references. */
function spoilt(
  request: IncomingMessage,
  response: ServerResponse,
  pack: (bytes: Buffer) => Buffer,
  ends = true,
  listing: (bytes: Buffer) => Buffer = (bytes) => bytes,
): void {
  const change = request.method === 'POST' ? pack : listing;
  const end = response.end.bind(response);
  response.end = (bytes?: unknown) => {
    const changed = change(bytes instanceof Buffer ? Buffer.from(bytes) : Buffer.alloc(0));
    if (ends || request.method !== 'POST') return end(changed);
    response.write(changed);
    return response;
  };
  answerFromGit(base, `study.git/${rest(request)}`, request, response);
}

function rest({url = ''}: IncomingMessage): string {
  return url.split('/').slice(2).join('/');
}

const host = createServer((request, response) => {
  const name = (request.url ?? '').split('/')[1]?.replace(/\.git$/, '') ?? '';
  calls.push({url: request.url ?? '', authorization: request.headers.authorization});
  const fault = FAULTS[name];
  if (fault !== undefined) return fault(request, response);
  const login = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
  const helped = Buffer.from('me:helped').toString('base64');
  const given = request.headers.authorization ?? '';
  // lets the token in first, and then leads elsewhere with it in hand
  if (name === 'turns' && given !== '') return FAULTS['redirects']?.(request, response);
  if (['private', 'turns'].includes(name) && ![`Basic ${login}`, `Basic ${helped}`].includes(given))
    return response.writeHead(401, {'www-authenticate': 'Basic realm="git"'}).end();
  return answerFromGit(base, `study.git/${rest(request)}`, request, response);
});
const otherHost = createServer((request, response) => {
  elsewhere.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`);
  response.writeHead(404).end();
});
let at = '';
let other = '';

beforeAll(async () => {
  bareRepository(base, 'study', (work) => {
    commit(work, {'project.yaml': 'version: 5\nactions: {}\n', 'analysis/a.py': 'print(1)\n'});
    git(work, 'tag', 'v1');
    git(work, 'branch', 'idea');
  });
  for (const server of [host, otherHost])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  at = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  other = `http://127.0.0.1:${(otherHost.address() as AddressInfo).port}`;
});
afterAll(() => {
  for (const server of [host, otherHost]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(base, {recursive: true, force: true});
});

/** A folder of its own, and an environment in which git knows nobody and has no helper. */
function place(): {readonly dir: string; readonly env: Record<string, string>} {
  const dir = mkdtempSync(join(base, 'place-'));
  return {dir, env: {HOME: dir, GIT_CONFIG_NOSYSTEM: '1', STUDY_DESK_GIT_TOKEN: ''}};
}

/** Files below a folder that hold a text. */
function filesWith(dir: string, text: string): readonly string[] {
  return readdirSync(dir, {recursive: true, encoding: 'utf8'}).filter(
    (file) => statSync(join(dir, file)).isFile() && readFileSync(join(dir, file)).includes(text),
  );
}

describe('new', () => {
  it('begins a study that is valid and clean, with a first commit by the user', async () => {
    const {dir, env} = place();
    writeFileSync(join(dir, '.gitconfig'), '[user]\n\tname = Ada\n\temail = ada@example.org\n');
    const end = await runCli(['new', 'a study', '--json'], {cwd: dir, env});
    expect(end.code).toBe(0);
    const study = join(dir, 'a study');
    expect(end.json()).toMatchObject([{dir: study, branch: 'main', notices: []}]);
    expect(git(study, 'log', '--format=%an <%ae> %s')).toBe(
      'Ada <ada@example.org> Begin the study a study',
    );
    expect(git(study, 'status', '--porcelain')).toBe('');
    expect(git(study, 'fsck', '--strict')).toBe('');
    const checked = await runCli(['validate', study, '--json']);
    expect(checked.json()).toMatchObject([{valid: true, version: 5, problems: []}]);
    const looked = await runCli(['ready', '--quick', '--json', '--project-dir', study]);
    // nothing but that it has not been pushed
    expect(looked.json().map(({rule}) => rule)).toEqual(['R-UNPUSHED']);
    const again = await runCli(['new', 'a study', '--json'], {cwd: dir, env});
    expect([again.code, git(study, 'status', '--porcelain')]).toEqual([2, '']);
  });

  it('takes the files of a folder or a repository, and none of its history, outputs and records', async () => {
    const {dir, env} = place();
    const source = join(dir, 'source');
    mkdirSync(join(source, 'output'), {recursive: true});
    mkdirSync(join(source, 'metadata'));
    writeFileSync(join(source, '.gitignore'), '/output/*\n');
    writeFileSync(join(source, 'project.yaml'), 'version: 5\nactions: {}\n');
    writeFileSync(join(source, 'output/a.csv'), 'patient_id\n');
    writeFileSync(join(source, 'metadata/db.sqlite'), '');
    const copied = await runCli(['new', 'copy', '--from', source, '--json'], {cwd: dir, env});
    expect(copied.code).toBe(0);
    expect(git(join(dir, 'copy'), 'ls-files')).toBe('.gitignore\nproject.yaml');
    expect(existsSync(join(dir, 'copy/output/a.csv'))).toBe(false);
    expect(existsSync(join(dir, 'copy/metadata'))).toBe(false);
    // git knows nobody here, and that is said
    expect(copied.json()[0]?.['notices']).toHaveLength(1);
    const cloned = await runCli(['new', 'of-url', '--from', `${at}/study.git`, '--json'], {
      cwd: dir,
      env,
    });
    expect(cloned.code).toBe(0);
    expect(git(join(dir, 'of-url'), 'rev-list', '--count', '--all')).toBe('1');
    expect(git(join(dir, 'of-url'), 'remote')).toBe('');
  });
});

describe('clone', () => {
  it('makes what git makes, into a folder called as the repository', async () => {
    const {dir, env} = place();
    const end = await runCli(['clone', `${at}/study.git`, '--json'], {cwd: dir, env});
    const study = join(dir, 'study');
    const head = git(join(base, 'study.git'), 'rev-parse', 'main');
    expect(end.json()).toEqual([{dir: study, branch: 'main', commit: head, notices: []}]);
    expect(git(study, 'status', '--porcelain', '--branch')).toBe('## main...origin/main');
    expect(git(study, 'fsck', '--strict')).toBe('');
    expect(git(study, 'branch', '--all', '--format=%(refname)').split('\n')).toContain(
      'refs/remotes/origin/idea',
    );
    expect(git(study, 'remote', 'get-url', 'origin')).toBe(`${at}/study.git`);
    expect(readdirSync(dir)).toEqual(['study']);
    // a folder of this computer is cloned by the user's own git
    const local = await runCli(['clone', join(base, 'study.git'), 'local'], {cwd: dir, env});
    expect([local.code, git(join(dir, 'local'), 'rev-parse', 'HEAD')]).toEqual([0, head]);
  });

  it('reads a private repository by token or credential helper, and shows or keeps neither', async () => {
    const {dir, env} = place();
    const clone = (name: string, more: Record<string, string>) =>
      runCli(['clone', `${at}/private.git`, name, '--json'], {cwd: dir, env: {...env, ...more}});
    const none = await clone('none', {});
    expect([none.code, readdirSync(dir)]).toEqual([1, []]);
    expect(none.stdout).toContain('does not let anybody read');
    expect(none.stderr).toContain('The token is read from STUDY_DESK_GIT_TOKEN.');
    const byToken = await clone('by-token', {STUDY_DESK_GIT_TOKEN: TOKEN});
    expect(byToken.code).toBe(0);
    const helper = join(dir, 'helper');
    writeFileSync(helper, '#!/bin/sh\necho username=me\necho password=helped\n');
    chmodSync(helper, 0o755);
    writeFileSync(join(dir, '.gitconfig'), `[credential]\n\thelper = ${helper}\n`);
    expect((await clone('by-helper', {})).code).toBe(0);
    const wrong = await clone('wrong', {STUDY_DESK_GIT_TOKEN: 'wrong-token'});
    expect([wrong.code, existsSync(join(dir, 'wrong'))]).toEqual([1, false]);
    for (const secret of [TOKEN, 'helped', 'wrong-token']) {
      expect(`${byToken.stdout}${byToken.stderr}${wrong.stdout}${wrong.stderr}`).not.toContain(
        secret,
      );
      for (const folder of ['by-token', 'by-helper'])
        expect(filesWith(join(dir, folder), secret)).toEqual([]);
    }
    const inAddress = await runCli(['clone', `http://me:${TOKEN}@127.0.0.1/x.git`, '--json'], {
      cwd: dir,
      env,
    });
    expect(inAddress.code).toBe(2);
    expect(inAddress.stdout + inAddress.stderr).not.toContain(TOKEN);
  });

  const faults = [
    ['turns', 'leads to another one'],
    ['redirects', 'leads to another one'],
    ['stalls', 'does not answer'],
    ['broken', 'answered with 500'],
    ['many-refs', 'sends more than'],
    ['lies', 'no git repository'],
    ['garbage', 'no git repository'],
    ['breaks-off', 'can’t be reached|no git repository'],
    ['stalls-midway', 'does not answer'],
    ['cut-short', 'no git repository'],
    ['wrong-bytes', 'no git repository'],
    ['other-refs', 'no git repository'],
  ] as const;
  it.each(everyNth(faults, 3))(
    'says a sentence of a host that does this: %s, and leaves nothing',
    {timeout: 60_000},
    async (name, words) => {
      const {dir, env} = place();
      const end = await runCli(['clone', `${at}/${name}.git`, 'study', '--json'], {
        cwd: dir,
        env: {...env, STUDY_DESK_GIT_TOKEN: TOKEN},
      });
      expect(end.code).toBe(1);
      const [line] = end.json() as [{error: {kind: string; message: string; why: string}}];
      expect(line.error.kind).toBe('network');
      expect(`${line.error.message} ${line.error.why}`).toMatch(new RegExp(words));
      expect(readdirSync(dir)).toEqual([]);
      expect(elsewhere).toEqual([]);
    },
  );

  it('is stopped by Ctrl-C, and what a killed one has left is removed by the next', async () => {
    const {dir, env} = place();
    const before = calls.length;
    const begun = async (): Promise<ReturnType<typeof startCli>> => {
      const seen = calls.length;
      const call = startCli(['clone', `${at}/stalls.git`, 'study'], {cwd: dir, env});
      await expect.poll(() => calls.length).toBeGreaterThan(seen);
      return call;
    };
    const stopped = await begun();
    stopped.child.kill('SIGINT');
    expect((await stopped.end).code).toBe(130);
    expect(readdirSync(dir)).toEqual([]);
    const killed = await begun();
    killed.child.kill('SIGKILL');
    await killed.end;
    expect(existsSync(join(dir, 'study'))).toBe(false);
    expect((await runCli(['clone', `${at}/study.git`], {cwd: dir, env})).code).toBe(0);
    expect(readdirSync(dir)).toEqual(['study']);
    expect(calls.slice(before).every(({authorization}) => authorization === undefined)).toBe(true);
  });

  it('refuses addresses that are none, or that run something', async () => {
    const {dir, env} = place();
    const marker = join(dir, 'ran');
    for (const url of [
      '--upload-pack=touch',
      'ext::sh -c touch% x',
      'ftp://host/x',
      'http://example.org/x.git',
      '',
    ]) {
      const end = await runCli(['clone', '--json', '--', url, 'study'], {cwd: dir, env});
      expect([url, end.code]).toEqual([url, 2]);
    }
    expect(existsSync(marker)).toBe(false);
    expect(execFileSync('ls', ['-A', dir]).toString()).toBe('');
  });
});
