import {join, resolve} from 'node:path';
import {rm} from 'node:fs/promises';
import type {ExportRequest, ExportedStudy} from '../../../shared/export';
import {type AppError, appError, failWith} from '../../../shared/errors';
import {formatList} from '../../../shared/format';
import type {ActionGraph} from '../../../shared/graph';
import type {Project} from '../../../shared/project';
import {err, ok, type Result} from '../../../shared/result';
import {runOptionsOf, type RunRecord} from '../../../shared/run';
import type {StagedEntry} from '../../executor/executor';
import type {ExportedAction, ExportedImage, SuccessBefore} from '../../export/exportedJob';
import {notTried} from '../../export/snakefile';
import {writeSnakemakeFolder} from '../../export/writeFolder';
import {isInside} from '../../files/studyPath';
import {stageCode} from '../../files/stageCode';
import {readGitState} from '../../git/gitState';
import {createProvenance} from '../../provenance/createProvenance';
import {outputPatternsOf} from '../../provenance/differences';
import {readOverrides} from '../../runs/actionOverrides';
import {provenanceFolder} from '../../provenance/successLedger';
import type {StudyState} from '../studyState';
import {defineJobs, type DefinedJobs} from './jobDefinitions';

/** How long the engine may take to say which images are here. */
const IMAGES_MS = 10_000;

/** Writes actions, with all that they need, into a folder in which Snakemake runs them (electron/export/README.md). */
export async function exportPlan(
  state: StudyState,
  {project, graph}: {readonly project: Project; readonly graph: ActionGraph},
  {actions: requested, to, runtime, profile}: ExportRequest,
): Promise<Result<ExportedStudy, AppError>> {
  const {context, dir, folder, history} = state;
  const target = resolve(to);
  if (isInside(dir, target) || isInside(target, dir))
    return failWith('invalid-request', 'The export can’t be written into the study itself.', {
      hint: 'Choose a folder outside the study.',
    });
  const wanted = closure(requested, graph);
  const actions = project.actions.filter(({name}) => wanted.has(name));
  const options = runOptionsOf(context.settings());
  const defined = await defineJobs({
    actions,
    options,
    overrides: await readOverrides(folder),
    registry: context.registry(),
    resolveReusable: (image) => context.resolveReusable(image, options.pull),
    // none is exported: whoever runs the jobs sets it there
    stataLicence: () => Promise.resolve(''),
  });
  if (!defined.ok) return defined;
  const images = await imagesOf(state, defined.value);
  if (!images.ok) return images;
  const patterns = project.actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern));
  const code = await codeOf(dir, patterns, defined.value);
  if (!code.ok) return code;
  const exported = [...defined.value.definitions.values()].map((definition): ExportedAction => {
    const image = images.value.get(definition.image);
    if (image === undefined) throw new Error(`${definition.image} was not looked up.`);
    const past = history.past(definition.action.name);
    return {definition, image, uses: past?.uses ?? [], durations: past?.durations ?? []};
  });
  const now = new Date(context.now()).toISOString();
  const record: RunRecord = {
    format: 1,
    id: context.newRunId(),
    startedAt: now,
    endedAt: now,
    outcome: null,
    request: {
      ...{actions: requested, forceDependencies: false, includeStale: false},
      ...{force: [], takeOut: []},
    },
    options,
    plan: {
      jobs: actions.map(({name, needs}) => ({
        ...{action: name, reason: 'requested', neededBy: [], waitsFor: needs},
      })),
      skipped: [],
    },
    git: await readGitState(dir),
    jobs: [],
    ranBy: 'snakemake',
  };
  const written = await writeSnakemakeFolder({
    ...{to: target, study: state.snapshot().name, runtime, profile, actions: exported, record},
    ...code.value,
    successesBefore: (copy) => successesBefore(copy, patterns, exported, code.value.actionCode),
  });
  if (!written.ok) return written;
  return ok({
    path: target,
    actions: actions.map(({name}) => name),
    images: exported.length === 0 ? [] : imagesShown([...images.value.values()]),
    notTried: notTried(runtime, profile),
    needsStataLicence: exported.some(({definition}) => definition.imageName === 'stata-mp'),
    dummyData: actions.filter(({usesDatabase}) => usesDatabase).map(({name}) => name),
  });
}

