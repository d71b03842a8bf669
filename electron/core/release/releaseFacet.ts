import type {releaseRequests} from '../../../shared/contract/releaseRequests';
import type {FacetOf} from '../../../shared/contract/request';
import type {CheckReport, Waiver} from '../../../shared/check';
import {appError, type AppError} from '../../../shared/errors';
import type {PlanPreview} from '../../../shared/preview';
import type {DraftFile, DraftGroup, ReleaseDraft, StudyReport} from '../../../shared/release';
import {err, ok, type Result} from '../../../shared/result';
import {DEFAULT_RUN_OPTIONS, type RunRecord} from '../../../shared/run';
import {releaseDraft} from '../../reports/releaseDraft';
import {checkStudy} from './checkStudy';
import {controlsInCode} from './controlsInCode';
import {createExportGate} from './exportedOutputs';
import type {PlanFacet} from '../plan/planFacet';
import type {ProvenanceFacet} from '../provenance/provenanceFacet';
import {createFileChecks} from './readChecked';
import {namesOf, reportStudy} from './reportStudy';
import type {RunsFacet} from '../runs/runsFacet';
import {tieredFiles, type TieredFile} from '../outputs/sensitiveFiles';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {addWaiver, readWaivers, removeWaiver} from './waivers';

/** What is done before outputs are asked for: checks as a checker would make them, and what is written from them. */
export interface ReleaseFacet extends FacetOf<typeof releaseRequests> {
  waivers(): Answer<readonly Waiver[]>;
  /** A draft once the user has completed it: without what may not leave, whatever was typed or put into it. */
  clearDraft(draft: ReleaseDraft): Answer<ReleaseDraft>;
  /** The study as one HTML page without anything highly sensitive. */
  report(): Answer<StudyReport>;
}

/** The other facets, as far as a report tells of them. */
export interface ReportSources {
  readonly plan: PlanFacet;
  readonly runs: RunsFacet;
  readonly provenance: ProvenanceFacet;
}

/** Runs whose outputs' names are known, and those that a report tells of. */
const RUNS_KNOWN = 200;
const RUNS_TOLD = 20;

