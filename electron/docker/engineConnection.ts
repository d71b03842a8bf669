import {readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {inspect} from 'node:util';
import type Dockerode from 'dockerode';
import type {AppError} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import {
  addressText,
  type EngineAddress,
  engineSearch,
  type EngineSearch,
  parseHost,
} from './engineAddresses';
import {endEveryCall, EngineSilent} from './engineCalls';
import {engineError, startHint, ToldError} from './engineError';
import {infoReply, versionReply} from './engineReplies';

/** What stays the same while an engine runs. */
export interface EngineFacts {
  readonly name: string;
  readonly isPodman: boolean;
  readonly platform: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** Which engine to use, where the surroundings shall not decide. */
export interface EngineChoice {
  readonly socketPath?: string;
  readonly host?: string;
}

/** Connections are used again, and take in large pieces: outputs may be many gigabytes. */
const AGENT = {keepAlive: true, highWaterMark: 1024 * 1024};

/** An address that has not answered after so many milliseconds is given up. */
const FIND_MS = 5000;
/** How often an engine is asked whether it is still there while it is at work for us, in milliseconds. */
const WATCH_MS = 5000;
/** How long it may take to say so. */
const ALIVE_MS = 15_000;
/** What was at work with an engine that is lost has so long to end by itself. */
const END_MS = 10_000;

/** Finds the engine that answers, keeps its connections, and finds it again after it went away. */
export class EngineConnection {
  private found: Promise<{client: Dockerode; address: EngineAddress}> | null = null;
  private known: Promise<EngineFacts> | null = null;
  private readonly agents = new Set<http.Agent>();
  private readonly sockets = new Set<net.Socket>();
  private readonly watched = new Set<AbortController>();
  private watch: NodeJS.Timeout | null = null;
  /** Where the engine answered last. */
  private last: EngineAddress | null = null;

  constructor(private readonly choice: EngineChoice) {}

  /** The client of the engine that answers; rejects where none does, with the reason. */
  async client(): Promise<Dockerode> {
    return (await this.connected()).client;
  }

  /** True where the engine's files and processes are this computer's own. */
  async isLocal(): Promise<boolean> {
    return process.platform === 'linux' && (await this.connected()).address.kind === 'socket';
  }

  /** How to open a connection of our own to the engine; null where it is reached by SSH or TLS. */
  async direct(): Promise<((onread: net.OnReadOpts) => net.Socket) | null> {
    const {address} = await this.connected();
    if (address.kind === 'socket') {
      return (onread) => this.keep(net.connect({path: address.socketPath, onread}));
    }
    const {secure, url, port} = reached(address);
    if (secure || url.protocol === 'ssh:') return null;
    return (onread) => this.keep(net.connect({host: url.hostname, port, onread}));
  }

  async facts(): Promise<EngineFacts> {
    this.known ??= this.askFacts();
    const asked = this.known;
    return asked.catch((error: unknown) => {
      if (this.known === asked) this.known = null;
      throw error;
    });
  }

  /**
   * Does something that may take the engine any time; rejects once the engine does not answer any more, however the
   * work itself fares then. The signal ends the work, which may still put its things in order.
   */
  async whileAnswering<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const ending = new AbortController();
    const {signal} = ending;
    const lost = new Promise<never>((_, reject) => {
      const late = (): void => reject(asError(signal.reason));
      signal.addEventListener('abort', () => setTimeout(late, END_MS).unref(), {once: true});
    });
    // the work may have ended meanwhile
    lost.catch(() => undefined);
    this.watched.add(ending);
    this.watchSoon();
    try {
      return await Promise.race([work(signal), lost]);
    } catch (error) {
      throw signal.aborted ? asError(signal.reason) : error;
    } finally {
      this.watched.delete(ending);
    }
  }

  /** Looks again for an engine at the next call: only for the one it was, where jobs of ours are there. */
  forget(jobsAreThere: boolean): void {
    this.found = null;
    this.known = null;
    if (!jobsAreThere) this.last = null;
  }

  close(): void {
    for (const agent of this.agents) agent.destroy();
    this.agents.clear();
    for (const socket of this.sockets) socket.destroy();
    if (this.watch !== null) clearTimeout(this.watch);
    this.forget(false);
  }

  private watchSoon(): void {
    this.watch ??= setTimeout(() => {
      void this.lookAfter().finally(() => {
        this.watch = null;
        if (this.watched.size > 0) this.watchSoon();
      });
    }, WATCH_MS);
    this.watch.unref();
  }

  private async lookAfter(): Promise<void> {
    if (this.watched.size === 0) return;
    const asked = [...this.watched];
    try {
      await answerWithin(ALIVE_MS, await this.client());
    } catch (error) {
      for (const each of asked) each.abort(error);
    }
  }

  private keep(socket: net.Socket): net.Socket {
    this.sockets.add(socket);
    return socket.once('close', () => this.sockets.delete(socket));
  }

  private connected(): Promise<{client: Dockerode; address: EngineAddress}> {
    this.found ??= this.find();
    const search = this.found;
    return search.catch((error: unknown) => {
      if (this.found === search) this.found = null;
      throw error;
    });
  }

  private async find(): Promise<{client: Dockerode; address: EngineAddress}> {
    const search = this.search();
    if (!search.ok) throw new ToldError(search.error);
    const {addresses, chosenBy} = search.value;
    let first: unknown = null;
    for (const address of this.last === null ? addresses : [this.last]) {
      try {
        const client = await this.open(address);
        await answerWithin(FIND_MS, client);
        this.last = address;
        return {client, address};
      } catch (error) {
        first ??= new ToldError(noAnswer(error, address, chosenBy));
      }
    }
    throw first;
  }

  private search(): Result<EngineSearch, AppError> {
    const {socketPath, host} = this.choice;
    if (socketPath !== undefined)
      return ok({addresses: [{kind: 'socket', socketPath}], chosenBy: null});
    if (host !== undefined) return ok({addresses: [parseHost(host, null)], chosenBy: null});
    return engineSearch({
      env: process.env,
      platform: process.platform,
      home: os.homedir(),
      uid: process.getuid?.() ?? null,
      readText,
    });
  }

  private async open(address: EngineAddress): Promise<Dockerode> {
    const client = await this.connect(address);
    endEveryCall(client.modem);
    return client;
  }

  private async connect(address: EngineAddress): Promise<Dockerode> {
    const {default: Docker} = await import('dockerode');
    if (address.kind === 'socket') {
      const agent = this.agent(new http.Agent(AGENT));
      const options = {socketPath: address.socketPath, agent};
      return new Docker(options);
    }
    const {url, secure, port} = reached(address);
    if (url.protocol === 'ssh:') {
      return new Docker({
        protocol: 'ssh',
        host: url.hostname,
        port: url.port === '' ? 22 : Number(url.port),
        username: url.username === '' ? os.userInfo().username : url.username,
        ...sshAgent(process.env['SSH_AUTH_SOCK']),
      });
    }
    const options = {
      protocol: secure ? ('https' as const) : ('http' as const),
      host: url.hostname,
      port,
      agent: this.agent(secure ? new https.Agent(AGENT) : new http.Agent(AGENT)),
      ...(address.certDir === null ? {} : await certificates(address.certDir)),
    };
    return new Docker(options);
  }

  private agent<T extends http.Agent>(agent: T): T {
    // docker-modem looks into all of each request's options for a debug message nobody reads: into an agent
    // with its sockets that is slow, and in Electron's main process it ends the process
    Object.assign(agent, {[inspect.custom]: () => 'Agent'});
    this.agents.add(agent);
    return agent;
  }

  private async askFacts(): Promise<EngineFacts> {
    const client = await this.client();
    const version = client.version();
    const info: unknown = await client.info();
    const {Version, Components} = versionReply.parse(await version);
    const facts = infoReply.parse(info);
    const isPodman = Components.some(({Name}) => Name.startsWith('Podman'));
    return {
      isPodman,
      name: `${isPodman ? 'Podman' : 'Docker'} ${Version}`.trim(),
      platform: `${facts.OSType}/${architecture(facts.Architecture)}`,
      cpus: facts.NCPU,
      memoryBytes: facts.MemTotal,
    };
  }
}

/** Asks whether an engine is there; rejects where it has not said so in time. */
async function answerWithin(milliseconds: number, client: Dockerode): Promise<void> {
  let timer: NodeJS.Timeout | null = null;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new EngineSilent(`no answer within ${milliseconds / 1000} s`)),
      milliseconds,
    );
  });
  try {
    await Promise.race([client.ping(), late]);
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}

