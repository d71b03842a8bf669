import {randomBytes} from 'node:crypto';
import {appError, type AppError} from '../../../shared/errors';
import {formatPlural} from '../../../shared/format';
import {err, ok} from '../../../shared/result';
import type {EhrqlProgram, ProgramInput} from '../../ehrql/programs';
import {partsOf, PYTHON_PROGRAMS} from '../../ehrql/programs';
import {thisProcess} from '../../files/processIdentity';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import type {ActionCopy} from '../tools/actionCopy';

/** Bytes that a definition may print: more is a mistake, and would fill the memory. */
const MOST_BYTES = 32 * 1024 * 1024;

/** What ehrQL did with a definition. */
export interface EhrqlEnd {
  readonly exitCode: number;
  /** What the program reports of itself, by part (`partsOf`). */
  readonly parts: ReadonlyMap<string, string>;
  readonly stderr: string;
  readonly milliseconds: number;
}

/**
 * Runs a program of `electron/ehrql` in the image of an action, without network, and removes its container. Stopped, with an
 * error that says so, after the time of the settings, where it prints too much, and when `stop` is aborted with an AppError.
 */
export async function runEhrql(
  {context}: StudyState,
  {definition, studyId, staging, backend}: ActionCopy,
  program: (input: Pick<ProgramInput, 'entrypoint' | 'mark'>) => EhrqlProgram,
  stop: AbortSignal,
): Answer<EhrqlEnd> {
  const tools = context.executors.toolsOf('docker');
  const usual = await tools.command(definition.image);
  if (!usual.ok) return usual;
  const mark = randomBytes(12).toString('hex');
  const {script, args} = program({entrypoint: usual.value.entrypoint, mark});
  const began = performance.now();
  if (stop.aborted) return err(stop.reason as AppError);
  const opened = await tools.open(
    {
      kind: 'ehrql',
      studyId,
      process: JSON.stringify(await thisProcess()),
      names: [],
      image: definition.image,
      entrypoint: ['/bin/sh', '-c', script, 'ehrql'],
      args,
      env: {OPENSAFELY_BACKEND: backend, ...definition.env, ...PYTHON_PROGRAMS},
      user: 'mine',
      limits: definition.limits,
      network: false,
      workspace: {kind: 'copy', staging},
      port: null,
    },
    null,
  );
  if (!opened.ok) return opened;
  const terminal = opened.value;
  let stopped: AppError | null = null;
  let stopping = Promise.resolve();
  const end = (error: AppError): void => {
    if (stopped !== null) return;
    stopped = error;
    stopping = terminal.stop();
  };
  const onAbort = (): void => end(stop.reason as AppError); // as this folder aborts
  stop.addEventListener('abort', onAbort);
  if (stop.aborted) onAbort();
  const {definitionSeconds} = context.settings();
  const late = setTimeout(() => end(tooLong(definitionSeconds)), definitionSeconds * 1000);
  const printed = {stdout: [] as Buffer[], stderr: [] as Buffer[]};
  let bytes = 0;
  try {
    await terminal.output((stream, piece) => {
      bytes += piece.length;
      if (bytes > MOST_BYTES) end(tooMuch());
      else printed[stream].push(piece);
    });
    const ended = await terminal.wait();
    if (stopped !== null) return err(stopped);
    if (!ended.ok) return ended;
    const text = (of: readonly Buffer[]): string => Buffer.concat(of).toString('utf8');
    return ok({
      exitCode: ended.value,
      parts: partsOf(text(printed.stdout), mark),
      stderr: text(printed.stderr),
      milliseconds: Math.round(performance.now() - began),
    });
  } finally {
    clearTimeout(late);
    // what was stopped is gone before that is reported
    await stopping;
    stop.removeEventListener('abort', onAbort);
  }
}

function tooLong(seconds: number): AppError {
  return appError(
    'job-failed',
    `The definition was stopped after ${formatPlural(seconds, 'second')}.`,
    {
      why: 'It may loop for ever, or ask for more dummy data than can be made in that time.',
      hint: 'Ask for fewer patients with `configure_dummy_data`, or allow more time: the setting `definition-time`.',
    },
  );
}

function tooMuch(): AppError {
  return appError('job-failed', 'The definition was stopped, as it printed more than 32 MB.', {
    hint: 'Show fewer rows, as in `show(dataset, head=20)`, and print less.',
  });
}
