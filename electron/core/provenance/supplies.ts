import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {type AppError, appError, failWith} from '../../../shared/errors';
import type {OutputFile} from '../../../shared/output';
import type {Action} from '../../../shared/project';
import type {SupplyPreview} from '../../../shared/preview';
import {err, ok, type Result} from '../../../shared/result';
import {fileSystemError} from '../../files/fileSystemError';
import {filesBelow} from '../../files/filesBelow';
import {digestOf, isThere, readPieces} from '../../files/openFile';
import {syncFiles} from '../../files/syncToDisk';
import {openMakingFolder, writeHashed} from '../../files/writeAtomically';
import {matchOutputs} from '../../outputs/matchOutputs';
import {outputPatternsOf} from '../../provenance/differences';
import type {SuccessRecord} from '../../provenance/successLedger';
import {jobId} from '../../runs/jobId';
import {replacedFolder} from '../../runs/studyFolder';
import {matchesPattern} from '../../study/outputPattern';
import {keepFiles, noteDiscarded, putBack} from '../changes/discarded';
import {readPast} from '../runs/readPast';
import type {StudyRuns} from '../runs/runsFacet';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import type {ProvenanceFacet, StudyChecks} from './provenanceFacet';

/** Files that came back from the server, taken in as an action's outputs and out again. */
export function createSupplies(
  state: StudyState,
  {cache, look, provenance}: StudyChecks,
  runs: Pick<StudyRuns, 'whileIdle'>,
): Pick<ProvenanceFacet, 'previewSupply' | 'supply' | 'removeSupplied'> {
  const {context, dir, history} = state;

  const actionOf = (name: string): Result<Action, AppError> => {
    const action = state.snapshot().project?.actions.find((each) => each.name === name);
    return action === undefined
      ? failWith('not-found', `project.yaml has no action \`${name}\`.`)
      : ok(action);
  };
  const find = async (name: string, source: string): Answer<SupplyPreview> => {
    const action = actionOf(name);
    return action.ok ? findFiles(dir, action.value, source) : action;
  };
  /** Where what an action's supplied files replaced is kept. */
  const replaced = (action: string) => ({
    study: dir,
    discarded: join(dir, replacedFolder(action)),
  });

  return {
    previewSupply: (wish) => find(wish.action, wish.folder),
    supply: (wish) =>
      runs.whileIdle(async () => {
        const action = actionOf(wish.action);
        const found = await find(wish.action, wish.folder);
        if (!action.ok || !found.ok) return action.ok ? found : action;
        const {files} = found.value;
        const sources = new Map(files.map(({path, source}) => [path, join(wish.folder, source)]));
        const outputs: OutputFile[] = [];
        for (const {path, tier, size} of files) {
          const sha256 = await digestOf(sources.get(path) ?? '');
          if (sha256 === null) return err(notAsFound(path));
          outputs.push({path, tier, size, sha256});
        }
        const now = context.now();
        const paths = [...sources.keys()];
        const kept = await keepFiles(replaced(wish.action), paths, now);
        if (!kept.ok) return kept;
        const {from, on} = wish;
        const record = recordOf(action.value, outputs, {from, on}, new Date(now).toISOString());
        const taken = await cache.takeIn([{action: wish.action, record}], (some, to, targetOf) =>
          copyAll(some, (path) => sources.get(path) ?? '', to, targetOf),
        );
        if (taken.ok) await noteDiscarded(dir, kept.value, paths);
        else await rm(kept.value, {recursive: true, force: true});
        await look();
        return taken.ok ? found : taken;
      }),
    removeSupplied: ({action}) =>
      runs.whileIdle(async () => {
        const success = history.past(action)?.success ?? null;
        if (success?.reused !== 'supplied')
          return failWith('invalid-request', `The outputs of \`${action}\` were not supplied.`);
        const back = await putBack(replaced(action));
        if (!back.ok) return back;
        const forgotten = await provenance.store.forgetSuccess(success.jobId);
        await readPast(state);
        await look();
        return forgotten.ok ? back : forgotten;
      }),
  };
}