/** Why no engine can be used at an address: it is named where it hangs, or where the user's settings chose it. */
function noAnswer(error: unknown, address: EngineAddress, chosenBy: string | null): AppError {
  const told = engineError(error, 'be reached');
  const isSilent = error instanceof EngineSilent;
  if (told.kind !== 'no-engine' || (chosenBy === null && !isSilent)) return told;
  const where = `at ${addressText(address)}${chosenBy === null ? '' : ` (by ${chosenBy})`}`;
  const message = isSilent
    ? `The container engine ${where} gives ${error.message}.`
    : `${told.message.slice(0, -1)} ${where}.`;
  return {...told, message, hint: startHint(process.platform, chosenBy)};
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** Where an engine on the network answers, and whether by TLS. */
function reached(address: EngineAddress & {readonly kind: 'host'}): {
  readonly url: URL;
  readonly secure: boolean;
  readonly port: number;
} {
  const url = new URL(address.host);
  const secure =
    address.certDir !== null ||
    url.protocol === 'https:' ||
    process.env['DOCKER_TLS_VERIFY'] === '1';
  const port = url.port === '' ? (secure ? 2376 : 2375) : Number(url.port);
  return {url, secure, port};
}

function architecture(name: string): string {
  const names: Readonly<Record<string, string>> = {x86_64: 'amd64', aarch64: 'arm64'};
  return names[name] ?? name;
}

async function certificates(folder: string): Promise<{ca: string; cert: string; key: string}> {
  const read = (name: string): Promise<string> => readFile(path.join(folder, name), 'utf8');
  return {ca: await read('ca.pem'), cert: await read('cert.pem'), key: await read('key.pem')};
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function sshAgent(agent: string | undefined): {sshOptions?: {agent: string}} {
  return agent === undefined ? {} : {sshOptions: {agent}};
}
