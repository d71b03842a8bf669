import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {EngineConnection} from './engineConnection';
import {containerReply, statsReply} from './engineReplies';

/** What a container was seen to use; null where nothing was seen. */
export interface ResourceUse {
  readonly peakMemoryBytes: number | null;
  readonly cpuSeconds: number | null;
}

/** Looks come at these times after the start, then every last step: a job that ends at once costs nothing. */
const STEPS_MS = [250, 500, 1000];

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
      this.groups ??= await this.findGroups();
      const now = this.groups === null ? await this.askEngine() : await readGroups(this.groups);
      this.use = {
        peakMemoryBytes: larger(this.use.peakMemoryBytes, now.peakMemoryBytes),
        cpuSeconds: larger(this.use.cpuSeconds, now.cpuSeconds),
      };
    } catch {
      // The container ended between two looks, or the engine went away: what was seen stands.
    }
    this.plan();
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

/** Files that tell a control group's use. */
export interface ControlGroups {
  readonly version: 1 | 2;
  readonly memory: string;
  readonly cpu: string;
}

/** The files for a process's control group, from its `/proc/<pid>/cgroup`; null where they can't be told. */
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

async function readGroups(groups: ControlGroups): Promise<ResourceUse> {
  const [memory, cpu] = await Promise.all([
    readFile(groups.memory, 'utf8').catch(() => ''),
    readFile(groups.cpu, 'utf8').catch(() => ''),
  ]);
  const usec = /^usage_usec (\d+)$/m.exec(cpu)?.[1];
  const seconds = groups.version === 1 ? Number(cpu || NaN) / 1e9 : Number(usec ?? NaN) / 1e6;
  return {
    peakMemoryBytes: /^\d+\s*$/.test(memory) ? Number(memory) : null,
    cpuSeconds: Number.isNaN(seconds) ? null : seconds,
  };
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
