import {spawn} from 'node:child_process';
import {join} from 'node:path';

/** Whether benches run in a small form: that shows that they still work, and what they measure means nothing. */
export const isSmall = process.env['STUDY_DESK_SMALL_BENCH'] !== undefined;

/** How much of something a bench takes: all of it, or a little in the small form. */
export function sized(full: number, small: number): number {
  return isSmall ? small : full;
}

/** The outcome of `work`; an error that names what was waited for where it takes more than so many seconds. */
export async function within<T>(what: string, work: Promise<T>, seconds = 60): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`Waited ${seconds} s for ${what}.`);
    timer = setTimeout(() => reject(error), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** One thing measured; it holds while `measured <= limit`, and is only shown where `limit` is null. */
export interface Measurement {
  readonly name: string;
  readonly measured: number;
  readonly limit: number | null;
  /** What is aimed at, where the limit is looser than that. */
  readonly goal?: number;
  /** E.g. `s`, `ms`, `MB`, `times`. */
  readonly unit: string;
}

/** The middle of what was measured. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('Nothing was measured.');
  return (upper + lower) / 2;
}

/** Seconds this takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

/** Runs a program to its end and answers what it printed; anything but exit code 0 is an error. */
export function mustRun(command: string, args: readonly string[], cwd?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {cwd, stdio: ['ignore', 'pipe', 'pipe']});
    const printed: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      const text = Buffer.concat(printed).toString('utf8');
      if (code === 0) resolve(text);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${text}`));
    });
  });
}

/** A path below the checkout's top folder; benches are bundled elsewhere but run there. */
export function inCheckout(path: string): string {
  return join(process.cwd(), path);
}
