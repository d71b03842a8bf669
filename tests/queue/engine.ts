import {execFile, spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {createInterface} from 'node:readline';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import * as z from 'zod';

const run = promisify(execFile);

/** Where the jobs of these tests get their images: names given to the small test image. */
export const REGISTRY = 'study-desk-queue';

const BUSYBOX = 'study-desk-test/busybox:v1';
/** Stands in for `ehrql generate-dataset FILE --output OUTPUT`: the file is a shell script here. */
const EHRQL_ENTRY = JSON.stringify(['sh', '-c', 'shift; exec sh "$@"', 'ehrql']);

const docker = async (...args: readonly string[]): Promise<string> =>
  (await run('docker', [...args], {maxBuffer: 2 ** 26})).stdout.trim();

/** Gives the engine `python:v2` and `ehrql:v1` of that registry, once: they stay, as the other test images do. */
export async function ensureQueueImages(): Promise<void> {
  await docker('tag', BUSYBOX, `${REGISTRY}/python:v2`);
  const found = await docker('images', '--quiet', `${REGISTRY}/ehrql:v1`);
  if (found !== '') return;
  const made = await docker('create', BUSYBOX, 'true');
  try {
    await docker('commit', '--change', `ENTRYPOINT ${EHRQL_ENTRY}`, made, `${REGISTRY}/ehrql:v1`);
  } finally {
    await docker('rm', made);
  }
}

/** A container that stands in for a database, on a network of its own. */
export interface StandInDatabase {
  /** Name of the network. */
  readonly network: string;
  /** Host name of the database there; it answers each connection at port 5000 with one line. */
  readonly host: string;
  /** The line. */
  readonly answer: string;
  remove(): Promise<void>;
}

/** Starts a stand-in database. */
export async function startDatabase(): Promise<StandInDatabase> {
  const name = `study-desk-queue-${randomBytes(4).toString('hex')}`;
  const answer = `rows of ${name}`;
  await docker('network', 'create', '--internal', name);
  const serve = `while true; do echo '${answer}' | nc -l -p 5000; done`;
  await docker('run', '--detach', '--network', name, '--name', name, BUSYBOX, 'sh', '-c', serve);
  return {
    network: name,
    host: name,
    answer,
    async remove() {
      await docker('rm', '--force', name);
      await docker('network', 'rm', name);
    },
  };
}

const Event = z
  .string()
  .transform((line) => JSON.parse(line) as unknown)
  .pipe(
    z.object({
      Action: z.enum(['start', 'die']),
      timeNano: z.number(),
      Actor: z.object({ID: z.string(), Attributes: z.record(z.string(), z.string())}),
    }),
  );

/** Something that happened to a container of a job. */
export interface JobEvent {
  readonly kind: 'start' | 'die';
  readonly action: string;
  readonly container: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What an engine does with jobs' containers, from now on: it keeps only its latest events itself. */
export interface EngineWatch {
  /** What it saw of a workspace's containers, oldest first. */
  of(workspace: string): readonly JobEvent[];
  /**
   * The actions that were executed in a workspace, each as often as it was, sorted. By starts and ends of each container: an
   * engine with too much to do may drop an event, but hardly both, and what ran twice has two of one kind or two containers.
   */
  executed(workspace: string): readonly string[];
  stop(): void;
}

/** Begins to watch the engine. */
export async function watchEngine(): Promise<EngineWatch> {
  const args = ['events', '--filter', 'type=container', '--format', '{{json .}}'];
  for (const kind of ['start', 'die']) args.push('--filter', `event=${kind}`);
  const watching = spawn('docker', [...args, '--since', String(Date.now() / 1000)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const seen = new Map<string, JobEvent[]>();
  createInterface(watching.stdout).on('line', (line) => {
    const {Action, timeNano, Actor} = Event.parse(line);
    const {workspace, action} = Actor.Attributes;
    if (workspace === undefined || action === undefined) return;
    const events = seen.get(workspace) ?? [];
    events.push({kind: Action, action, container: Actor.ID, at: timeNano / 1e6});
    seen.set(workspace, events);
  });
  const of = (workspace: string): readonly JobEvent[] => seen.get(workspace) ?? [];
  return {
    of,
    executed(workspace) {
      const containers = new Map<string, JobEvent[]>();
      for (const event of of(workspace))
        containers.set(event.container, [...(containers.get(event.container) ?? []), event]);
      return [...containers.values()]
        .flatMap((events) => {
          const starts = events.filter(({kind}) => kind === 'start');
          const ends = events.filter(({kind}) => kind === 'die');
          return (starts.length > ends.length ? starts : ends).map(({action}) => action);
        })
        .sort();
    },
    stop: () => void watching.kill(),
  };
}

/** Ids of containers of workspaces whose names begin so, running or not. */
export async function jobContainers(workspaces: string): Promise<readonly string[]> {
  const format = '{{.ID}} {{.Label "workspace"}}';
  const said = await docker('ps', '-a', '--filter', 'label=workspace', '--format', format);
  return said
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([id = '', workspace = '']) => (workspace.startsWith(workspaces) ? [id] : []));
}

/** Removes them. One that a runner has just begun to remove is refused, and soon gone. */
export async function removeJobContainers(workspaces: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const ids = await jobContainers(workspaces);
    if (ids.length === 0) return;
    try {
      await docker('rm', '--force', ...ids);
      return;
    } catch (error) {
      if (tries === REMOVALS) throw error;
      await delay(200);
    }
  }
}

const REMOVALS = 20;
