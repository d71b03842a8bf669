import {spawn} from 'node:child_process';
import {join} from 'node:path';

/** One thing measured; it holds while `measured <= limit`, and is only told where `limit` is null. */
export interface Measurement {
  readonly name: string;
  readonly measured: number;
  readonly limit: number | null;
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
