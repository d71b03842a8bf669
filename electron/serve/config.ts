import {homedir} from 'node:os';
import {isAbsolute, join} from 'node:path';
import {type AppError, failWith} from '../../shared/errors';
import {parseMemory} from '../../shared/format';
import {ok, type Result} from '../../shared/result';
import {DATABASES} from './records';
import {readAddress} from './rules/repositoryAddress';

/** How the job server is spoken to. */
export type Protocol = 'v1' | 'v2';

/** How much lines of the log matter, the least first. */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const;
/** How much a line of the log matters. */
export type LogLevel = (typeof LOG_LEVELS)[number];
/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** All settings of a runner (rules of serving, "Settings"). */
export type ServeConfig = Readonly<ReturnType<typeof readAll>>;

/** Values that are handed to the jobs which need them, and to no other. */
export interface PassedOn {
  /** To actions that read the database. */
  readonly database: Readonly<Record<string, string>>;
  /** Files whose content goes there too. */
  readonly presto: {readonly key: string; readonly certificate: string} | null;
  readonly stataLicence: string | null;
}

const V2_ENDPOINT = 'https://jobs.opensafely.org/api/v2/';
/** Handed on by these very names. */
const DATABASE_VARIABLES = ['TEMP_DATABASE_NAME', 'EMIS_ORGANISATION_HASH'];
const PRESTO_KEY = 'PRESTO_TLS_KEY_PATH';
const PRESTO_CERTIFICATE = 'PRESTO_TLS_CERT_PATH';

/** A setting that can't be used; named without its value, which may be a secret. */
class Refused extends Error {
  constructor(
    readonly variable: string,
    readonly problem: string,
  ) {
    super(`${variable} ${problem}`);
  }
}

/**
 * Reads all settings of a runner; refuses the first that can't be used, by its name. Touches no disk. `cpus` is the number of
 * this computer's processors.
 */
export function readServeConfig(
  env: Environment,
  protocol: Protocol,
  cpus: number,
): Result<ServeConfig, AppError> {
  return reading(() => readAll(env, protocol, cpus));
}

/** The protocol that settings are for: those of the first have a user's name in place of a token. */
export function protocolOf(env: Environment): Protocol {
  return text(env, 'JOB_SERVER_TOKEN') === null && text(env, 'QUEUE_USER') !== null ? 'v1' : 'v2';
}

/** The backend and the folder of state, for commands that only look at them. */
export function readRunnerPlaces(
  env: Environment,
): Result<Pick<ServeConfig, 'backend' | 'workdir'>, AppError> {
  return reading(() => ({backend: backendOf(env, false), workdir: workdirOf(env)}));
}

/** The root of the highly sensitive tree, for `serve log`. */
export function readHighRoot(env: Environment): Result<string, AppError> {
  return reading(() => folder(env, 'HIGH_PRIVACY_STORAGE_BASE'));
}

/** What is read of an environment, or which setting can't be used. */
function reading<T>(read: () => T): Result<T, AppError> {
  try {
    return ok(read());
  } catch (error) {
    if (error instanceof Refused) return refusal(error);
    throw error;
  }
}

function refusal({variable, problem}: Refused): Result<never, AppError> {
  return failWith('invalid-request', `The setting ${variable} ${problem}.`, {
    hint: 'Settings come from the environment; `study-desk serve --help` and electron/serve/RULES.md list them.',
  });
}

