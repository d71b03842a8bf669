import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {makeCertificate, type Certificate} from '../../queue/certificate';
import {startGitServer, type GitServer} from '../../queue/gitServer';

const run = promisify(execFile);
let root: string;
let certificate: Certificate;
let server: GitServer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'study-desk-git-test-'));
  certificate = await makeCertificate();
  server = await startGitServer(certificate, 'jobrunner-tpp:the-token');
});

afterAll(async () => {
  await server.close();
  await certificate.remove();
  await rm(root, {recursive: true, force: true});
});

const git = (...args: readonly string[]) =>
  run('git', [...args], {
    cwd: root,
    env: {
      ...process.env,
      GIT_SSL_CAINFO: certificate.file,
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_ASKPASS: 'true',
    },
  });

it('serves a repository over https, any commit of it by its name', async () => {
  const repository = server.add('opensafely', 'flu');
  const first = repository.commit({'project.yaml': 'one'});
  repository.commit({'project.yaml': 'two'});
  const hidden = repository.pullRequest({'project.yaml': 'three'});
  expect(repository.url).toBe('https://github.com/opensafely/flu');
  await git('clone', '--quiet', `https://${server.domain}/opensafely/flu`, 'flu');
  expect(await readFile(join(root, 'flu/project.yaml'), 'utf8')).toBe('two');
  for (const commit of [first, hidden]) {
    await git('-C', 'flu', 'fetch', '--quiet', 'origin', commit);
    const {stdout} = await git('-C', 'flu', 'rev-parse', 'FETCH_HEAD');
    expect(stdout.trim()).toBe(commit);
  }
});

it('gives a private repository only to who has the token, and fails when told to', async () => {
  server.add('opensafely', 'secret', {private: true}).commit({'project.yaml': 'one'});
  const at = (user: string) => `https://${user}${server.domain}/opensafely/secret`;
  await expect(git('ls-remote', at(''))).rejects.toThrow();
  await git('ls-remote', at('jobrunner-tpp:the-token@'));
  server.fail(1, {status: 500, text: 'Down'});
  await expect(git('ls-remote', at('jobrunner-tpp:the-token@'))).rejects.toThrow(/500/);
  server.fail(1, 'cut');
  await expect(git('ls-remote', at('jobrunner-tpp:the-token@'))).rejects.toThrow();
  await git('ls-remote', at('jobrunner-tpp:the-token@'));
});
