import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {AppError} from '../../../shared/errors';
import type {Job} from '../../../shared/job';
import type {ReadyFinding} from '../../../shared/ready';
import {ok, type Result} from '../../../shared/result';
import {runOptionsOf} from '../../../shared/run';
import {temporaryFolder} from '../../files/temporaryFolder';
import {findGitFolder} from '../../git/gitFolder';
import {finding, type ReadyFacts} from '../../ready/facts';
import {RUN_ALL} from '../../planner/planRun';
import {carriedOut} from '../commits/carriedOut';
import {checkOutFound} from '../commits/checkOutBeside';
import type {Study} from '../study';
import type {Answer, StudyContext} from '../studyContext';

/** What a run from a clean copy needs. */
export interface CleanRun {
  readonly studyDir: string;
  readonly facts: ReadyFacts;
  /** Null for all actions. */
  readonly names: readonly string[] | null;
  readonly settings: ReturnType<StudyContext['settings']>;
  readonly openStudy: (dir: string) => Answer<Study>;
  readonly onJob: (job: Job) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs the plan from the files of the commit alone, in a folder of its own that is removed afterwards, and finds what fails there.
 * Everything that can run is run, so that one failure hides no other. An error where nothing could be run at all.
 */
export async function runFromCommit(
  given: CleanRun,
): Promise<Result<readonly ReadyFinding[], AppError>> {
  const {repository} = given.facts;
  const folder = await findGitFolder(given.studyDir);
  const commit = repository?.commit ?? null;
  if (repository === null || commit === null || folder === null) return ok([]);
  const base = await temporaryFolder('code');
  try {
    const copy = join(base, 'study');
    const {prefix} = repository;
    const written = await checkOutFound({folder, prefix: prefix.replace(/\/$/, '')}, commit, copy);
    if (!written.ok)
      return ok([
        finding('R-CHECKOUT', {
          message: `Commit ${commit.slice(0, 7)} can’t be checked out: ${written.error.why ?? written.error.message}`,
        }),
      ]);
    const opened = await given.openStudy(copy);
    if (!opened.ok) return opened;
    try {
      return await runAll(given, opened.value);
    } finally {
      await opened.value.close();
    }
  } finally {
    await rm(base, {recursive: true, force: true});
  }
}

async function runAll(
  {facts, names, settings, onJob, signal}: CleanRun,
  copy: Study,
): Promise<Result<readonly ReadyFinding[], AppError>> {
  const {project, broken, reading} = copy.project.snapshot();
  if (project === null || broken)
    return ok([
      finding('R-CHECKOUT', {
        path: 'project.yaml',
        message: `project.yaml of the commit is not valid: ${reading.problems[0]?.message ?? 'it can’t be read.'}`,
      }),
    ]);
  const known = new Set(project.actions.map(({name}) => name));
  const wanted = (names ?? [RUN_ALL]).filter((name) => name === RUN_ALL || known.has(name));
  const absent = (names ?? []).filter((name) => name !== RUN_ALL && !known.has(name));
  const notThere = absent.map((action) =>
    finding('R-CHECKOUT', {
      path: 'project.yaml',
      action,
      message: `project.yaml of the commit has no action ${action}.`,
    }),
  );
  if (wanted.length === 0) return ok(notThere);
  const prepared = await copy.plan.prepare(
    {actions: wanted, forceDependencies: true, includeStale: false, force: [], takeOut: []},
    {...runOptionsOf(settings), continueOnError: true},
  );
  if (!prepared.ok) return prepared;
  const ended = await carriedOut(copy, prepared.value.id, onJob, signal);
  if (!ended.ok) return ended;
  const failed = ended.value.filter(({state}) => state === 'failed');
  const findings = await Promise.all(failed.map((job) => failureOf(facts, copy, job)));
  return ok([...notThere, ...findings, ...ended.value.flatMap(keptBackBy)]);
}

/** Why a job failed, with the files that are here, not in the commit, and named by its log. */
async function failureOf(facts: ReadyFacts, copy: Study, job: Job): Promise<ReadyFinding> {
  const used = facts.actions.find(({action}) => action.name === job.action);
  const committed = new Set(facts.repository?.files.map(({path}) => path));
  const log = await copy.logs.read({jobId: job.id, fromSeq: 0, limit: 2000});
  const printed = log.ok ? log.value.lines.map(({text}) => text).join('\n') : '';
  const onlyHere = [...facts.codeFiles].filter(
    (path) => !committed.has(path) && printed.includes(path),
  );
  const card = (await copy.failures.whyEach([job.id])).get(job.id) ?? null;
  const script = used?.script?.path ?? null;
  const cause = card === null ? job.message : `${card.title} ${card.cause.text}`;
  const missing =
    onlyHere.length === 0 ? '' : ` Here there is ${onlyHere.join(', ')}, which is not committed.`;
  return finding('R-FAILS', {
    path: card?.place?.path ?? script ?? 'project.yaml',
    line: card?.place?.line ?? null,
    action: job.action,
    message: `${job.action}${script === null ? '' : ` (${script})`} fails in a clean copy of the commit: ${cause.replace(/\.?\s*$/, '.')}${missing}`,
    fix: onlyHere.length > 0 ? `Commit ${onlyHere.join(', ')}.` : (card?.remedies[0] ?? null),
  });
}

function keptBackBy({action, excluded, notCollected}: Job): readonly ReadyFinding[] {
  return [...excluded, ...notCollected].map(({path, reason}) =>
    finding('R-OUTPUT-LIMIT', {path, action, message: `${path} would be kept back: ${reason}.`}),
  );
}