function readAll(env: Environment, protocol: Protocol, cpus: number) {
  const backend = backendOf(env, protocol === 'v1');
  const dummyDataOnly = flag(env, 'USING_DUMMY_DATA_BACKEND', backend === 'expectations');
  const workdir = workdirOf(env);
  const high = folder(env, 'HIGH_PRIVACY_STORAGE_BASE');
  const v1 = protocol === 'v1';
  if (!v1 && text(env, 'JOB_SERVER_TOKEN') === null)
    throw new Refused('JOB_SERVER_TOKEN', 'is missing: protocol v2 needs it');
  const statuses = oneOf(env, 'STATUS_CODES', ['basic', 'extended'] as const, 'basic');
  const failed = oneOf(env, 'FAILED_DEPENDENCIES', ['fail', 'rerun'] as const, 'fail');
  const memory = text(env, 'DEFAULT_JOB_MEMORY_LIMIT') ?? '4G';
  const memoryBytes = parseMemory(memory);
  if (memoryBytes === null)
    throw new Refused('DEFAULT_JOB_MEMORY_LIMIT', 'is no size such as 4G or 512m');
  return {
    protocol,
    backend,
    /** Ends with `/`. */
    endpoint: endpointOf(env, v1),
    /** Of v2. */
    token: text(env, 'JOB_SERVER_TOKEN') ?? '',
    /** Of v1. */
    basic: v1 ? {user: required(env, 'QUEUE_USER'), password: required(env, 'QUEUE_PASS')} : null,
    /** By the name of the database. */
    databaseUrls: databaseUrlsOf(env, v1 && !dummyDataOnly),
    databaseNetwork: text(env, 'DATABASE_NETWORK'),
    /** Nothing here may read a database. */
    dummyDataOnly,
    high,
    medium: folder(env, 'MEDIUM_PRIVACY_STORAGE_BASE'),
    archives: text(env, 'HIGH_PRIVACY_ARCHIVE_DIR') ?? join(high, 'archives'),
    workdir,
    gitToken: text(env, 'PRIVATE_REPO_ACCESS_TOKEN') ?? '',
    allowedOrgs: (text(env, 'ALLOWED_GITHUB_ORGS') ?? 'opensafely')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    gitProxy: proxyOf(env),
    allowLocalRepos: onlyTrue(env, 'ALLOW_LOCAL_GIT_REPOS'),
    pollSeconds: positive(env, 'POLL_INTERVAL', 5),
    loopSeconds: positive(env, 'JOB_LOOP_INTERVAL', 1),
    maxWorkers: whole(env, 'MAX_WORKERS', Math.max(1, cpus - 1)),
    weightsFile: text(env, 'JOB_WEIGHTS_FILE'),
    limits: {cpus: positive(env, 'DEFAULT_JOB_CPU_COUNT', 2), memoryBytes},
    jobTimeoutSeconds: positive(env, 'JOB_TIMEOUT', 86_400),
    httpTimeoutSeconds: positive(env, 'HTTP_TIMEOUT', 30),
    extendedCodes: statuses === 'extended',
    rerunFailedDependencies: failed === 'rerun',
    /** Action logs go to the medium tree too: they may print rows. */
    mediumLogs: onlyTrue(env, 'MEDIUM_PRIVACY_LOGS'),
    logLevel: logLevelOf(env),
    debugLogFile: text(env, 'DEBUG_LOG_FILE'),
    /** What jobs on a database, or of Stata, are given besides. */
    passed: passedOn(env),
  };
}

/** Blank counts as not set. */
function text(env: Environment, name: string): string | null {
  const value = env[name]?.trim() ?? '';
  return value === '' ? null : value;
}

function required(env: Environment, name: string): string {
  const value = text(env, name);
  if (value === null) throw new Refused(name, 'is missing');
  return value;
}

function backendOf(env: Environment, needed: boolean): string {
  const name = needed ? required(env, 'BACKEND') : (text(env, 'BACKEND') ?? 'expectations');
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*[A-Za-z0-9]$/.test(name))
    throw new Refused(
      'BACKEND',
      'is no name of a backend: two or more letters, digits, _ or -, a letter or digit first and last',
    );
  return name;
}

function workdirOf(env: Environment): string {
  const given = text(env, 'WORKDIR');
  if (given !== null) return absolute('WORKDIR', given);
  const {LOCALAPPDATA, XDG_DATA_HOME} = env;
  if (process.platform === 'win32' && LOCALAPPDATA !== undefined)
    return join(LOCALAPPDATA, 'study-desk', 'serve');
  if (process.platform === 'darwin')
    return join(homedir(), 'Library', 'Application Support', 'study-desk', 'serve');
  return join(XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'study-desk', 'serve');
}

