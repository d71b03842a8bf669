import {copiedCommand, type CopiedRun, type RunProgram} from '../../shared/copiedCommand';
import type {RunRequest} from '../../shared/plan';
import {runOptionsOf, type RunRecord} from '../../shared/run';
import type {DeskState} from './deskStore';
import {settingsNow} from './settings';

const PROGRAMS: readonly RunProgram[] = ['study-desk', 'opensafely'];

/** A request as it would be run now; null before the settings are known. */
function runNow(
  state: DeskState,
  request: RunRequest,
  planned: CopiedRun['planned'],
): CopiedRun | null {
  const settings = settingsNow(state)?.values;
  return settings === undefined || state.study === null
    ? null
    : {dir: state.study.dir, request, options: runOptionsOf(settings), planned};
}

/** The plan on screen, to be copied as a command; null where there is none. */
export function shownPlan(state: DeskState): CopiedRun | null {
  const {request, prepared} = state.plan;
  const planned = prepared?.plan.jobs.map(({action}) => action) ?? null;
  return request === null ? null : runNow(state, request, planned);
}

/** A selection to be copied: no plan of it has been made. */
export function selectedRun(state: DeskState, request: RunRequest): CopiedRun | null {
  return runNow(state, request, null);
}

/** A run of the history as it was run. */
export function earlierRun({study}: DeskState, run: RunRecord): CopiedRun | null {
  const {request, options, plan, fromCommit} = run;
  const planned = plan.jobs.map(({action}) => action);
  return study === null
    ? null
    : {dir: study.dir, request, options, planned, commit: fromCommit?.commit};
}

/** Copies what is to be run as the command of a program. */
export function copyCommand(program: RunProgram, run: CopiedRun): void {
  void navigator.clipboard.writeText(copiedCommand(program, run).text).catch(() => undefined);
}

/** Entries of a menu that copy it as `study-desk run` and as `opensafely run`, each with what that does otherwise. */
export function copyItems(run: CopiedRun | null) {
  if (run === null) return [];
  return PROGRAMS.map((program) => {
    const {text, differs} = copiedCommand(program, run);
    return {
      id: `copy-${program}`,
      label: `Copy as ${program} run`,
      tip: differs ?? text,
      onChoose: () => copyCommand(program, run),
    };
  });
}
