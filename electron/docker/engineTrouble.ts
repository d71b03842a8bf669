import {statfs} from 'node:fs/promises';
import {
  type EngineConcern,
  type EngineRemedy,
  type EngineStatus,
  type EngineTrouble,
  DEFAULT_LIMITS,
} from '../../shared/engine';
import {type AppError, appError} from '../../shared/errors';
import {formatBytes, formatMemory} from '../../shared/format';
import {addressText, type EngineAddress} from './engineAddresses';
import {EngineSilent} from './engineCalls';
import {
  candidateAt,
  type EngineCandidate,
  engineCandidates,
  type AddressSource,
} from './engineCandidates';
import type {EngineFacts} from './engineConnection';
import {engineError, engineTroubleOf, ExplainedError, startHint} from './engineError';
import type {EngineProduct} from './engineProducts';
import {type HostEnvironment, thisHost} from './hostEnvironment';

/** What is wrong, and what a button can do about it. */
export interface Trouble {
  readonly trouble: EngineTrouble;
  readonly remedy: EngineRemedy | null;
}

/** An engine was chosen that this computer does not know. */
export const UNKNOWN_ENGINE: Trouble = {trouble: 'unreachable', remedy: null};

/** No engine can be used, and why. */
export class NoEngine extends ExplainedError {
  constructor(
    failure: AppError,
    readonly trouble: Trouble,
  ) {
    super(failure);
  }
}

/** The oldest interface that works: that of Docker 19.03. */
const OLDEST_API = [1, 40] as const;
/** With less than this free, images and containers soon fill the engine's disk. */
const LITTLE_DISK_BYTES = 2e9;

const INSTALL: EngineRemedy = {
  kind: 'page',
  url: 'https://docs.docker.com/get-started/get-docker/',
  title: 'How to install or update Docker',
};

/** Why no engine can be used at an address: it is named where it does not answer in time, or where it was chosen. */
export function noAnswer(
  error: unknown,
  address: EngineAddress,
  chosenBy: AddressSource | null,
  here: HostEnvironment,
): NoEngine {
  const name = engineText(address, chosenBy);
  if (error instanceof EngineSilent)
    return noEngine(`${name} gives ${error.message}.`, hintFor(here, chosenBy, null), {
      trouble: 'unreachable',
      remedy: null,
    });
  const failure = engineError(error, 'be reached');
  const detail = failure.detail ?? '';
  if (address.kind === 'ssh' && /\bESSH\b/u.test(detail)) return sshTrouble(address.host, detail);
  if (address.kind === 'host' && address.tls !== null && isTlsError(detail))
    return noEngine(
      `${name} was not trusted, or did not trust this computer.`,
      'Check that the certificates of the Docker context, or in DOCKER_CERT_PATH, match those of the engine.',
      {trouble: 'unreachable', remedy: null},
      detail,
    );
  const known = engineCandidates(here);
  const product = candidateAt(here, address)?.product ?? null;
  const trouble = troubleOf(engineTroubleOf(error), {address, chosenBy, product, known, here});
  if (failure.kind !== 'no-engine' || trouble.trouble === 'no-permission')
    return new NoEngine(failure, trouble);
  if (trouble.trouble === 'not-installed')
    return noEngine(
      'No container engine is installed on this computer.',
      'Install Docker or Podman. Until then, actions can run with the programs on this computer (see Settings).',
      trouble,
      detail,
    );
  const message =
    chosenBy === null
      ? failure.message
      : product !== null && trouble.trouble === 'stopped'
        ? `${product.title} isn't running.`
        : `${name} doesn't answer.`;
  return new NoEngine({...failure, message, hint: hintFor(here, chosenBy, product)}, trouble);
}

function noEngine(message: string, hint: string, trouble: Trouble, detail?: string): NoEngine {
  return new NoEngine(
    appError('no-engine', message, detail === undefined ? {hint} : {hint, detail}),
    trouble,
  );
}

