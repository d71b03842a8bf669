import {existsSync, readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {EngineConnection} from './engineConnection';
import {containerReply, statsReply} from './engineReplies';

/** What a container was seen to use; null where nothing was seen. */
export interface ResourceUse {
  readonly peakMemoryBytes: number | null;
  readonly cpuSeconds: number | null;
}

/** Milliseconds from look to look, the last of them again and again. */
const STEPS_MS = [10, 20, 40, 80, 100, 500, 1000];
/** The first looks only go where a control group usually is: of a job that ends at once nothing is asked. */
const EARLY_LOOKS = 4;

/** Watches what a running container uses, from its control group where that is on this computer, else from the engine. */
export class ResourceWatch {
  private timer: NodeJS.Timeout | null = null;
  private looks = 0;
  private stopped = false;
  private groups: ControlGroups | null | undefined;
  private use: ResourceUse = {peakMemoryBytes: null, cpuSeconds: null};

  constructor(
    private readonly engine: EngineConnection,
    private readonly id: string,
  ) {}

  start(): void {
    this.stopped = false;
    this.plan();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  seen(): ResourceUse {
    return this.use;
  }

  private plan(): void {
    if (this.stopped) return;
    const step = STEPS_MS[Math.min(this.looks, STEPS_MS.length - 1)];
    this.looks += 1;
    this.timer = setTimeout(() => void this.look(), step);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    try {
      if (this.groups === undefined) {
        const isEarly = this.looks <= EARLY_LOOKS;
        this.groups = usualGroups(this.id) ?? (isEarly ? undefined : await this.findGroups());
      }
      if (this.groups === undefined) return;
      const now = this.groups === null ? await this.askEngine() : readGroups(this.groups);
      this.use = {
        peakMemoryBytes: larger(this.use.peakMemoryBytes, now.peakMemoryBytes),
        cpuSeconds: larger(this.use.cpuSeconds, now.cpuSeconds),
      };
    } catch {
      // The container ended between two looks, or the engine went away: what was seen stands.
    } finally {
      this.plan();
    }
  }

  private async askEngine(): Promise<ResourceUse> {
    const container = (await this.engine.client()).getContainer(this.id);
    const stats = statsReply.parse(await container.stats({stream: false, 'one-shot': true}));
    const cpu = stats.cpu_stats?.cpu_usage?.total_usage;
    return {
      peakMemoryBytes: stats.memory_stats?.max_usage ?? stats.memory_stats?.usage ?? null,
      cpuSeconds: cpu === undefined ? null : cpu / 1e9,
    };
  }

  private async findGroups(): Promise<ControlGroups | null> {
    if (!(await this.engine.isLocal())) return null;
    const container = (await this.engine.client()).getContainer(this.id);
    const {State} = containerReply.parse(await container.inspect());
    if (State.Pid === 0) return null;
    const text = await readFile(`/proc/${State.Pid}/cgroup`, 'utf8').catch(() => '');
    return text.includes(this.id) ? controlGroups(text) : null;
  }
}

/** Files that hold a control group's use. */
export interface ControlGroups {
  readonly version: 1 | 2;
  readonly memory: string;
  readonly cpu: string;
}

/** The files for a process's control group, from its `/proc/<pid>/cgroup`; null where they is not known. */
export function controlGroups(text: string): ControlGroups | null {
  const groups = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, controllers, ...rest] = line.split(':');
    for (const controller of controllers?.split(',') ?? []) groups.set(controller, rest.join(':'));
  }
  const root = '/sys/fs/cgroup';
  const memory = groups.get('memory');
  const cpu = groups.get('cpuacct');
  if (memory !== undefined && cpu !== undefined) {
    return {
      version: 1,
      memory: path.posix.join(root, 'memory', memory, 'memory.max_usage_in_bytes'),
      cpu: path.posix.join(root, 'cpuacct', cpu, 'cpuacct.usage'),
    };
  }
  const unified = groups.get('');
  if (unified === undefined) return null;
  return {
    version: 2,
    memory: path.posix.join(root, unified, 'memory.peak'),
    cpu: path.posix.join(root, unified, 'cpu.stat'),
  };
}

/** A container's control group where engines make it on this computer, by any of their drivers; null where it is not. */
function usualGroups(id: string): ControlGroups | null {
  if (process.platform !== 'linux') return null;
  const places = [
    `/docker/${id}`,
    `/system.slice/docker-${id}.scope`,
    `/libpod_parent/libpod-${id}`,
    `/machine.slice/libpod-${id}.scope`,
  ];
  const groups = places.flatMap((place) => [
    controlGroups(`0::${place}`),
    controlGroups(`1:memory:${place}\n2:cpuacct:${place}`),
  ]);
  return groups.find((group) => group !== null && existsSync(group.cpu)) ?? null;
}

/** At once: these files are in memory, and asked for through a thread pool they took a tenth of a short run's time. */
function readGroups(groups: ControlGroups): ResourceUse {
  const peak = textOf(groups.memory);
  const cpu = textOf(groups.cpu);
  // kernels before 5.19 keep no peak in version 2; then what is used now is all there is
  const memory = peak !== '' ? peak : textOf(groups.memory.replace(/peak$/, 'current'));
  const usec = /^usage_usec (\d+)$/m.exec(cpu)?.[1];
  const seconds = groups.version === 1 ? Number(cpu || NaN) / 1e9 : Number(usec ?? NaN) / 1e6;
  return {
    peakMemoryBytes: /^\d+\s*$/.test(memory) ? Number(memory) : null,
    cpuSeconds: Number.isNaN(seconds) ? null : seconds,
  };
}

function textOf(file: string): string {
  // thrown and caught, a file that is not there costs more than to ask first
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
