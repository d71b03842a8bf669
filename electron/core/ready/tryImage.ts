import {mkdir, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {type AppError, failWith} from '../../../shared/errors';
import type {Job} from '../../../shared/job';
import type {TextEdit} from '../../../shared/problem';
import {err, ok, type Result} from '../../../shared/result';
import {runOptionsOf} from '../../../shared/run';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {copyRegularFile} from '../../files/openFile';
import {temporaryFolder} from '../../files/temporaryFolder';
import {codeFiles} from '../../provenance/codeFiles';
import {leavingImage} from '../../study/knownImages';
import {applyTextEdits} from '../../study/quickFixes';
import {imageEdits} from '../../study/runWordEdits';
import {carriedOut} from '../commits/carriedOut';
import type {OpenOptions} from '../openStudy';
import type {Study} from '../study';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** What is tried. */
export interface ImageRequest {
  readonly action: string;
  /** Such as `r:v3`; null for the one that takes the place of an image that is to go. */
  readonly image: string | null;
}

/** Called while an image is tried. */
export interface ImageProgress {
  readonly onJob: (job: Job) => void;
  /** With the copy after both runs, and the second of them: what it made is compared there, before the copy is removed. */
  readonly compare: (copy: Study, runId: string) => Promise<Result<unknown, AppError>>;
  readonly signal: AbortSignal;
}

/** How an action ran on another image. */
export interface ImageTrial {
  readonly from: string;
  readonly to: string;
  /** Its job on the new image, which succeeded or not. */
  readonly job: Job;
  /** The change of project.yaml, and what it was made for. */
  readonly edits: readonly TextEdit[];
  readonly revision: number;
}

/**
 * Runs an action on the image it has and then on another, in a copy of its code and inputs that is removed afterwards; nothing in
 * the study is changed. An error where it does not succeed on the image it has: then there is nothing to compare.
 */
export async function tryImage(
  state: StudyState,
  openStudy: (dir: string, options: OpenOptions) => Answer<Study>,
  request: ImageRequest,
  progress: ImageProgress,
): Answer<ImageTrial> {
  if (state.context.settings().executor === 'process')
    return failWith('invalid-request', 'Images can be tried only where jobs run in containers.', {
      hint: 'Choose containers in Settings, or leave `--executor` and `STUDY_DESK_EXECUTOR` out.',
    });
  const change = changeFor(state, request);
  if (!change.ok) return change;
  const base = await temporaryFolder('code');
  try {
    // by the study's name, which is the workspace in records
    const copy = join(base, state.snapshot().name);
    const copied = await copyInputs(state, request.action, copy);
    if (!copied.ok) return copied;
    const opened = await openStudy(copy, {
      watch: false,
      checkout: {ref: change.value.to, commit: '0'.repeat(40), relatives: [state.folder]},
    });
    if (!opened.ok) return opened;
    try {
      return await runTwice(opened.value, request.action, change.value, progress);
    } finally {
      await opened.value.close();
    }
  } finally {
    await rm(base, {recursive: true, force: true});
  }
}

type Change = Omit<ImageTrial, 'job'> & {readonly after: string};

function changeFor(state: StudyState, {action, image}: ImageRequest): Result<Change, AppError> {
  const {project, broken, text, revision} = state.snapshot();
  const found = project?.actions.find(({name}) => name === action);
  if (broken || found === undefined || text === null)
    return broken
      ? failWith('invalid-project', 'project.yaml has errors.', {hint: 'Fix them first.'})
      : failWith('not-found', `There is no action ${action}.`);
  const {imageName, imageTag} = found.run;
  const from = `${imageName}:${imageTag}`;
  const to = image ?? leavingImage(imageName, imageTag)?.instead ?? null;
  if (to === null || to === from)
    return failWith('invalid-request', `${action} has nothing to move to from ${from}.`, {
      hint: 'Name an image, such as `r:v3`.',
    });
  const edits = imageEdits(text, action, to);
  if (!edits.ok) return edits;
  const after = applyTextEdits(text, edits.value);
  if (after === null) throw new Error('The edits do not fit the text that they were made for.');
  return ok({from, to, edits: edits.value, revision, after});
}

/** Copies the code of the study, and what the action needs. */
async function copyInputs(
  {dir, history, snapshot}: StudyState,
  action: string,
  copy: string,
): Promise<Result<null, AppError>> {
  const actions = snapshot().project?.actions ?? [];
  const needs = actions.find(({name}) => name === action)?.needs ?? [];
  const missing = needs.filter((need) => (history.past(need)?.success ?? null) === null);
  if (missing.length > 0)
    return failWith(
      'invalid-request',
      `${action} needs ${missing.join(', ')}, which has no outputs.`,
      {
        hint: `Run it first: \`study-desk run ${missing.join(' ')}\`.`,
      },
    );
  const patterns = actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern));
  const inputs = needs.flatMap(
    (need) => history.past(need)?.success?.outputs.map(({path}) => path) ?? [],
  );
  try {
    for (const path of new Set([...codeFiles(dir, patterns).paths, ...inputs])) {
      await mkdir(dirname(join(copy, path)), {recursive: true, mode: 0o700});
      await copyRegularFile(join(dir, path), join(copy, path));
    }
    // where needs ran under `opensafely run`, only this says so
    const record = 'metadata/db.sqlite';
    await mkdir(join(copy, 'metadata'), {recursive: true, mode: 0o700});
    await copyRegularFile(join(dir, record), join(copy, record)).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
    return ok(null);
  } catch (error) {
    return err(fileSystemError('The files of the study could not be copied.', error));
  }
}

async function runTwice(
  copy: Study,
  action: string,
  {after, ...change}: Change,
  progress: ImageProgress,
): Answer<ImageTrial> {
  const before = await runAlone(copy, action, progress);
  if (!before.ok) return before;
  const {job: old} = before.value;
  if (old.state !== 'succeeded')
    return failWith('invalid-request', `${action} does not succeed on ${change.from} either.`, {
      why: old.message,
      hint: `\`study-desk run ${action}\` and \`study-desk why ${action}\` show more.`,
    });
  await writeFile(join(copy.dir, 'project.yaml'), after);
  const read = await copy.project.reload();
  if (!read.ok) return read;
  const now = await runAlone(copy, action, progress);
  if (!now.ok) return now;
  const {job, runId} = now.value;
  if (job.state === 'succeeded') {
    const compared = await progress.compare(copy, runId);
    if (!compared.ok) return compared;
  }
  return ok({...change, job});
}

/** Runs one action of a study and nothing that it needs. */
async function runAlone(
  copy: Study,
  action: string,
  {onJob, signal}: ImageProgress,
): Answer<{readonly job: Job; readonly runId: string}> {
  const others = copy.project.snapshot().project?.actions.map(({name}) => name) ?? [];
  const prepared = await copy.plan.prepare(
    {
      actions: [action],
      forceDependencies: false,
      includeStale: false,
      force: [],
      takeOut: others.filter((name) => name !== action),
    },
    runOptionsOf(copy.settings.current().values),
  );
  if (!prepared.ok) return prepared;
  const jobs = await carriedOut(copy, prepared.value.id, onJob, signal);
  if (!jobs.ok) return jobs;
  const job = jobs.value.find((each) => each.action === action);
  if (job === undefined) throw new Error(`${action} had no job.`);
  return ok({job, runId: prepared.value.id});
}