interface Circumstances {
  readonly address: EngineAddress;
  readonly chosenBy: AddressSource | null;
  readonly product: EngineProduct | null;
  readonly known: readonly EngineCandidate[];
  readonly here: HostEnvironment;
}

function troubleOf(
  seen: EngineTrouble | null,
  {address, chosenBy, product, known, here}: Circumstances,
): Trouble {
  if (seen === 'no-permission')
    return {
      trouble: 'no-permission',
      remedy:
        here.platform === 'linux' && product?.name === 'docker'
          ? {kind: 'command', command: 'sudo usermod -aG docker $USER'}
          : null,
    };
  if (seen === 'starting') return {trouble: 'starting', remedy: null};
  if (address.kind !== 'socket') return {trouble: 'unreachable', remedy: null};
  const installed = known.filter((each) => each.product !== null);
  if (chosenBy === null && known.length === 0) return {trouble: 'not-installed', remedy: INSTALL};
  const started = product ?? (chosenBy === null ? (installed[0]?.product ?? null) : null);
  return {trouble: 'stopped', remedy: started === null ? null : startRemedy(started)};
}

function startRemedy({name, title, start}: EngineProduct): EngineRemedy {
  return start.by === 'user'
    ? {kind: 'command', command: start.command}
    : {kind: 'start', engine: name, title};
}

/** How to start an engine, or to choose another where the user's own settings chose this one. */
function hintFor(
  here: HostEnvironment,
  chosenBy: AddressSource | null,
  product: EngineProduct | null,
): string {
  switch (chosenBy?.kind) {
    case 'DOCKER_HOST':
      return 'Start that engine, or unset DOCKER_HOST to use the engine of this computer.';
    case 'context':
      return 'Start that engine, or choose another with "docker context use" or DOCKER_CONTEXT.';
    case 'name':
      return product?.start.by === 'user'
        ? `Start it with "${product.start.command}", or choose another engine.`
        : 'Start it, or choose another engine.';
    case undefined:
      return startHint(here.platform);
  }
}

/** An engine by its address and what chose it, at the beginning of a sentence. */
function engineText(address: EngineAddress, chosenBy: AddressSource | null): string {
  const at = addressText(address);
  switch (chosenBy?.kind) {
    case 'DOCKER_HOST':
      return `The container engine at ${at} (from DOCKER_HOST)`;
    case 'context':
      return `The container engine at ${at} (from the Docker context "${chosenBy.name}")`;
    case 'name':
      return `The container engine at ${at} (${chosenBy.title})`;
    case undefined:
      return `The container engine at ${at}`;
  }
}

function isTlsError(detail: string): boolean {
  return /certificate|self.signed|\bCERT_|ERR_TLS|ERR_SSL|SSL routines|\bEPROTO\b/iu.test(detail);
}

/** What `ssh` printed, by the words in it, first match first. */
function sshTrouble(host: string, detail: string): NoEngine {
  const {hostname} = new URL(host);
  const printed = detail.replace(/^ESSH: /u, '');
  if (/IDENTIFICATION HAS CHANGED/u.test(printed))
    return noEngine(
      `The ssh key of ${hostname} has changed, so Study Desk did not connect.`,
      'Ask whoever runs that computer. Remove the old key from known_hosts only if they changed it.',
      {trouble: 'unreachable', remedy: null},
      printed,
    );
  if (/Host key verification failed|host key is known/iu.test(printed))
    return noEngine(
      `ssh doesn't know the computer ${hostname} yet, so Study Desk did not connect.`,
      'Connect to it once in a terminal, and accept its key if it is the right one.',
      {trouble: 'unreachable', remedy: {kind: 'command', command: `ssh ${hostname}`}},
      printed,
    );
  if (/Permission denied|Too many authentication failures/iu.test(printed))
    return noEngine(
      `${hostname} refused your ssh login.`,
      'Study Desk can’t type a password. Use a key, loaded in the ssh agent if it has a passphrase.',
      {trouble: 'no-permission', remedy: {kind: 'command', command: `ssh ${hostname}`}},
      printed,
    );
  if (/not found/iu.test(printed) && !/hostname|name or service/iu.test(printed))
    return noEngine(
      `There is no docker command on ${hostname}.`,
      'Install Docker there, or choose another engine.',
      {trouble: 'not-installed', remedy: null},
      printed,
    );
  return noEngine(
    `The container engine at ${host} could not be reached by ssh.`,
    'Try the same address with ssh in a terminal.',
    {trouble: 'unreachable', remedy: null},
    printed,
  );
}

