import {spawn} from 'node:child_process';
import type {FoundEngine} from '../../shared/engine';
import {type AppError, failWith} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import {addressText} from './engineAddresses';
import {type EngineCandidate, candidateOf, engineCandidates} from './engineCandidates';
import {EngineConnection} from './engineConnection';
import {downStatus, readiness} from './engineTrouble';
import {thisHost} from './hostEnvironment';

/** How long an engine has for all that is asked of it to answer how it is, in milliseconds. */
const PROBE_MS = 5000;
/** How long a program that starts an engine is watched for an error of its own, in milliseconds. */
const START_MS = 60_000;

/** Every engine that this computer knows of; none of them has been asked yet. */
export function knownEngines(): readonly FoundEngine[] {
  return engineCandidates(thisHost()).map((each) => found(each, {state: 'checking'}, null));
}

/** One engine and how it is now, within five seconds; null where none has that name. */
export async function probeEngine(name: string): Promise<FoundEngine | null> {
  const candidate = candidateOf(thisHost(), name);
  if (candidate === null) return null;
  const connection = new EngineConnection({name: candidate.name});
  let timer: NodeJS.Timeout | null = null;
  const late = new Promise<FoundEngine>((resolve) => {
    timer = setTimeout(() => {
      const message = `${candidate.title} gives no answer within ${PROBE_MS / 1000} s.`;
      const hint = 'Check that it is running and can be reached.';
      const trouble = {trouble: 'unreachable', remedy: null} as const;
      resolve(found(candidate, {state: 'down', message, hint, ...trouble}, null));
    }, PROBE_MS);
  });
  try {
    return await Promise.race([probe(candidate, connection), late]);
  } finally {
    if (timer !== null) clearTimeout(timer);
    connection.close();
  }
}

async function probe(
  candidate: EngineCandidate,
  connection: EngineConnection,
): Promise<FoundEngine> {
  try {
    const status = await readiness(await connection.facts(), await connection.isLocal());
    const client = await connection.client();
    // on a connection that is open already
    const before = performance.now();
    await client.ping();
    const latencyMs = performance.now() - before;
    const named = status.state === 'ready' ? {...status, engine: candidate.name} : status;
    return found(candidate, named, latencyMs);
  } catch (error) {
    return found(candidate, downStatus(error), null);
  }
}

function found(
  {name, title, address}: EngineCandidate,
  status: FoundEngine['status'],
  latencyMs: number | null,
): FoundEngine {
  return {name, title, address: addressText(address), status, latencyMs};
}

/**
 * Starts an engine that this user may start; answers once its program has ended, or goes on by itself. The programs stand
 * in `engineProducts`, none comes from elsewhere.
 */
export async function startEngine(name: string): Promise<Result<null, AppError>> {
  const candidate = candidateOf(thisHost(), name);
  const start = candidate?.product?.start;
  if (candidate === null || start === undefined || start.by === 'user')
    return failWith('invalid-request', `Study Desk can't start the engine "${name}".`);
  const [program, ...args] = start.argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, {stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true});
    let printed = '';
    const timer = setTimeout(() => resolve(ok(null)), START_MS);
    const failed = (why: string): void =>
      resolve(
        failWith('no-engine', `${candidate.title} could not be started.`, {
          why,
          hint: `Start it yourself: ${start.argv.join(' ')}`,
        }),
      );
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      printed = `${printed}${piece}`.slice(-500);
    });
    child.once('error', (error) => failed(error.message));
    child.once('exit', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(ok(null));
      else failed(printed.trim() || `${program} ended with ${code}.`);
    });
    child.unref();
  });
}

/** The first name of an engine that may have several; null where none has that name. */
export function candidateName(name: string): string | null {
  return candidateOf(thisHost(), name)?.name ?? null;
}
