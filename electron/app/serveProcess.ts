import {join} from 'node:path';
import {utilityProcess} from 'electron';
import * as z from 'zod';
import type {QueueWarning} from '../../shared/jobQueue';

/** A runner as a process of its own. */
export interface ServeProcess {
  /** The last warning or error of its log; null where there was none. */
  warning(): QueueWarning | null;
  /** Asks it to end; its jobs go on. */
  stop(): void;
  /** Resolves once it has ended, with the last that it said. */
  readonly ended: Promise<string>;
}

/** Starts a runner in this environment, which holds its settings. */
export type StartServe = (
  environment: Readonly<Record<string, string | undefined>>,
  protocol: 'v1' | 'v2',
) => ServeProcess;

const Fact = z.string().optional();
const Line = z.object({
  time: z.string(),
  level: z.enum(['warning', 'error']),
  event: z.string(),
  message: Fact,
  why: Fact,
  error: Fact,
});

/** Characters of what it said that are kept. */
const TAIL = 4000;

/** How long it may take to end kindly. */
const END_MS = 10_000;

/** Starts the command line's runner as a utility process: Electron's own binary runs no other Node program. */
export const startServe: StartServe = (environment, protocol) => {
  const child = utilityProcess.fork(join(__dirname, 'cli.cjs'), ['serve', '--protocol', protocol], {
    stdio: 'pipe',
    serviceName: 'Study Desk job runner',
    env: {...environment},
  });
  let tail = '';
  let warning: QueueWarning | null = null;
  const take = (chunk: Buffer): void => {
    tail = `${tail}${chunk.toString('utf8')}`.slice(-TAIL);
    for (const line of tail.split('\n')) warning = warningIn(line) ?? warning;
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code) => {
      const last = tail.trim().split('\n').at(-1) ?? '';
      resolve(warning?.text ?? (last === '' ? `It ended with code ${code}.` : last));
    });
  });
  return {
    warning: () => warning,
    stop() {
      // it is sent SIGTERM where there are signals
      child.kill();
      const timer = setTimeout(() => {
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
      }, END_MS);
      void ended.then(() => clearTimeout(timer));
    },
    ended,
  };
};

/** What a line of its log warns of. */
function warningIn(line: string): QueueWarning | null {
  if (!line.startsWith('{') || !line.endsWith('}')) return null;
  const read = Line.safeParse(parsed(line));
  if (!read.success) return null;
  const {time, event, message, why, error} = read.data;
  return {at: time, text: [event, message ?? why ?? error].filter(Boolean).join(': ')};
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