/** An engine that does not answer, as its state. */
export function downStatus(error: unknown): EngineStatus & {readonly state: 'down'} {
  const {message, hint = ''} = engineError(error, 'be reached');
  const trouble: Trouble =
    error instanceof NoEngine ? error.trouble : {trouble: 'unreachable', remedy: null};
  return {state: 'down', message, hint, ...trouble};
}

/** The state of an engine that answers: what it can do, or why that is not enough. */
export async function readiness(facts: EngineFacts, isLocal: boolean): Promise<EngineStatus> {
  const {name, platform, cpus, memoryBytes} = facts;
  if (!platform.startsWith('linux/'))
    return {
      state: 'down',
      trouble: 'wrong-architecture',
      message: `${name} is set to run ${platform.split('/')[0] ?? 'other'} containers; actions need Linux containers.`,
      hint: 'Switch to Linux containers in the Docker Desktop menu.',
      remedy: null,
    };
  if (isTooOld(facts.apiVersion))
    return {
      state: 'down',
      trouble: 'too-old',
      message: `${name} is too old; Docker 19.03 or later is needed.`,
      hint: 'Update it, or choose another engine.',
      remedy: INSTALL,
    };
  const ready = {state: 'ready', name, platform, cpus, memoryBytes} as const;
  const concern = await concernOf(facts, isLocal ? await freeBytes(facts.rootDir) : null);
  return concern === null ? ready : {...ready, concern};
}

function isTooOld(apiVersion: string): boolean {
  const [major = NaN, minor = NaN] = apiVersion.split('.').map(Number);
  if (!Number.isFinite(major) || !Number.isFinite(minor)) return false;
  return major < OLDEST_API[0] || (major === OLDEST_API[0] && minor < OLDEST_API[1]);
}

async function concernOf(
  {platform, memoryBytes, name}: EngineFacts,
  freeDiskBytes: number | null,
): Promise<EngineConcern | null> {
  if (freeDiskBytes !== null && freeDiskBytes < LITTLE_DISK_BYTES)
    return {
      kind: 'disk',
      message: `Only ${formatBytes(freeDiskBytes)} free where ${name} keeps images and containers.`,
      hint: 'Clean up what earlier runs left, or free space on that disk.',
    };
  if (memoryBytes > 0 && memoryBytes < DEFAULT_LIMITS.memoryBytes)
    return {
      kind: 'memory',
      message: `${name} has ${formatMemory(memoryBytes)} of memory; a job may use ${formatMemory(DEFAULT_LIMITS.memoryBytes)} by default.`,
      hint: 'Give the engine more memory in its settings.',
    };
  if (platform !== 'linux/amd64')
    return {
      kind: 'emulated',
      message: `Images are made for amd64; ${name} runs on ${platform.split('/')[1] ?? 'another architecture'} and emulates it.`,
      hint: 'Jobs take several times as long.',
    };
  return null;
}

/** Bytes free where an engine of this computer keeps its files; null where that can't be found out. */
export async function freeBytes(folder: string): Promise<number | null> {
  if (folder === '' || !thisHost().exists(folder)) return null;
  const stats = await statfs(folder).catch(() => null);
  return stats === null ? null : stats.bavail * stats.bsize;
}
