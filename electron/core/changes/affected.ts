import {reach} from '../../../shared/graph';
import type {Action} from '../../../shared/project';
import type {StudyChecks} from '../provenance/provenanceFacet';
import type {StudyState} from '../studyState';

const PROJECT_FILE = 'project.yaml';

/**
 * Of files, the actions that use each, and those that need them; of project.yaml those whose definition is not the one of
 * `otherProject`, its text elsewhere. Null where project.yaml has errors.
 */
export async function affectedBy(
  {dir, snapshot, context}: StudyState,
  {provenance}: StudyChecks,
  paths: readonly string[],
  otherProject: () => Promise<string | null>,
): Promise<ReadonlyMap<string, readonly string[]> | null> {
  const study = await provenance.now();
  if (!study.ok) return null;
  const users = await provenance.store.usersOf(study.value, paths);
  if (!users.ok) return null;
  const direct = new Map(Object.entries(users.value));
  if (paths.includes(PROJECT_FILE)) {
    const text = await otherProject();
    const other =
      text === null ? null : (await context.reader.readStudy(text, dir)).reading.project;
    const before = new Map(
      (other?.actions ?? []).map((action) => [action.name, definition(action)]),
    );
    const redefined = study.value.project.actions.filter(
      (action) => before.get(action.name) !== definition(action),
    );
    direct.set(PROJECT_FILE, [
      ...new Set([...(direct.get(PROJECT_FILE) ?? []), ...redefined.map(({name}) => name)]),
    ]);
  }
  const {graph} = snapshot();
  return new Map(
    [...direct].map(([path, names]) => [
      path,
      [...reach(names, (name) => graph?.downstream.get(name))],
    ]),
  );
}

/** What of an action its outputs follow from. */
function definition({run, configJson, needs, outputs}: Action): string {
  return JSON.stringify([
    run.raw,
    configJson,
    needs,
    outputs.map(({tier, pattern}) => [tier, pattern]),
  ]);
}
