import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import {inspect} from 'node:util';
import type Dockerode from 'dockerode';
import {systemErrorCode} from '../files/fileSystemError';
import {readText} from '../files/openFile';
import type {EngineAddress} from './engineAddresses';
import {endEveryCall} from './engineCalls';
import {SshAgent} from './sshConnection';

/** Connections are used again, and take in large pieces: outputs may be many gigabytes. */
const AGENT = {keepAlive: true, highWaterMark: 1024 * 1024};

/** A client of one engine, and its connections. */
export type EngineClient = Awaited<ReturnType<typeof openClient>>;

/** What the library would else take from DOCKER_HOST and its like, whatever engine it is given. */
const NOTHING_OF_THE_ENVIRONMENT = {
  host: undefined,
  port: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
};

/** A client of the engine at an address; nothing is asked of it yet. */
export async function openClient(address: EngineAddress) {
  const {default: Docker} = await import('dockerode');
  const {agent, options} = await connectionOf(address);
  // docker-modem looks into all of each request's options for a debug message nobody reads: into an agent
  // with its sockets that is slow, and in Electron's main process it ends the process
  Object.assign(agent, {[inspect.custom]: () => 'Agent'});
  const client = new Docker(withoutUnset({...NOTHING_OF_THE_ENVIRONMENT, ...options, agent}));
  endEveryCall(client.modem);
  return {client /** Lets go of its connections. */, close: () => agent.destroy()};
}

interface Connection {
  readonly agent: http.Agent;
  readonly options: Readonly<Record<string, unknown>>;
}

async function connectionOf(address: EngineAddress): Promise<Connection> {
  switch (address.kind) {
    case 'socket':
      return {
        agent: new http.Agent(AGENT),
        options: {protocol: 'http', socketPath: address.socketPath},
      };
    case 'ssh':
      return {
        agent: new SshAgent(address.host, AGENT),
        // the name is for the engine only
        options: {protocol: 'http', host: 'docker.example.com', port: 80},
      };
    case 'host': {
      const {host, secure, port} = reached(address);
      if (!secure) return {agent: new http.Agent(AGENT), options: {protocol: 'http', host, port}};
      const tls = {
        ...(await certificates(address)),
        rejectUnauthorized: address.tls?.verify ?? true,
      };
      return {
        agent: new https.Agent({...AGENT, ...tls}),
        options: {protocol: 'https', host, port},
      };
    }
  }
}

/** Where an engine on the network answers, and whether by TLS. */
export function reached(address: EngineAddress & {readonly kind: 'host'}): {
  readonly host: string;
  readonly secure: boolean;
  readonly port: number;
} {
  const {hostname, port} = new URL(address.host);
  const secure = address.tls !== null;
  return {host: hostname, secure, port: port === '' ? (secure ? 2376 : 2375) : Number(port)};
}

/** Those of the three files that are there: an engine may want no certificate of its clients. */
async function certificates({
  tls,
}: EngineAddress & {readonly kind: 'host'}): Promise<Readonly<Record<string, string>>> {
  const folder = tls?.certDir ?? null;
  if (folder === null) return {};
  const found = await Promise.all(
    (['ca', 'cert', 'key'] as const).map(async (name) => {
      try {
        return [[name, await readText(path.join(folder, `${name}.pem`))] as const];
      } catch (error) {
        if (systemErrorCode(error) === 'ENOENT') return [];
        throw error;
      }
    }),
  );
  return Object.fromEntries(found.flat());
}

/** The library's types know no undefined, its code does: it takes it for a value that was given. */
function withoutUnset(options: Readonly<Record<string, unknown>>): Dockerode.DockerOptions {
  return options;
}
