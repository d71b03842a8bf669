import {createHash, randomBytes} from 'node:crypto';
import {mkdir, mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {runCli, startCli, type CliCall, type CliEnd} from '../cli/runCli';
import {studyFiles, type ShellAction} from '../integration/runs/studyFolders';
import {makeCertificate, type Certificate} from './certificate';
import {ensureQueueImages, REGISTRY, removeJobContainers, watchEngine} from './engine';
import type {EngineWatch} from './engine';
import {startGitServer, type GitServer} from './gitServer';
import {startJobServer, TOKEN, type JobServer, type JobServerOptions} from './jobServer/jobServer';
import type {PostedJob, ServedRequest} from './jobServer/protocolV2';

/** The token with which private repositories are read; a secret. */
export const GIT_TOKEN = 'git-token-603deb1015ca71be';

/** What all sites of a test file share: repositories over https, and images. */
export interface Hosts {
  readonly certificate: Certificate;
  readonly git: GitServer;
  readonly engine: EngineWatch;
  /** Commits a study of shell scripts; answers where it is. */
  study(actions: Readonly<Record<string, ShellAction>>, options?: StudyOptions): Study;
  close(): Promise<void>;
}

/** How a study's repository is to be. */
export interface StudyOptions {
  readonly private?: boolean;
  /** Further files. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A study at a commit. */
export interface Study {
  readonly repo: string;
  readonly sha: string;
  /** Its repository on this computer. */
  readonly folder: string;
  /** Commits files that only a pull request has; answers the commit. */
  pullRequest(files: Readonly<Record<string, string>>): string;
}

/** Starts the servers that sites share. */
export async function openHosts(): Promise<Hosts> {
  const certificate = await makeCertificate();
  const git = await startGitServer(certificate, `jobrunner-tpp:${GIT_TOKEN}`);
  await ensureQueueImages();
  const engine = await watchEngine();
  let studies = 0;
  return {
    certificate,
    git,
    engine,
    study(actions, options = {}) {
      studies += 1;
      const repository = git.add('opensafely', `study-${studies}`, options);
      const sha = repository.commit({...studyFiles(actions), ...options.files});
      const {url: repo, folder} = repository;
      return {repo, sha, folder, pullRequest: (files) => repository.pullRequest(files)};
    },
    async close() {
      engine.stop();
      await git.close();
      await certificate.remove();
    },
  };
}

/** A request in short. */
export interface Asked {
  readonly study: Pick<Study, 'repo' | 'sha'>;
  readonly actions: readonly string[];
  /** The site's own by default. */
  readonly workspace?: string;
  readonly more?: Partial<ServedRequest>;
}

/** A backend's computer with its storage, and the job server it asks. */
export interface Site {
  readonly root: string;
  readonly high: string;
  readonly medium: string;
  readonly workdir: string;
  /** The environment of its runner. */
  readonly settings: Readonly<Record<string, string>>;
  readonly server: JobServer;
  /** A name of a workspace that no other test has. */
  readonly workspace: string;
  /** All that was printed by any `serve` of this site. */
  readonly printed: () => string;
  /** Starts `study-desk serve`; `more` adds to the environment. */
  start(more?: Readonly<Record<string, string>>, ...args: readonly string[]): CliCall;
  /** Runs another `study-desk serve …` to its end. */
  command(...args: readonly string[]): Promise<CliEnd>;
  /** Ends all that runs here: kindly, or as a crash does. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Adds a request; answers its identifier. */
  ask(asked: Asked): string;
  /** A job of a request as the server knows it. */
  job(request: string, action: string): PostedJob | undefined;
  /** The jobs of a request once all of them are over: `action: status status_code`. */
  ended(request: string, timeoutMs?: number): Promise<readonly string[]>;
  /** Waits for a job to be in a state, and answers it. */
  reaches(request: string, action: string, status: string): Promise<PostedJob>;
  /** Waits until the server has answered so many more lists. */
  polls(count: number): Promise<void>;
  /** Content of a job's permanent log, and where it is. */
  log(job: string): Promise<string>;
  close(): Promise<void>;
}

/** Identifier of the job that a request's action gets, by the rule that all runners share. */
export function jobIdOf(request: string, action: string): string {
  const digest = createHash('sha1').update(`${request}\n${action}`).digest().subarray(0, 10);
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = bits.match(/.{5}/g) ?? [];
  return letters
    .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(five, 2)] ?? '')
    .join('');
}

