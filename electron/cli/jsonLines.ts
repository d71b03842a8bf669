import type {CodelistProblem} from '../../shared/codelist';
import {DEFINITION_RULES, isDefinitionRule} from '../../shared/definitionRules';
import type {Job} from '../../shared/job';
import type {Plan} from '../../shared/plan';
import type {Action, ProjectReading} from '../../shared/project';
import type {RunEvent} from '../../shared/run';
import {errorObject} from './command';

/** `validate`, one file; `file` as the user gave it. */
export function validationLine(
  file: string,
  reading: ProjectReading,
  codelists: readonly CodelistProblem[],
): object {
  const actions = reading.valid ? (reading.project?.actions ?? []) : [];
  return {
    file,
    valid: reading.valid,
    acceptedByReference: reading.acceptedByReference,
    version: reading.version,
    expectations: reading.project?.populationSize ?? null,
    problems: [
      ...reading.problems.map(({severity, rule, message, hint, line, column, action, place}) => ({
        ...{severity, rule, message, hint, line, column, action},
        ...(place === undefined ? {} : {place}),
        ...(isDefinitionRule(rule) ? DEFINITION_RULES[rule] : {}),
      })),
      ...codelists.map(({severity, rule, message, hint, line, file: path}) => ({
        ...{severity, rule, message, hint, line: line ?? 1, column: 1, action: null, file: path},
      })),
    ],
    actions: actions.map(actionObject),
    runAll: reading.valid ? (reading.project?.runAll ?? []) : [],
  };
}

function actionObject(action: Action): object {
  const {name, run, needs, usesDatabase, commandWithConfig} = action;
  return {
    name,
    argv: run.argv,
    needs,
    outputs: outputsByTier(action),
    usesDatabase,
    ...(commandWithConfig === null ? {} : {commandWithConfig}),
  };
}

/** `{tier: {label: pattern}}` of the tiers that are given, also of one without outputs. */
function outputsByTier({tiers, outputs}: Action): object {
  return Object.fromEntries(
    tiers.map((tier) => [
      tier,
      Object.fromEntries(
        outputs
          .filter((output) => output.tier === tier)
          .map(({label, pattern}) => [label, pattern]),
      ),
    ]),
  );
}

/** `plan`. */
export function planLine(plan: Plan): object {
  return {
    jobs: plan.jobs.map(({action, reason, neededBy, waitsFor}) => ({
      action,
      reason,
      neededBy,
      waitsFor,
    })),
    skipped: plan.skipped.map(({action, reason}) => ({action, reason})),
  };
}

/** The end of a run that had nothing to run, or could not start. */
export const NOTHING_RAN = {
  event: 'finished',
  runId: null,
  succeeded: false,
  cancelled: false,
  error: null,
  jobs: [],
} as const;

/** `run`, something to know while there is no run yet. */
export function noticeLine(message: string): object {
  return {event: 'notice', runId: null, level: 'info', message};
}

/** `run`, one event; the last is always `finished`. */
export function runEventLine(event: RunEvent): object {
  switch (event.event) {
    case 'started':
      return {
        event: event.event,
        runId: event.run.id,
        startedAt: event.run.startedAt,
        executor: event.run.options.executor,
        ...(event.run.fromCommit === undefined ? {} : {fromCommit: event.run.fromCommit}),
        ...planLine(event.run.plan),
      };
    case 'job':
      return {event: event.event, runId: event.runId, job: jobObject(event.job)};
    case 'log': {
      const {action, firstSeq, lines} = event.batch;
      return {event: event.event, runId: event.runId, action, firstSeq, lines};
    }
    case 'finished': {
      const {runId, outcome, cancelled, error} = event;
      return {
        event: event.event,
        runId,
        succeeded: outcome === 'succeeded',
        cancelled,
        error: error === null ? null : errorObject(error),
        jobs: event.jobs.map(jobObject),
      };
    }
    case 'options': {
      const {concurrency, limits} = event.options;
      return {event: event.event, runId: event.runId, concurrency, ...limits};
    }
    case 'pull':
    case 'notice':
      return event;
  }
}

function jobObject(job: Job): object {
  return {
    action: job.action,
    state: job.state,
    statusCode: job.statusCode,
    message: job.message,
    exitCode: job.exitCode,
    startedAt: job.startedAt,
    completedAt: job.completedAt,
    imageId: job.imageId,
    outputs: job.outputs.map(({path, tier, size, sha256}) => ({path, tier, size, sha256})),
    unmatchedPatterns: job.unmatchedPatterns,
    unmatchedFiles: job.unmatchedFiles,
    excluded: job.excluded.map(({path, reason}) => ({path, reason})),
    notCollected: job.notCollected.map(({path, reason}) => ({path, reason})),
    logFile: job.logFile,
  };
}