function folder(env: Environment, name: string): string {
  return absolute(name, required(env, name));
}

function absolute(name: string, path: string): string {
  if (!isAbsolute(path)) throw new Refused(name, 'is no absolute path');
  return path;
}

function endpointOf(env: Environment, needed: boolean): string {
  const name = 'JOB_SERVER_ENDPOINT';
  const given = needed ? required(env, name) : (text(env, name) ?? V2_ENDPOINT);
  const parsed = readAddress(given);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol))
    throw new Refused(name, 'is no http or https address');
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '')
    throw new Refused(name, 'holds a user or a query, which do not belong there');
  return given.endsWith('/') ? given : `${given}/`;
}

function databaseUrlsOf(env: Environment, all: boolean): Readonly<Record<string, string>> {
  const urls: Record<string, string> = {};
  for (const database of DATABASES) {
    const name = `${database.toUpperCase()}_DATABASE_URL`;
    const url = all ? required(env, name) : text(env, name);
    if (url === null) continue;
    if (!/^[A-Za-z][A-Za-z0-9+.-]*:\/\/\S+$/.test(url))
      throw new Refused(
        name,
        'is no address of a database, such as mssql://user:password@host/name',
      );
    urls[database] = url;
  }
  return urls;
}

/** A host name, with a port where it needs one. */
function proxyOf(env: Environment): string | null {
  const name = 'GITHUB_PROXY_DOMAIN';
  const host = text(env, name);
  if (host !== null && !/^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(host))
    throw new Refused(name, 'is no host name');
  return host;
}

function flag(env: Environment, name: string, otherwise: boolean): boolean {
  const value = text(env, name)?.toLowerCase() ?? null;
  if (value === null) return otherwise;
  if (['true', '1', 'yes', 'on'].includes(value)) return true;
  if (['false', '0', 'no', 'off'].includes(value)) return false;
  throw new Refused(name, 'is neither true nor false');
}

/** For settings that open something up: nothing but the very word does. */
function onlyTrue(env: Environment, name: string): boolean {
  const value = text(env, name);
  if (value !== null && value !== 'true')
    throw new Refused(name, 'can only be true, or be left out');
  return value === 'true';
}

function oneOf<T extends string>(
  env: Environment,
  name: string,
  words: readonly T[],
  otherwise: T,
): T {
  const value = text(env, name);
  const found = words.find((word) => word === value);
  if (value !== null && found === undefined)
    throw new Refused(name, `is none of ${words.join(', ')}`);
  return found ?? otherwise;
}

function positive(env: Environment, name: string, otherwise: number): number {
  const value = text(env, name);
  if (value === null) return otherwise;
  if (!/^\d*\.?\d+$/.test(value) || Number(value) <= 0)
    throw new Refused(name, 'is no number above 0');
  return Number(value);
}

function whole(env: Environment, name: string, otherwise: number): number {
  const value = positive(env, name, otherwise);
  if (!Number.isInteger(value)) throw new Refused(name, 'is no whole number from 1');
  return value;
}

function logLevelOf(env: Environment): LogLevel {
  const name = 'LOGLEVEL';
  const value = (text(env, name) ?? 'INFO').toLowerCase();
  const level = value === 'warn' ? 'warning' : value;
  const found = LOG_LEVELS.find((each) => each === level);
  if (found === undefined) throw new Refused(name, 'is none of DEBUG, INFO, WARNING, ERROR');
  return found;
}

function passedOn(env: Environment): PassedOn {
  const [key, certificate] = [text(env, PRESTO_KEY), text(env, PRESTO_CERTIFICATE)];
  if ((key === null) !== (certificate === null))
    throw new Refused(key === null ? PRESTO_KEY : PRESTO_CERTIFICATE, 'is missing beside its pair');
  const database: Record<string, string> = {};
  for (const name of DATABASE_VARIABLES) {
    const value = text(env, name);
    if (value !== null) database[name] = value;
  }
  const presto = key === null || certificate === null ? null : {key, certificate};
  return {database, presto, stataLicence: text(env, 'STATA_LICENSE')};
}
