import {existsSync} from 'node:fs';
import {basename, join} from 'node:path';
import type {Project} from '../../shared/project';
import type {StudySnapshot} from '../../shared/study';
import {readRegularFile} from '../files/readRegularFile';
import {buildGraph} from '../study/buildGraph';
import {scriptOf} from '../study/scriptOf';
import type {ProjectReader} from './projectReader';

/** The study before anything was read. */
export function emptySnapshot(dir: string): StudySnapshot {
  return {
    dir,
    name: basename(dir),
    revision: 0,
    text: null,
    reading: {valid: false, acceptedByReference: false, version: null, problems: [], project: null},
    project: null,
    graph: null,
    broken: true,
    scripts: new Map(),
  };
}

/**
 * Reads the study anew; while project.yaml is invalid the last good project and graph stay. The same
 * text gives the same snapshot.
 */
export async function nextSnapshot(
  before: StudySnapshot,
  reader: ProjectReader,
): Promise<StudySnapshot> {
  const text =
    (await readRegularFile(join(before.dir, 'project.yaml')).catch(() => null))?.toString('utf8') ??
    null;
  if (text === before.text && before.revision > 0) return before;
  const reading = await reader.readStudy(text, before.dir);
  const {project} = reading;
  const good = reading.valid && project !== null;
  return {
    ...before,
    revision: before.revision + 1,
    text,
    reading,
    project: good ? project : before.project,
    graph: good ? buildGraph(project.actions) : before.graph,
    broken: !good,
    scripts: good ? findScripts(project, before.dir) : before.scripts,
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