/** Waits for something to hold; says what it was where it never does. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`It never came to this: ${what}`);
    // some of what is waited for lasts a twentieth of a second only
    await delay(10);
  }
}

/** Sets up a site for backend `tpp` with its own job server; nothing runs yet. */
export async function openSite(
  hosts: Hosts,
  env: Readonly<Record<string, string>> = {},
  options: JobServerOptions = {},
): Promise<Site> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-site-'));
  const [high, medium, workdir] = ['high', 'medium', 'work'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ]; // of the three names
  for (const folder of [high, medium, workdir]) await mkdir(folder);
  const server = await startJobServer(options);
  const workspace = `ws-${randomBytes(5).toString('hex')}`;
  const calls: CliCall[] = [];
  let printed = '';
  let requests = 0;
  const settings = {
    BACKEND: 'tpp',
    JOB_SERVER_ENDPOINT: server.endpoint,
    JOB_SERVER_TOKEN: TOKEN,
    HIGH_PRIVACY_STORAGE_BASE: high,
    MEDIUM_PRIVACY_STORAGE_BASE: medium,
    WORKDIR: workdir,
    FULL_DATABASE_URL: 'mssql://reader:full-pass-2a179f4a@db-full:5000/full',
    GITHUB_PROXY_DOMAIN: hosts.git.domain,
    NODE_EXTRA_CA_CERTS: hosts.certificate.file,
    DOCKER_REGISTRY: REGISTRY,
    POLL_INTERVAL: '0.3',
    JOB_LOOP_INTERVAL: '0.1',
    MAX_WORKERS: '8',
    ...env,
  };
  const jobsOf = (request: string): readonly PostedJob[] => server.v2.jobsOf(request);
  const told = (request: string): readonly string[] =>
    jobsOf(request).map(({action, status, status_code}) =>
      `${action}: ${status} ${status_code}`.trim(),
    );
  const tail = (): string => `${printed}`.slice(-3000);
  const site: Site = {
    root,
    high,
    medium,
    workdir,
    settings,
    server,
    workspace,
    printed: () => printed,
    start(more = {}, ...args) {
      const call = startCli(['serve', ...args], {cwd: root, env: {...settings, ...more}});
      const note = (text: string): void => void (printed += text);
      call.child.stdout?.on('data', note);
      call.child.stderr?.on('data', note);
      calls.push(call);
      return call;
    },
    command: (...args) => runCli(['serve', ...args], {cwd: root, env: settings}),
    async stop(signal = 'SIGTERM') {
      for (const call of calls.splice(0)) {
        call.child.kill(signal);
        await call.end;
      }
    },
    ask({study, actions, more, workspace: named}) {
      requests += 1;
      const identifier = `jr-${workspace}-${requests}`;
      server.v2.add({
        identifier,
        sha: study.sha,
        requested_actions: actions,
        cancelled_actions: [],
        force_run_dependencies: false,
        workspace: {name: named ?? workspace, repo: study.repo, branch: 'main', db: 'full'},
        backend: 'tpp',
        created_by: 'someone',
        created_at: new Date().toISOString(),
        ...more,
      });
      return identifier;
    },
    job: (request, action) => jobsOf(request).find((job) => job.action === action),
    async ended(request, timeoutMs = 60_000) {
      try {
        await until(
          `${request} ends`,
          () => jobsOf(request).length > 0 && !server.v2.active().includes(request),
          timeoutMs,
        );
      } catch (error) {
        throw new Error(`${String(error)}; it is ${told(request).join(', ')}\n${tail()}`);
      }
      return told(request);
    },
    async reaches(request, action, status) {
      const find = (): PostedJob | undefined => site.job(request, action);
      try {
        await until(`${action} is ${status}`, () => find()?.status === status);
      } catch (error) {
        throw new Error(`${String(error)}; it is ${told(request).join(', ')}\n${tail()}`);
      }
      const job = find();
      if (job === undefined) throw new Error(`${action} is gone`);
      return job;
    },
    async polls(count) {
      const lists = (): number =>
        server.recording.calls.filter(({method, status}) => method === 'GET' && status === 200)
          .length;
      const before = lists();
      await until(`${count} more polls`, () => lists() >= before + count);
    },
    async log(job) {
      for (const month of await readdir(join(high, 'logs'))) {
        const file = join(high, 'logs', month, `os-job-${job}`, 'logs.txt');
        const text = await readFile(file, 'utf8').catch(() => null);
        if (text !== null) return text;
      }
      throw new Error(`No log of ${job}`);
    },
    async close() {
      await site.stop('SIGKILL');
      await server.close();
      await removeJobContainers(workspace);
      await rm(root, {recursive: true, force: true, maxRetries: 3});
    },
  };
  return site;
}
