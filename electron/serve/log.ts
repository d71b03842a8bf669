import {appendFile, mkdir, readdir, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {LOG_LEVELS, type LogLevel} from './config';
import type {Secrets} from './rules/secrets';

/** Further facts of a line; never anything that a job printed or wrote. */
export type LogFacts = Readonly<Record<string, unknown>>;

/** The runner's own log: one JSON object a line. */
export type ServeLog = ReturnType<typeof createServeLog>;

/** Days of the debug file that are kept. */
const DAYS_KEPT = 14;

/** Where a log goes. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Takes every level, a file for each day; null for none. */
  readonly debugFile: string | null;
  readonly secrets: Secrets;
  readonly write: (line: string) => void;
  readonly now: () => Date;
}

/** Makes a log in which every known secret is covered, whatever line it comes up in. */
export function createServeLog({level, debugFile, secrets, write, now}: LogOptions) {
  const least = LOG_LEVELS.indexOf(level);
  let day = '';
  let writing: Promise<void> = Promise.resolve();

  const toFile = (line: string, at: Date): void => {
    if (debugFile === null) return;
    const today = at.toISOString().slice(0, 10);
    const isNew = today !== day;
    day = today;
    writing = writing
      .then(async () => {
        if (isNew) await removeOldDays(debugFile, today);
        await appendFile(`${debugFile}.${today}`, `${line}\n`, {mode: 0o600});
      })
      // a full disk must not stop jobs; the console still shows it
      .catch(() => undefined);
  };

  const add = (lineLevel: LogLevel, event: string, facts: LogFacts = {}): void => {
    const isShown = LOG_LEVELS.indexOf(lineLevel) >= least;
    if (!isShown && debugFile === null) return;
    const at = now();
    const line = secrets.cover(
      JSON.stringify({time: at.toISOString(), level: lineLevel, event, ...facts}),
    );
    if (isShown) write(line);
    toFile(line, at);
  };
  return {
    debug: (event: string, facts?: LogFacts) => add('debug', event, facts),
    info: (event: string, facts?: LogFacts) => add('info', event, facts),
    warning: (event: string, facts?: LogFacts) => add('warning', event, facts),
    error: (event: string, facts?: LogFacts) => add('error', event, facts),
    /** Resolves when the debug file has everything. */
    flush: (): Promise<void> => writing,
  };
}

async function removeOldDays(file: string, today: string): Promise<void> {
  await mkdir(dirname(file), {recursive: true, mode: 0o700});
  const days = (await readdir(dirname(file)))
    .filter((name) => name.startsWith(`${basename(file)}.`))
    .filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name.slice(basename(file).length + 1)))
    .filter((name) => !name.endsWith(today))
    .sort();
  for (const name of days.slice(0, Math.max(0, days.length - (DAYS_KEPT - 1))))
    await rm(join(dirname(file), name), {force: true});
}

/** An error as the log of this computer has it: its text and, of a bug, where it was. */
export function errorFacts(error: unknown): LogFacts {
  if (error instanceof Error) return {error: error.message, stack: error.stack ?? null};
  return {error: typeof error === 'string' ? error : JSON.stringify(error)};
}
