import type {RequestArg} from '../../../shared/contract/contract';
import type {releaseRequests} from '../../../shared/contract/releaseRequests';
import type {FacetOf} from '../../../shared/contract/request';
import type {CheckReport, Waiver} from '../../../shared/check';
import {type AppError, failWith} from '../../../shared/errors';
import type {PlanPreview} from '../../../shared/preview';
import type {DraftFile, DraftGroup, ReleaseDraft, StudyReport} from '../../../shared/release';
import {ok, type Result} from '../../../shared/result';
import {DEFAULT_RUN_OPTIONS} from '../../../shared/run';
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

/** The other facets, as far as a report shows them. */
export interface ReportSources {
  readonly plan: PlanFacet;
  readonly runs: RunsFacet;
  readonly provenance: ProvenanceFacet;
}

/** Runs whose outputs' names are known, and those that a report shows. */
const RUNS_KNOWN = 200;
const RUNS_TOLD = 20;

/** The facet of one study; `close` stops a check under way. */
export class ReleaseOfStudy implements ReleaseFacet {
  private readonly fileChecks: ReturnType<typeof createFileChecks>;
  private underWay = new AbortController();

  constructor(
    private readonly state: StudyState,
    private readonly sources: ReportSources,
  ) {
    this.fileChecks = createFileChecks(state.dir, state.context.tables);
  }

  async check({paths}: RequestArg<'release:check'>): Answer<CheckReport> {
    this.underWay.abort();
    const stop = (this.underWay = new AbortController());
    const outputs = await this.filesNow();
    const unknown = paths?.find((path) => !outputs.some((file) => file.path === path));
    if (unknown !== undefined)
      return failWith('not-found', `"${unknown}" is not an output of this study.`, {
        why: 'Only existing files listed in an action’s outputs are checked.',
        hint: '`study-desk outputs` lists them.',
      });
    return this.checkFiles(
      outputs.filter((file) => (paths === null ? this.isAsked(file) : paths.includes(file.path))),
      stop,
    );
  }

  stopCheck(): void {
    this.underWay.abort();
  }

  waivers(): Answer<readonly Waiver[]> {
    return readWaivers(this.state.folder);
  }

  waive(waiver: RequestArg<'release:waive'>): Answer<readonly Waiver[]> {
    const {context, folder} = this.state;
    return addWaiver(folder, {...waiver, at: new Date(context.now()).toISOString()});
  }

  unwaive(place: RequestArg<'release:unwaive'>): Answer<readonly Waiver[]> {
    return removeWaiver(this.state.folder, place);
  }

  async draft(): Answer<ReleaseDraft> {
    const {context, dir} = this.state;
    const {project, scripts, name} = this.state.snapshot();
    if (project === null)
      return failWith('invalid-project', 'There is no draft, as project.yaml has errors.');
    const looked = await this.lookOver();
    if (!looked.ok) return looked;
    const {files, checks, names} = looked.value;
    const asked = files.filter((file) => this.isAsked(file));
    const gate = await createExportGate(dir, files, checks);
    const refusals = new Map<string, string>();
    for (const file of asked) {
      const refusal = await gate.refusal(file);
      if (refusal !== null) refusals.set(file.path, refusal);
    }
    const writing = new Set(asked.map(({action}) => action));
    const writers = project.actions.filter((action) => writing.has(action.name));
    const draft = releaseDraft({
      study: name,
      createdAt: new Date(context.now()).toISOString(),
      actions: project.actions,
      scripts,
      checks,
      refusals,
      controls: controlsInCode(dir, project, scripts, writers),
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
  }

  async clearDraft(draft: ReleaseDraft): Answer<ReleaseDraft> {
    const looked = await this.lookOver();
    if (!looked.ok) return looked;
    const {files, checks, names} = looked.value;
    const gate = await createExportGate(this.state.dir, files, checks);
    const leftOut = [...draft.leftOut];
    const groups: DraftGroup[] = [];
    for (const group of draft.groups) {
      const kept: DraftFile[] = [];
      for (const file of group.files) {
        const known = files.find(({path}) => path === file.path);
        const refusal =
          known === undefined ? 'it is not an output of this study' : await gate.refusal(known);
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
    const hidden = leftOut.map(({path, reason}) => ({
      path: names.hide(path),
      reason: names.hide(reason),
    }));
    return ok({...draft, groups, leftOut: hidden});
  }

  async report(): Answer<StudyReport> {
    const {context, dir} = this.state;
    // the plan reads project.yaml again, and looks at what is out of date
    const plan = await this.plan();
    const looked = await this.lookOver();
    if (!looked.ok) return looked;
    const statuses = await this.sources.provenance.statuses();
    if (!statuses.ok) return statuses;
    return reportStudy({
      ...{dir, context, plan, ...looked.value},
      snapshot: this.state.snapshot(),
      statuses: statuses.value,
      runs: looked.value.runs.slice(0, RUNS_TOLD),
    });
  }

  async close(): Promise<void> {
    this.underWay.abort();
    await this.fileChecks.close();
  }

  private filesNow(): Promise<readonly TieredFile[]> {
    const {dir, history} = this.state;
    return tieredFiles(dir, this.state.snapshot().project, history);
  }

  private async checkFiles(
    files: readonly TieredFile[],
    stop: AbortController | null = null,
  ): Answer<CheckReport> {
    const {state} = this;
    const waivers = await readWaivers(state.folder);
    if (!waivers.ok) return waivers;
    return checkStudy({
      snapshot: state.snapshot(),
      files,
      waivers: waivers.value,
      checks: this.fileChecks,
      now: state.context.now(),
      // what a draft or report is made from is no check that a later one replaces
      signal: stop?.signal ?? new AbortController().signal,
      onProgress: (progress) => {
        if (stop?.signal.aborted === false) state.emit({kind: 'check-progress', progress});
      },
    });
  }

  /** What project.yaml no longer knows is not made again on the server. */
  private isAsked({tier, expected}: TieredFile): boolean {
    return tier === 'moderately_sensitive' && (expected || this.state.snapshot().project === null);
  }

  private async plan(): Promise<Result<PlanPreview, AppError>> {
    const actions = this.state.snapshot().project?.runAll ?? [];
    if (actions.length === 0)
      return failWith('invalid-project', 'There is no plan, as project.yaml has errors.');
    const request = {
      actions,
      forceDependencies: false,
      includeStale: true,
      force: [],
      takeOut: [],
    };
    return this.sources.plan.prepare(request, DEFAULT_RUN_OPTIONS);
  }

  /** What all that is written goes by: the outputs, what is found in those asked for, and the names that may not be shown. */
  private async lookOver() {
    const files = await this.filesNow();
    const checks = await this.checkFiles(files.filter((file) => this.isAsked(file)));
    if (!checks.ok) return checks;
    const listed = await this.sources.runs.list({limit: RUNS_KNOWN});
    const runs = listed.ok ? listed.value : [];
    const names = namesOf({files, runs, snapshot: this.state.snapshot()});
    return ok({files, checks: checks.value, runs, names});
  }
}
