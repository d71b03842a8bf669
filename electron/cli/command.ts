import type {ExecutorKind} from '../../shared/engine';
import type {ChosenSettings} from '../settings/chosenSettings';
import {appError, type AppError} from '../../shared/errors';
import {formatPlural} from '../../shared/format';
import {err, ok, type Result} from '../../shared/result';
import type {Core} from '../core/core';
import type {CoreOptions} from '../core/createCore';
import type {Study} from '../core/study';
import type {Console} from './console';
import {exitCodeOf, type ExitCode} from './exitCodes';

/** What every command is given. */
export interface CommandContext {
  readonly console: Console;
  readonly json: boolean;
  /** What the JSON line of an error holds beside it: a run's last line is always its end. */
  readonly errorLine: object;
  /** Absolute. */
  readonly projectDir: string;
  /** As the user typed it. */
  readonly projectDirGiven: string;
  /** A commit of the study, in whose checkout the command works; null for the study itself. */
  readonly commit: string | null;
  /** Of Study Desk. */
  readonly version: string;
  /** What user and environment chose; read on first use. */
  readonly chosen: () => ChosenSettings;
  /** Where jobs run, as the settings have it; no study can choose that. */
  readonly executor: () => ExecutorKind;
  /** The core, made on first use: commands that only read project.yaml do without. */
  readonly core: (forWindow?: CoreOptions['forWindow']) => Promise<Core>;
}

/** How long a command waits for the engine where its answer is not essential, such as which images are here. */
const ENGINE_MS = 2000;

/** Says what went wrong, why and what to do; answers the exit code. */
export function reportError(
  context: Pick<CommandContext, 'console' | 'errorLine'>,
  error: AppError,
): ExitCode {
  const {console} = context;
  console.json({...context.errorLine, error: errorObject(error)});
  console.warn(`study-desk: ${error.message}`);
  for (const part of [error.why, error.hint]) if (part !== undefined) console.warn(part);
  const showsDetail = error.kind === 'invalid-request' || error.kind === 'bug';
  if (showsDetail && error.detail !== undefined)
    for (const line of error.detail.split('\n')) console.warn(line);
  return exitCodeOf(error.kind);
}

/** A fault of Study Desk's own, with where it happened. */
export function bugError(error: unknown): AppError {
  return appError('bug', 'Something went wrong inside Study Desk.', {
    hint: 'Please report it with the lines below.',
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}

/** An error as JSON. */
export function errorObject({kind, message, why, hint}: AppError): object {
  return {kind, message, why: why ?? null, hint: hint ?? null};
}

/** Opens the study of `--project-dir` for the time of `work`. */
export async function withStudy<Code extends number = ExitCode>(
  context: CommandContext,
  work: (study: Study) => Promise<Result<Code, AppError>>,
): Promise<Code | ExitCode> {
  const core = await context.core();
  const {projectDir, commit} = context;
  const opened =
    commit === null
      ? await core.openStudy(projectDir, {watch: false})
      : await core.openCommit(projectDir, commit);
  if (!opened.ok) return reportError(context, opened.error);
  const study = opened.value;
  try {
    const done = await work(study);
    return done.ok ? done.value : reportError(context, done.error);
  } finally {
    await study.close();
  }
}

/** As `withStudy`, having looked at the engine. */
export function withEngine<Code extends number = ExitCode>(
  context: CommandContext,
  work: (study: Study) => Promise<Result<Code, AppError>>,
): Promise<Code | ExitCode> {
  return withStudy(context, async (study) => {
    await Promise.race([study.engines.check(context.executor()), patience(ENGINE_MS)]);
    return work(study);
  });
}

/** Resolves after a while, without keeping the process alive for it. */
function patience(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms).unref();
  });
}

/** The study's project and graph, or why there are none, problem by problem. */
export function validProject(
  study: Study,
): Result<NonNullable<ReturnType<typeof projectOf>>, AppError> {
  const found = projectOf(study);
  if (found !== null) return ok(found);
  const {reading, text, unreadable} = study.project.snapshot();
  if (unreadable !== null) return err(unreadable);
  const errors = reading.problems.filter((problem) => problem.severity === 'error');
  const first = errors[0];
  return err({
    kind: 'invalid-project',
    message:
      first === undefined
        ? 'project.yaml could not be read.'
        : `${text === null ? '' : `project.yaml, line ${first.line}: `}${first.message}`,
    ...(first === undefined || first.hint === null ? {} : {why: first.hint}),
    hint:
      errors.length > 1
        ? `\`study-desk validate\` lists ${formatPlural(errors.length - 1, 'more problem')}.`
        : '`study-desk validate` shows the details.',
  });
}

function projectOf(study: Study) {
  const {project, graph, broken} = study.project.snapshot();
  return project === null || graph === null || broken ? null : {project, graph};
}

/** That an action was never run, as far as that is known: records that can't be read may hold a run. */
export function neverRun(study: Study, action: string, consequence = ''): AppError {
  const hidden = study.records.damage().find(({hidesRuns}) => hidesRuns);
  return hidden === undefined
    ? appError('not-found', `\`${action}\` has not been run yet${consequence}.`, {
        hint: `Run it with \`study-desk run ${action}\`.`,
      })
    : appError('not-found', `It is not known whether \`${action}\` has been run.`, {
        why: hidden.message,
        hint: 'See what `study-desk doctor` says of the records.',
      });
}