/**
 * Which files of a folder an action's output patterns fit: laid out as in the study, else by the end of the pattern, down to
 * the file's name alone.
 */
async function findFiles(dir: string, action: Action, folder: string): Answer<SupplyPreview> {
  if (!(await isThere(folder))) return failWith('not-found', `There is no folder ${folder}.`);
  const there = await filesBelow(folder).then(ok, (error: unknown) =>
    err(fileSystemError(`"${folder}" can’t be read.`, error)),
  );
  if (!there.ok) return there;
  const sizes = new Map(there.value.map(({path, size}) => [path, size]));
  const sources = new Map<string, string>();
  for (const {pattern} of action.outputs)
    for (const [path, source] of fitting(pattern, [...sizes.keys()])) sources.set(path, source);
  const [several] = [...sources].filter(([path, source]) =>
    [...sources].some(([other, same]) => same === source && other !== path),
  );
  if (several !== undefined)
    return failWith(
      'invalid-request',
      `${several[1]} fits several outputs of \`${action.name}\`.`,
      {
        hint: 'Lay the files out in the folders in which the study has them.',
      },
    );
  const {matched, unmatchedPatterns} = matchOutputs(action.outputs, [...sources.keys()]);
  if (matched.length === 0)
    return failWith('not-found', `No file in ${folder} is an output of \`${action.name}\`.`, {
      why: `It makes ${unmatchedPatterns.join(', ')}.`,
      hint: 'Give the folder in which the released files lie, under the names they had.',
    });
  const files: SupplyPreview['files'][number][] = [];
  for (const {path, tier} of matched) {
    const source = sources.get(path) ?? '';
    const replaces = await isThere(join(dir, path));
    files.push({source, path, tier, size: sizes.get(source) ?? 0, replaces});
  }
  return ok({files, missing: unmatchedPatterns});
}

/** Files by their place in the study. */
function fitting(
  pattern: string,
  files: readonly string[],
): readonly (readonly [string, string])[] {
  const parts = pattern.split('/');
  for (let left = 0; left < parts.length; left += 1) {
    const front = parts.slice(0, left);
    // its folder can't be known then
    if (front.some((part) => part.includes('*'))) return [];
    const end = parts.slice(left).join('/');
    const found = files.filter((file) => matchesPattern(end, file));
    if (found.length > 0) return found.map((file) => [[...front, file].join('/'), file] as const);
  }
  return [];
}

/** What the ledger is to hold: nothing is known of what made them. */
function recordOf(
  action: Action,
  outputs: readonly OutputFile[],
  supplied: {readonly from: string; readonly on: string},
  completedAt: string,
): SuccessRecord {
  return {
    format: 1,
    action: action.name,
    jobId: jobId(`supplied ${completedAt}`, action.name),
    completedAt,
    restoredAt: null,
    supplied,
    runLine: action.run.raw,
    configJson: action.configJson,
    imageId: null,
    actionCommit: null,
    outputPatterns: [...outputPatternsOf(action)],
    codeFoundBy: 'commit',
    codeManifest: '',
    codeListing: '',
    inputManifest: '',
    outputs: outputs.map(({path, tier, size, sha256}) => ({path, tier, size, sha256})),
  };
}

/** Copies files to where `targetOf` says; an error where one is no longer what it was when it was looked at. */
async function copyAll(
  outputs: readonly OutputFile[],
  sourceOf: (path: string) => string,
  targetFolder: string,
  targetOf: (output: OutputFile) => string,
): Answer<null> {
  for (const output of outputs) {
    const file = await openMakingFolder(targetOf(output), 'w', 0o644, 0o700);
    try {
      const {sha256} = await writeHashed(file, readPieces(sourceOf(output.path)));
      if (sha256 !== output.sha256) return err(notAsFound(output.path));
    } finally {
      await file.close();
    }
  }
  await syncFiles(targetFolder, outputs.map(targetOf));
  return ok(null);
}

function notAsFound(path: string): AppError {
  return appError('file-system', `The file for ${path} can’t be read, or has changed meanwhile.`, {
    hint: 'Nothing was taken in. Try again.',
  });
}
