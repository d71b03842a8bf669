import {createHash} from 'node:crypto';
import {mkdir, readdir, realpath} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {type AppError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {Executor, RunningJob} from '../executor/executor';
import {fileSystemError} from '../files/fileSystemError';
import {readText} from '../files/openFile';
import {settleSwaps} from '../runs/placeOutputs';
import {studyFolder} from '../runs/studyFolder';
import {takeStudyLock, type StudyLock} from '../runs/studyLock';
import type {ServeConfig} from './config';
import type {ServeLog} from './log';
import type {ServeState} from './state/serveState';
import {HIGH_FOLDER, workspaceFolder} from './storage/places';

/** Milliseconds from one question to an engine that does not answer to the next. */
const ENGINE_AGAIN_MS = 2000;
/** Seconds for which `--once` waits for an engine. */
const ENGINE_PATIENCE_SECONDS = 30;

/** Content of files that settings name. */
export interface SettingFiles {
  readonly presto: {readonly key: string; readonly certificate: string} | null;
  /** Of jobs; empty where there is no such file. */
  readonly weights: string;
}

/** By what containers of this runner are known: its backend and where its outputs lie, so that a lost state finds them again. */
export async function studyIdOf({
  backend,
  high,
}: Pick<ServeConfig, 'backend' | 'high'>): Promise<string> {
  const place = createHash('sha256')
    .update(await realpath(high))
    .digest('hex');
  return `serve-${backend}-${place.slice(0, 12)}`;
}

/** What the engine still has of an earlier process of ours; an engine that is down is waited for, as jobs may run in it. */
export async function waitForEngine(
  executor: Executor,
  studyId: string,
  log: ServeLog,
  signal: AbortSignal,
  once: boolean,
): Promise<Result<readonly RunningJob[], AppError>> {
  const begun = performance.now();
  for (let tries = 1; ; tries += 1) {
    const found = await executor.recover(studyId);
    if (found.ok) return found;
    if (tries === 1) log.warning('engine-down', {message: found.error.message});
    const seconds = (performance.now() - begun) / 1000;
    if (signal.aborted || (once && seconds > ENGINE_PATIENCE_SECONDS)) return found;
    await delay(ENGINE_AGAIN_MS, undefined, {signal}).catch(() => undefined);
  }
}

/** Brings outputs that were half swapped when a process of ours was killed back to one whole state. */
export async function settleWorkspaces(
  high: string,
  state: ServeState,
  log: ServeLog,
): Promise<void> {
  const names = await readdir(join(high, 'workspaces')).catch((): string[] => []);
  for (const name of names) {
    const folder = studyFolder(workspaceFolder(high, name));
    const settled = await settleSwaps(folder.study, folder.incoming, async () => {
      const good = state.allJobs().filter(({job}) => job?.statusCode === 'succeeded');
      return new Set(good.map(({id}) => id));
    });
    if (!settled.ok) log.error('half-placed-outputs', {workspace: name, ...settled.error});
  }
}

/** Reads the files that settings name. */
export async function readSettingFiles(
  config: ServeConfig,
): Promise<Result<SettingFiles, AppError>> {
  const {presto} = config.passed;
  let reading = 'JOB_WEIGHTS_FILE';
  try {
    const weights = config.weightsFile === null ? '' : await readText(config.weightsFile);
    if (presto === null) return ok({presto: null, weights});
    reading = 'PRESTO_TLS_KEY_PATH';
    const key = await readText(presto.key);
    reading = 'PRESTO_TLS_CERT_PATH';
    return ok({presto: {key, certificate: await readText(presto.certificate)}, weights});
  } catch (error) {
    return err({
      ...fileSystemError(`The file named by ${reading} could not be read.`, error),
      kind: 'invalid-request',
    });
  }
}

/** One runner at a time for a backend: by its own state, and by the tree that its containers are known by. */
export async function takeLocks(
  {high, backend}: Pick<ServeConfig, 'high' | 'backend'>,
  stateDir: string,
  now: number,
): Promise<Result<readonly StudyLock[], AppError>> {
  await mkdir(stateDir, {recursive: true, mode: HIGH_FOLDER});
  const locks: StudyLock[] = [];
  for (const [path, study] of [
    [join(stateDir, 'lock.json'), stateDir],
    [join(high, `.serve-${backend}.lock`), high],
  ] as const) {
    const taken = await takeStudyLock(path, {study, takenAt: new Date(now).toISOString()});
    if (!taken.ok) {
      for (const lock of locks) await lock.release();
      return taken.error.kind === 'study-busy' ? alreadyServed(backend, taken.error) : taken;
    }
    locks.push(taken.value);
  }
  return ok(locks);
}

function alreadyServed(backend: string, {why}: AppError): Result<never, AppError> {
  return failWith('study-busy', `Another runner serves the backend ${backend} already.`, {
    ...(why === undefined ? {} : {why: why.replace('the study', 'it')}),
    hint: 'Stop that one first; its jobs go on.',
  });
}
