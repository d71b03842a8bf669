import type {CheckReport} from '../../../shared/check';
import {type AppError, failWith} from '../../../shared/errors';
import {outOfDateReasonText} from '../../../shared/outOfDateReason';
import {planReasonText} from '../../../shared/planReason';
import type {PlanPreview} from '../../../shared/preview';
import type {ReportData, StudyReport} from '../../../shared/release';
import {ok, type Result} from '../../../shared/result';
import type {RunRecord} from '../../../shared/run';
import {actionStateOf, STATE_WORDS, type ActionStatus} from '../../../shared/status';
import type {StudySnapshot} from '../../../shared/study';
import {readGitState} from '../../git/gitState';
import {sensitiveNames, type SensitiveNames} from '../../reports/sensitiveNames';
import {studyReport} from '../../reports/studyReport';
import {createExportGate, createReportedOutputs} from './exportedOutputs';
import type {TieredFile} from '../outputs/sensitiveFiles';
import type {StudyContext} from '../studyContext';

/** What a report is made from; the rest is read from the study. */
export interface StudyToReport {
  readonly dir: string;
  readonly context: StudyContext;
  readonly snapshot: StudySnapshot;
  readonly files: readonly TieredFile[];
  readonly checks: CheckReport;
  readonly statuses: readonly ActionStatus[];
  readonly plan: Result<PlanPreview, AppError>;
  readonly runs: readonly RunRecord[];
  readonly names: SensitiveNames;
}

/** The report as a page. It is looked through once more before it is given out: a name in it is a fault of ours. */
export async function reportStudy(study: StudyToReport): Promise<Result<StudyReport, AppError>> {
  const {dir, context, files, checks, names} = study;
  const gate = await createExportGate(dir, files, checks);
  const reported = createReportedOutputs(dir, context.tables, gate, names);
  const outputs: ReportData['outputs'][number][] = [];
  for (const file of files)
    if (file.tier === 'moderately_sensitive' && file.expected)
      outputs.push({path: file.path, action: file.action, content: await reported.content(file)});

  const page = studyReport({...(await factsOf(study)), outputs}, names);
  if (!names.holds(page))
    return ok({
      page,
      leftOut: outputs.flatMap(({path, content}) =>
        content.kind === 'left-out' ? [{path, reason: names.hide(content.reason)}] : [],
      ),
    });
  return failWith('bug', 'The report was not made: it would have named a highly sensitive file.', {
    hint: 'Please report it. Nothing was written.',
  });
}

/** All highly sensitive names that are known of: of files here, of project.yaml, and of every run kept. */
export function namesOf({
  files,
  runs,
  snapshot,
}: Pick<StudyToReport, 'files' | 'runs' | 'snapshot'>): SensitiveNames {
  const actions = snapshot.project?.actions ?? [];
  const patterns = actions.flatMap(({outputs}) =>
    outputs.filter(({tier}) => tier === 'highly_sensitive').map(({pattern}) => pattern),
  );
  const made = runs.flatMap(({jobs}) =>
    jobs.flatMap((job) => job.outputs.filter(({tier}) => tier === 'highly_sensitive')),
  );
  return sensitiveNames({
    paths: [
      ...files.filter(({strictest}) => strictest === 'highly_sensitive').map(({path}) => path),
      ...made.map(({path}) => path),
    ],
    patterns,
    shown: [
      ...files.filter(({strictest}) => strictest !== 'highly_sensitive').map(({path}) => path),
      ...actions.map(({name}) => name),
      ...snapshot.scripts.values(),
    ],
  });
}

async function factsOf({
  dir,
  context,
  snapshot,
  checks,
  statuses,
  plan,
  runs,
}: StudyToReport): Promise<Omit<ReportData, 'outputs'>> {
  const now = new Date(context.now());
  const git = await readGitState(dir);
  const byAction = new Map(statuses.map((status) => [status.action, status]));
  return {
    study: snapshot.name,
    createdAt: now.toISOString(),
    commit:
      git === null ? null : {branch: git.branch, id: git.commit, dirty: git.dirtyFiles.length},
    actions: (snapshot.project?.actions ?? []).map(({name, run, needs}) => {
      const status = byAction.get(name);
      const state = status === undefined ? 'never-run' : actionStateOf(status);
      const {provenance} = status ?? {provenance: null};
      const reasons =
        provenance?.kind === 'out-of-date' || provenance?.kind === 'not-verified'
          ? provenance.reasons.map((reason) => outOfDateReasonText(reason, now))
          : [];
      return {
        name,
        image: run.argv[0] ?? '',
        script: snapshot.scripts.get(name) ?? null,
        needs,
        rank: snapshot.graph?.rank.get(name) ?? 0,
        state,
        stateWords: STATE_WORDS[state],
        reasons,
        lastEnded: status?.lastJob?.completedAt ?? null,
      };
    }),
    plan: plan.ok
      ? plan.value.plan.jobs.map((job) => ({
          action: job.action,
          why: planReasonText(
            job,
            plan.value.jobs.find(({action}) => action === job.action),
            now,
          ),
        }))
      : plan.error.message,
    runs: runs.map((run) => ({
      startedAt: run.startedAt,
      seconds:
        run.endedAt === null ? null : (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000,
      outcome: run.outcome ?? 'not ended',
      succeeded: run.jobs.filter(({state}) => state === 'succeeded').length,
      failed: run.jobs.filter(({state}) => state === 'failed').map(({action}) => action),
      jobs: run.jobs.length,
    })),
    checks,
  };
}
