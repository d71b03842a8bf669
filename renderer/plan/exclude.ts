import type {RunRequest} from '../../shared/plan';

/** What changes in a request so that these have no job: what was forced no longer is, all else is excluded. */
export function excluding(
  {force, takeOut}: RunRequest,
  names: readonly string[],
): Pick<RunRequest, 'force' | 'takeOut'> {
  const forced = new Set(force);
  const out = new Set(names);
  return {
    force: force.filter((name) => !out.has(name)),
    takeOut: [...takeOut, ...names.filter((name) => !forced.has(name))],
  };
}

/** What changes in a request so that these have a job: what was excluded no longer is, all else is forced. */
export function including(
  {force, takeOut}: RunRequest,
  names: readonly string[],
): Pick<RunRequest, 'force' | 'takeOut'> {
  const takenOut = new Set(takeOut);
  const back = new Set(names);
  return {
    force: [...force, ...names.filter((name) => !takenOut.has(name))],
    takeOut: takeOut.filter((name) => !back.has(name)),
  };
}
