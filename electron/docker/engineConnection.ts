import net from 'node:net';
import type Dockerode from 'dockerode';
import type {AppError} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import {type EngineAddress, parseHost, socket} from './engineAddresses';
import {EngineSilent} from './engineCalls';
import {engineClock, secondsAhead} from './engineClock';
import {candidateAt, engineSearch, type EngineSearch} from './engineCandidates';
import {type EngineClient, openClient, reached} from './engineClient';
import {noAnswer, NoEngine, UNKNOWN_ENGINE} from './engineTrouble';
import {thisHost} from './hostEnvironment';
import {infoReply, versionReply} from './engineReplies';

/** What stays the same while an engine runs. */
export interface EngineFacts {
  readonly name: string;
  readonly isPodman: boolean;
  /** It has no more rights than the user who started it. */
  readonly isRootless: boolean;
  readonly platform: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Version of its interface, e.g. `1.45`; empty where it does not say. */
  readonly apiVersion: string;
  /** Where it keeps images and containers, on its own computer. */
  readonly rootDir: string;
  /** Its clock is so many seconds ahead of this computer's, or behind where negative. */
  readonly secondsAhead: number;
}

/** Which engine to use, where the surroundings shall not decide. */
export interface FixedEngine {
  readonly socketPath?: string;
  readonly host?: string;
  /** By its name (engineCandidates). */
  readonly name?: string | null;
}

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
  private readonly clients = new Set<EngineClient>();
  private readonly sockets = new Set<net.Socket>();
  private readonly watched = new Set<AbortController>();
  private watch: NodeJS.Timeout | null = null;
  /** Where the engine answered last. */
  private last: EngineAddress | null = null;

  constructor(private readonly choice: FixedEngine) {}

  /** The client of the engine that answers; rejects where none does, with the reason. */
  async client(): Promise<Dockerode> {
    return (await this.connected()).client;
  }

  /** True where the engine's files and processes are this computer's own. */
  async isLocal(): Promise<boolean> {
    return process.platform === 'linux' && (await this.connected()).address.kind === 'socket';
  }

  /** True where it is on this computer, or in a virtual machine of it, as far as its address shows. */
  async isHere(): Promise<boolean> {
    return (await this.connected()).address.kind === 'socket';
  }

  /** The name by which the engine that answers is chosen; null where it has none. */
  async name(): Promise<string | null> {
    const {address} = await this.connected();
    const here = thisHost();
    return this.choice.name ?? candidateAt(here, address)?.name ?? null;
  }

  /** How to open a connection of our own to the engine; null where it is reached by SSH or TLS. */
  async direct(): Promise<((onread: net.OnReadOpts) => net.Socket) | null> {
    const {address} = await this.connected();
    if (address.kind === 'socket') {
      return (onread) => this.keep(net.connect({path: address.socketPath, onread}));
    }
    if (address.kind === 'ssh') return null;
    const {secure, host, port} = reached(address);
    if (secure) return null;
    return (onread) => this.keep(net.connect({host, port, onread}));
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
    for (const client of this.clients) client.close();
    this.clients.clear();
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
    if (!search.ok) throw new NoEngine(search.error, UNKNOWN_ENGINE);
    const {addresses, chosenBy} = search.value;
    let first: NoEngine | null = null;
    for (const address of this.last === null ? addresses : [this.last]) {
      try {
        const client = await this.open(address);
        this.last = address;
        return {client, address};
      } catch (error) {
        first ??= noAnswer(error, address, chosenBy, thisHost());
      }
    }
    throw first ?? new Error('No container engine was found.');
  }

  private search(): Result<EngineSearch, AppError> {
    const {socketPath, host, name = null} = this.choice;
    if (socketPath !== undefined) return ok({addresses: [socket(socketPath)], chosenBy: null});
    if (host !== undefined) return ok({addresses: [parseHost(host)], chosenBy: null});
    return engineSearch(thisHost(), name);
  }

  private async open(address: EngineAddress): Promise<Dockerode> {
    const opened = await openClient(address);
    try {
      await answerWithin(FIND_MS, opened.client);
    } catch (error) {
      opened.close();
      throw error;
    }
    this.clients.add(opened);
    return opened.client;
  }

  private async askFacts(): Promise<EngineFacts> {
    const client = await this.client();
    const version = client.version();
    const before = Date.now();
    const info: unknown = await client.info();
    const after = Date.now();
    const {Version, ApiVersion, Components} = versionReply.parse(await version);
    const facts = infoReply.parse(info);
    const isPodman = Components.some(({Name}) => Name.startsWith('Podman'));
    return {
      isPodman,
      isRootless: facts.SecurityOptions.some((option) => option.includes('rootless')),
      name: `${isPodman ? 'Podman' : 'Docker'} ${Version}`.trim(),
      platform: `${facts.OSType}/${architecture(facts.Architecture)}`,
      cpus: facts.NCPU,
      memoryBytes: facts.MemTotal,
      apiVersion: ApiVersion,
      rootDir: facts.DockerRootDir,
      secondsAhead: secondsAhead(engineClock(facts.SystemTime ?? '', before, after)),
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

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function architecture(name: string): string {
  const names: Readonly<Record<string, string>> = {x86_64: 'amd64', aarch64: 'arm64'};
  return names[name] ?? name;
}
