import {join} from 'node:path';
import {readPieces} from '../files/openFile';
import type {AppError} from '../../shared/errors';
import type {ExcludedFile, NotCollected} from '../../shared/job';
import type {OutputFile} from '../../shared/output';
import {ok, type Result} from '../../shared/result';
import type {Tier} from '../../shared/sensitivity';
import type {RunningJob, WorkspaceChanges} from '../executor/executor';
import {
  collectFiles,
  incomingFile,
  incomingPrefix,
  keepFiles,
  removeIncoming,
} from './collectedFiles';
import {faultEnding} from './jobEnding';
import type {JobEnding, JobFiles} from './jobMachine';
import type {JobDefinition, RunPorts} from './runPorts';
import {keptFolder} from './studyFolder';

/** Most bytes of a failed job's files that are kept for inspection. */
const KEPT_BYTES = 512 * 1024 ** 2;

/** Most unmatched files that are remembered. */
const UNMATCHED_LISTED = 1000;

/** Files of a job that are in our hands, not yet in the study. */
export interface CollectedOutputs {
  readonly files: JobFiles;
  /** Paths to be put in their places; empty for a job that did not succeed. */
  readonly toPlace: readonly string[];
}

/** Takes from a job what its patterns name; of a failed one, what helps to see why (RULES "Outputs"). */
export async function collectOutputs(
  ports: Pick<RunPorts, 'folder' | 'rules'>,
  definition: JobDefinition,
  running: RunningJob,
  goodExit: boolean,
  onFetching: () => void,
  signal: AbortSignal,
): Promise<Result<CollectedOutputs, AppError>> {
  const changes = await running.changes();
  if (!changes.ok) return changes;
  const sizes = new Map(changes.value.files.map((file) => [file.path, file.size]));
  const match = ports.rules.match(definition.action.outputs, [...sizes.keys()]);
  const unmatchedPatterns = patternsWithout(
    ports,
    definition,
    match.unmatchedPatterns,
    changes.value,
  );
  const notCollected = refusedOutputs(ports, definition, changes.value);
  const prefix = incomingPrefix(ports, running.jobId);
  const unmatched = {
    unmatchedPatterns,
    unmatchedFiles:
      unmatchedPatterns.length > 0 ? match.unmatchedFiles.slice(0, UNMATCHED_LISTED) : [],
  };
  if (!goodExit || unmatchedPatterns.length > 0) {
    const wanted = [...match.matched.map(({path}) => path), ...match.unmatchedFiles];
    const keptFiles = await keepForInspection(ports, definition, running, wanted, sizes, signal);
    return ok({
      files: {outputs: [], ...unmatched, excluded: [], notCollected, keptFiles},
      toPlace: [],
    });
  }

  const paths = match.matched.map(({path}) => path);
  onFetching();
  const collected = await collectFiles(running, paths, prefix, signal);
  if (!collected.ok) return collected;
  const tiers = new Map(match.matched.map(({path, tier}) => [path, tier]));
  const outputs = collected.value.map(({path, size, sha256}) => ({
    path,
    size,
    sha256,
    tier: tierOf(tiers, path),
  }));
  outputs.sort((left, right) => (left.path < right.path ? -1 : 1));
  const excluded = await excludedFiles(ports, outputs, prefix);
  return ok({
    files: {outputs, ...unmatched, excluded, notCollected, keptFiles: null},
    toPlace: paths,
  });
}

function tierOf(tiers: ReadonlyMap<string, Tier>, path: string): Tier {
  const tier = tiers.get(path);
  if (tier === undefined) throw new Error(`The executor gave ${path}, which was not asked for`);
  return tier;
}

/** What matches a pattern and is no regular file, nor leads to one of the workspace: named, and never passed over. */
function refusedOutputs(
  ports: Pick<RunPorts, 'rules'>,
  definition: JobDefinition,
  {refused}: WorkspaceChanges,
): readonly NotCollected[] {
  const {matched} = ports.rules.match(
    definition.action.outputs,
    refused.map(({path}) => path),
  );
  const wanted = new Set(matched.map(({path}) => path));
  return refused.filter(({path}) => wanted.has(path));
}

/**
 * The patterns that match no file at all. A file that was there already and stayed as it was, such as an input that the
 * action's own wildcard covers, counts as a match, but is not taken as an output of this action.
 */
function patternsWithout(
  ports: Pick<RunPorts, 'rules'>,
  definition: JobDefinition,
  unmatched: readonly string[],
  {untouched}: WorkspaceChanges,
): readonly string[] {
  if (unmatched.length === 0) return [];
  const patterns = definition.action.outputs.filter(({pattern}) => unmatched.includes(pattern));
  return ports.rules.match(patterns, untouched).unmatchedPatterns;
}

async function excludedFiles(
  ports: Pick<RunPorts, 'rules'>,
  outputs: readonly OutputFile[],
  prefix: string,
): Promise<readonly ExcludedFile[]> {
  const excluded: ExcludedFile[] = [];
  for (const output of outputs) {
    if (output.tier !== 'moderately_sensitive') continue;
    const reason = await ports.rules.checkModerate(output, () =>
      readPieces(incomingFile(prefix, output.path)),
    );
    if (reason !== null) excluded.push({path: output.path, reason});
  }
  return excluded;
}

/** Keeps a failed job's files apart; answers the folder, or null where there is nothing to keep. */
async function keepForInspection(
  ports: Pick<RunPorts, 'folder'>,
  definition: JobDefinition,
  running: RunningJob,
  wanted: readonly string[],
  sizes: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<string | null> {
  const paths: string[] = [];
  let bytes = 0;
  for (const path of wanted) {
    bytes += sizes.get(path) ?? 0;
    if (bytes > KEPT_BYTES) break;
    paths.push(path);
  }
  if (paths.length === 0) return null;
  const prefix = incomingPrefix(ports, running.jobId);
  const collected = await collectFiles(running, paths, prefix, signal);
  if (collected.ok) return keepCollected(ports, definition.action.name, prefix, paths);
  await removeIncoming(prefix).catch(() => undefined);
  return null;
}

/** How a job ends whose outputs could not be put in their places: the earlier ones are as they were, its own are kept. */
export async function endUnplaced(
  ports: Pick<RunPorts, 'folder'>,
  {action}: JobDefinition,
  prefix: string,
  paths: readonly string[],
  error: AppError,
): Promise<JobEnding> {
  const keptFiles = await keepCollected(ports, action.name, prefix, paths);
  return {...faultEnding(error), keptFiles};
}

/**
 * Keeps the files apart that were collected of a job that has failed; answers the folder, study-relative. Null where that
 * can't be done, which must not hide why the job failed.
 */
async function keepCollected(
  ports: Pick<RunPorts, 'folder'>,
  action: string,
  prefix: string,
  paths: readonly string[],
): Promise<string | null> {
  const kept = keptFolder(action);
  try {
    await keepFiles(prefix, paths, join(ports.folder.study, ...kept.split('/')));
    return kept;
  } catch {
    await removeIncoming(prefix).catch(() => undefined);
    return null;
  }
}