function imagesShown(images: readonly ExportedImage[]): ExportedStudy['images'] {
  return images.map(({name, digest, id}) => ({
    image: name,
    by: digest === null ? 'id' : 'digest',
    reference: digest ?? id,
  }));
}

/** These actions and all that they need. */
function closure(names: readonly string[], graph: ActionGraph): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...(graph.upstream.get(name) ?? []));
  }
  return found;
}

/** The images by name, which must be here: what they are is known by digest or ID only. */
async function imagesOf(
  {context}: StudyState,
  {definitions}: DefinedJobs,
): Promise<Result<ReadonlyMap<string, ExportedImage>, AppError>> {
  const names = [...new Set([...definitions.values()].map(({image}) => image))];
  await context.executors.check('docker');
  const found = await context.executors
    .imagesOf('docker')
    .details(names, AbortSignal.timeout(IMAGES_MS));
  if (!found.ok) return found;
  const missing = names.filter(
    (name) => !found.value.some(({image, id}) => image === name && id !== null),
  );
  if (missing.length > 0)
    return err(
      appError('image-missing', `${formatList(missing)} can’t be exported.`, {
        why: 'Only of an image that is on this computer is it known which one it is.',
        hint: '`study-desk pull --project` downloads the images of the study.',
      }),
    );
  return ok(
    new Map(
      found.value.map(({image, id, digest}) => {
        const repository = image.replace(/:[^/:]*$/u, '');
        const named = digest === null ? null : `${repository}@${digest}`;
        return [image, {name: image, id: id ?? '', digest: named}];
      }),
    ),
  );
}

/** The study's code, and that of reusable actions by commit. */
async function codeOf(
  dir: string,
  patterns: readonly string[],
  {codeDirs, definitions}: DefinedJobs,
) {
  const code = await stageCode(dir, patterns);
  if (!code.ok) return code;
  const actionCode = new Map<string, readonly StagedEntry[]>();
  for (const [action, codeDir] of codeDirs) {
    const commit = definitions.get(action)?.actionCommit ?? null;
    if (commit === null || actionCode.has(commit)) continue;
    const staged = await stageCode(codeDir, []);
    if (!staged.ok) return staged;
    actionCode.set(commit, staged.value.entries);
  }
  return ok({code: code.value.entries, actionCode});
}

/** What successes will be on record with, as the exported copy of the code is now. */
async function successesBefore(
  copy: string,
  patterns: readonly string[],
  actions: readonly ExportedAction[],
  actionCode: ReadonlyMap<string, readonly StagedEntry[]>,
): Promise<Result<ReadonlyMap<string, SuccessBefore>, AppError>> {
  const code = await stageCode(copy, patterns);
  if (!code.ok) return code;
  const store = createProvenance(copy);
  const given = new Set<string>();
  try {
    const found = new Map<string, SuccessBefore>();
    const asked = actions.map(async ({definition, image}) => {
      const {action, actionCommit} = definition;
      const codeKey = actionCommit ?? code.value.codeKey;
      const entries = actionCommit === null ? code.value.entries : actionCode.get(actionCommit);
      const isKnown = given.has(codeKey);
      given.add(codeKey);
      const onRecord = await store.codeOnRecord({
        ...{action, jobId: action.name, actionCommit, codeKey, inputs: []},
        code: isKnown ? null : (entries ?? []),
      });
      if (!onRecord.ok) return onRecord;
      found.set(action.name, {
        format: 1,
        action: action.name,
        restoredAt: null,
        runLine: action.run.raw,
        configJson: action.configJson,
        imageId: image.id,
        actionCommit,
        outputPatterns: outputPatternsOf(action),
        ...onRecord.value,
      });
      return onRecord;
    });
    const failed = (await Promise.all(asked)).find((each) => !each.ok);
    if (failed?.ok === false) return failed;
    await store.forgetStaged(actions.map(({definition}) => definition.action.name));
    return ok(found);
  } finally {
    await store.close();
    // it numbers the files of this computer's disk
    await rm(join(provenanceFolder(copy), 'hashes.json'), {force: true});
  }
}
