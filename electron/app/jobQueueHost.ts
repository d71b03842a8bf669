import {stat} from 'node:fs/promises';
import * as z from 'zod';
import {readText} from '../files/openFile';
import {type AppError, failWith} from '../../shared/errors';
import {NO_JOB_QUEUE, type JobQueue, type QueueRunner} from '../../shared/jobQueue';
import {ok, type Result} from '../../shared/result';
import type {JobQueueDesk} from '../ipc/jobQueueDesk';
import type {JsonFile} from './jsonFile';
import type {ServeProcess, StartServe} from './serveProcess';
import type {ServeShown} from './serveView';

/** What is kept of the queue between starts. */
export const jobQueueFileDecoder = z.object({settingsFile: z.string().nullable()});

/** Variables by name. */
type Environment = Readonly<Record<string, string | undefined>>;

/** What the queue is put together from. */
export interface JobQueueParts {
  readonly file: JsonFile<z.infer<typeof jobQueueFileDecoder>>;
  readonly start: StartServe;
  /** Asks for a file; null when the user changes their mind. */
  readonly chooseFile: (windowId: number) => Promise<string | null>;
  /** Reads whom settings serve, and what is on record there. */
  readonly view: (environment: Environment) => Promise<Result<ServeShown, AppError>>;
  /** What programs that are started here get, before the settings. */
  readonly environment: Environment;
  readonly now: () => Date;
}

/** The runner of this window's computer: which settings it has, whether it runs, what it keeps. */
export interface JobQueueHost extends JobQueueDesk {
  /** Ends the runner, as the application ends. */
  close(): Promise<void>;
}

/** The queue of the application; nothing runs before it is asked for. */
export function createJobQueueHost(parts: JobQueueParts): JobQueueHost {
  let running: {readonly process: ServeProcess; readonly since: string} | null = null;
  let stopping = false;
  /** The last that a runner said before it ended by itself. */
  let lastMessage: string | null = null;
  /** What changes the runner is done one after the other: pressed twice, a button must not start two. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };

  const runner = (elsewhere: boolean): QueueRunner => {
    if (running !== null)
      return stopping ? {kind: 'stopping'} : {kind: 'running', since: running.since};
    return elsewhere ? {kind: 'elsewhere'} : {kind: 'stopped', said: lastMessage};
  };

  async function state(): Promise<Result<JobQueue, AppError>> {
    const {settingsFile} = await parts.file.read();
    if (settingsFile === null) return ok(NO_JOB_QUEUE);
    const warning = running?.process.warning() ?? null;
    const none = {...NO_JOB_QUEUE, settingsFile, warning};
    const settings = await readSettings(settingsFile, parts.environment);
    if (!settings.ok) return ok({...none, trouble: settings.error, runner: runner(false)});
    const read = await parts.view(settings.value);
    if (!read.ok) return ok({...none, trouble: read.error, runner: runner(false)});
    const {isServed, ...shown} = read.value;
    return ok({...none, ...shown, runner: runner(running === null && isServed)});
  }

  async function keep(settingsFile: string | null): Promise<Result<JobQueue, AppError>> {
    if (running !== null)
      return failWith('invalid-request', 'The runner is running.', {hint: 'Stop it first.'});
    lastMessage = null;
    try {
      await parts.file.write({settingsFile});
    } catch (error) {
      return failWith('file-system', 'Your choice could not be saved.', {
        hint: 'Check that the disk is not full, and try again.',
        detail: error instanceof Error ? error.message : String(error),
      });
    }
    return state();
  }

  async function start(): Promise<Result<JobQueue, AppError>> {
    const {settingsFile} = await parts.file.read();
    if (settingsFile === null || running !== null) return state();
    const settings = await readSettings(settingsFile, parts.environment);
    if (!settings.ok) return settings;
    if (settings.value[CERTIFICATES] !== parts.environment[CERTIFICATES])
      return failWith('invalid-request', `A runner started here can’t use ${CERTIFICATES}.`, {
        why: 'Electron does not pass your certificates to programs it starts.',
        hint: 'Use `study-desk serve` instead, or remove the setting.',
      });
    // what it can't use it would say itself, but then it has already ended
    const read = await parts.view(settings.value);
    if (!read.ok) return read;
    lastMessage = null;
    const started = parts.start(settings.value, read.value.setup.protocol);
    const mine = {process: started, since: parts.now().toISOString()};
    running = mine;
    void started.ended.then((end) => {
      if (running === mine) running = null;
      if (!stopping) lastMessage = end;
      stopping = false;
    });
    return state();
  }

  return {
    state,
    async setUp(windowId) {
      const chosen = await parts.chooseFile(windowId);
      return chosen === null ? state() : inTurn(() => keep(chosen));
    },
    turnOff: () => inTurn(() => keep(null)),
    start: () => inTurn(start),
    stop: () =>
      inTurn(async () => {
        if (running !== null && !stopping) {
          stopping = true;
          running.process.stop();
        }
        return state();
      }),
    close: () =>
      inTurn(async () => {
        stopping = true;
        running?.process.stop();
        await running?.process.ended;
      }),
  };
}

/** The variables of this program, and over them those in a settings file. */
async function readSettings(
  file: string,
  environment: Environment,
): Promise<Result<Environment, AppError>> {
  try {
    const {size} = await stat(file);
    if (size > LARGEST) return notSettings('It is too large.');
    const read = readEnvironmentFile(await readText(file, LARGEST));
    return read.ok ? ok({...environment, ...read.value}) : read;
  } catch (error) {
    return failWith('file-system', 'The settings file can’t be read.', {
      why: 'It may have been moved, or you may not have permission to read it.',
      hint: 'Choose another file, or move it back.',
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}

const CERTIFICATES = 'NODE_EXTRA_CA_CERTS';

/** Bytes of a file that may still be settings. */
const LARGEST = 256 * 1024;

function notSettings(why: string): Result<never, AppError> {
  return failWith('invalid-request', 'This is not a settings file.', {
    why,
    hint: 'A settings file has one line NAME=value for each setting.',
  });
}

/**
 * The variables of a settings file, as systemd reads them: `NAME=value` on a line, empty lines and those that begin with
 * `#` or `;` left out, quotes around a value taken off.
 */
export function readEnvironmentFile(
  text: string,
): Result<Readonly<Record<string, string>>, AppError> {
  const variables: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const [, name, value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=\s*(.*)$/.exec(trimmed) ?? [];
    if (name === undefined)
      // the line itself may be a secret
      return failWith(
        'invalid-request',
        `Line ${index + 1} of the settings file can’t be understood.`,
        {
          hint: 'Each line is NAME=value, or begins with #.',
        },
      );
    variables[name] = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
  }
  return ok(variables);
}
