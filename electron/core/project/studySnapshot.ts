import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {buildGraph} from '../../../shared/buildGraph';
import type {Project} from '../../../shared/project';
import type {ActionProblem} from '../../../shared/status';
import type {StudySnapshot} from '../../../shared/study';
import {missingProject} from '../../study/missingProject';
import {stillReadable} from '../../study/readablePart';
import {scriptOf} from '../../../shared/script';
import {studyName} from './studyName';
import {projectText, type ProjectReader} from './projectReader';

/** The study before anything was read. */
export function emptySnapshot(dir: string): StudySnapshot {
  return {
    dir,
    name: studyName(dir),
    revision: 0,
    text: null,
    unreadable: null,
    reading: {valid: false, acceptedByReference: false, version: null, problems: [], project: null},
    project: null,
    graph: null,
    broken: true,
    fromBefore: false,
    scripts: new Map(),
  };
}

/**
 * Reads the study anew. While project.yaml is invalid, actions that can be read are as they are now, others as they
 * were before. The same text gives the same snapshot.
 */
export async function nextSnapshot(
  before: StudySnapshot,
  reader: ProjectReader,
): Promise<StudySnapshot> {
  const found = await projectText(before.dir);
  const text = found.ok ? found.value : null;
  const unreadable = found.ok ? null : found.error;
  const same = text === before.text && unreadable?.detail === before.unreadable?.detail;
  if (same && before.revision > 0) return before;
  const {reading, part} = found.ok
    ? await reader.readStudy(text, before.dir)
    : {reading: missingProject(before.dir, found.error), part: null};
  const good = reading.valid && reading.project !== null;
  const project = good ? reading.project : stillReadable(before.project, part);
  const read = {...before, revision: before.revision + 1, text, unreadable, reading, broken: !good};
  if (project === null || project === before.project)
    return {...read, fromBefore: project !== null};
  return {
    ...read,
    project,
    graph: buildGraph(project.actions),
    fromBefore: false,
    scripts: findScripts(project, before.dir),
  };
}

function findScripts(project: Project, studyDir: string): ReadonlyMap<string, string> {
  // hundreds of actions run the same script
  const known = new Map<string, boolean>();
  const files = {
    has(path: string): boolean {
      const exists = known.get(path) ?? existsSync(join(studyDir, path));
      known.set(path, exists);
      return exists;
    },
  };
  const scripts = new Map<string, string>();
  for (const action of project.actions) {
    const script = scriptOf(action, files);
    if (script !== null) scripts.set(action.name, script);
  }
  return scripts;
}

/** What is wrong with each action that has errors of its own; nothing where the text as a whole can't be read. */
export function problemsByAction({
  reading,
  fromBefore,
}: StudySnapshot): ReadonlyMap<string, readonly ActionProblem[]> {
  const byAction = new Map<string, ActionProblem[]>();
  if (fromBefore) return byAction;
  for (const {severity, action, message, line} of reading.problems) {
    if (severity !== 'error' || action === null) continue;
    const known = byAction.get(action);
    if (known === undefined) byAction.set(action, [{message, line}]);
    else known.push({message, line});
  }
  return byAction;
}