/** Creates it for a study. `close` stops a check under way. */
export function createReleaseFacet(
  state: StudyState,
  sources: ReportSources,
): {readonly facet: ReleaseFacet; close(): Promise<void>} {
  const {context, dir, folder, history, snapshot} = state;
  const fileChecks = createFileChecks(dir, context.tables);
  let underWay = new AbortController();

  const filesNow = (): Promise<readonly TieredFile[]> =>
    tieredFiles(dir, snapshot().project, history);

  const checkFiles = async (
    files: readonly TieredFile[],
    stop: AbortController | null = null,
  ): Answer<CheckReport> => {
    const waivers = await readWaivers(folder);
    if (!waivers.ok) return waivers;
    return checkStudy({
      snapshot: snapshot(),
      files,
      waivers: waivers.value,
      checks: fileChecks,
      now: context.now(),
      // what a draft or report is made from is no check that a later one replaces
      signal: stop?.signal ?? new AbortController().signal,
      onProgress: (progress) => {
        if (stop?.signal.aborted === false) state.tell({kind: 'check-progress', progress});
      },
    });
  };

  /** What project.yaml no longer knows is not made again on the server. */
  const isAsked = ({tier, expected}: TieredFile): boolean =>
    tier === 'moderately_sensitive' && (expected || snapshot().project === null);

  const plan = async (): Promise<Result<PlanPreview, AppError>> => {
    const actions = snapshot().project?.runAll ?? [];
    if (actions.length === 0)
      return err(appError('invalid-project', 'There is no plan, as project.yaml has errors.'));
    const request = {
      actions,
      forceDependencies: false,
      includeStale: true,
      force: [],
      takeOut: [],
    };
    return sources.plan.prepare(request, DEFAULT_RUN_OPTIONS);
  };

  const runsKnown = async (): Promise<readonly RunRecord[]> => {
    const runs = await sources.runs.list({limit: RUNS_KNOWN});
    return runs.ok ? runs.value : [];
  };

  /** What all that is written goes by: the outputs, what is found in those asked for, and the names that may not be told. */
  const lookedOver = async () => {
    const files = await filesNow();
    const checks = await checkFiles(files.filter(isAsked));
    if (!checks.ok) return checks;
    const runs = await runsKnown();
    const names = namesOf({files, runs, snapshot: snapshot()});
    return ok({files, checks: checks.value, runs, names});
  };

  const facet: ReleaseFacet = {
    async check({paths}) {
      underWay.abort();
      const stop = (underWay = new AbortController());
      const outputs = await filesNow();
      const unknown = paths?.find((path) => !outputs.some((file) => file.path === path));
      if (unknown !== undefined)
        return err(
          appError('not-found', `"${unknown}" is not an output of this study.`, {
            why: 'Only files that an action lists under its outputs, and that are there, are checked.',
            hint: '`study-desk outputs` lists them.',
          }),
        );
      return checkFiles(
        outputs.filter((file) => (paths === null ? isAsked(file) : paths.includes(file.path))),
        stop,
      );
    },
    stopCheck: () => underWay.abort(),
    waivers: () => readWaivers(folder),
    waive: ({reason, ...place}) =>
      addWaiver(folder, {...place, reason, at: new Date(context.now()).toISOString()}),
    unwaive: (place) => removeWaiver(folder, place),
    async draft() {
      const {project, scripts, name} = snapshot();
      if (project === null)
        return err(appError('invalid-project', 'There is no draft, as project.yaml has errors.'));
      const looked = await lookedOver();
      if (!looked.ok) return looked;
      const {files, checks, names} = looked.value;
      const asked = files.filter(isAsked);
      const gate = await createExportGate(dir, files, checks);
      const refusals = new Map<string, string>();
      for (const file of asked) {
        const refusal = await gate.refusal(file);
        if (refusal !== null) refusals.set(file.path, refusal);
      }
      const writing = new Set(asked.map(({action}) => action));
      const draft = releaseDraft({
        study: name,
        createdAt: new Date(context.now()).toISOString(),
        actions: project.actions,
        scripts,
        checks,
        refusals,
        controls: controlsInCode(
          dir,
          project,
          scripts,
          project.actions.filter((action) => writing.has(action.name)),
        ),
      });
      return ok({
        ...draft,
        groups: draft.groups.map((group) => ({
          ...group,
          context: names.hide(group.context),
          controls: names.hide(group.controls),
        })),
        leftOut: draft.leftOut.map(({path, reason}) => ({path, reason: names.hide(reason)})),
      });
    },
    async clearDraft(draft) {
      const looked = await lookedOver();
      if (!looked.ok) return looked;
      const {files, checks, names} = looked.value;
      const gate = await createExportGate(dir, files, checks);
      const leftOut = [...draft.leftOut];
      const groups: DraftGroup[] = [];
      for (const group of draft.groups) {
        const kept: DraftFile[] = [];
        for (const file of group.files) {
          const known = files.find(({path}) => path === file.path);
          const refusal =
            known === undefined ? 'it is no output of the study' : await gate.refusal(known);
          if (refusal === null) kept.push(file);
          else if (!leftOut.some(({path}) => path === file.path))
            leftOut.push({path: file.path, reason: refusal});
        }
        groups.push({
          name: names.hide(group.name),
          files: kept,
          context: names.hide(group.context),
          controls: names.hide(group.controls),
        });
      }
      return ok({
        ...draft,
        groups,
        leftOut: leftOut.map(({path, reason}) => ({
          path: names.hide(path),
          reason: names.hide(reason),
        })),
      });
    },
    async report() {
      // the plan reads project.yaml again, and looks at what is out of date
      const planned = await plan();
      const looked = await lookedOver();
      if (!looked.ok) return looked;
      const {files, checks, runs, names} = looked.value;
      const statuses = await sources.provenance.statuses();
      if (!statuses.ok) return statuses;
      const study = {
        dir,
        context,
        snapshot: snapshot(),
        files,
        checks,
        statuses: statuses.value,
        plan: planned,
        names,
        runs: runs.slice(0, RUNS_TOLD),
      };
      return reportStudy(study);
    },
  };
  return {
    facet,
    async close() {
      underWay.abort();
      await fileChecks.close();
    },
  };
}
