import {readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {inspect} from 'node:util';
import type Dockerode from 'dockerode';
import {type EngineAddress, engineAddresses, parseHost} from './engineAddresses';
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

/** Finds the engine that answers, keeps its connections, and finds it again after it went away. */
export class EngineConnection {
  private found: Promise<{client: Dockerode; address: EngineAddress}> | null = null;
  private known: Promise<EngineFacts> | null = null;
  private readonly agents = new Set<http.Agent>();
  private readonly sockets = new Set<net.Socket>();

  constructor(private readonly choice: EngineChoice) {}

  /** The client of the engine that answers; rejects with the first engine's error where none does. */
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

  /** Looks again for an engine at the next call. */
  forget(): void {
    this.found = null;
    this.known = null;
  }

  close(): void {
    for (const agent of this.agents) agent.destroy();
    this.agents.clear();
    for (const socket of this.sockets) socket.destroy();
    this.forget();
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
    let first: unknown = null;
    for (const address of this.addresses()) {
      try {
        const client = await this.open(address);
        await client.ping();
        return {client, address};
      } catch (error) {
        first ??= error;
      }
    }
    throw first;
  }

  private addresses(): readonly EngineAddress[] {
    if (this.choice.socketPath !== undefined) {
      return [{kind: 'socket', socketPath: this.choice.socketPath}];
    }
    if (this.choice.host !== undefined) return [parseHost(this.choice.host, null)];
    return engineAddresses({
      env: process.env,
      platform: process.platform,
      home: os.homedir(),
      uid: process.getuid?.() ?? null,
      readText,
    });
  }

  private async open(address: EngineAddress): Promise<Dockerode> {
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
