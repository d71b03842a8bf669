import {readFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import type {Project, ProjectReading} from '../../shared/project';
import type {StudySnapshot} from '../../shared/study';
import {buildGraph} from '../study/buildGraph';
import {scriptOf} from '../study/scriptOf';
import {systemErrorCode} from '../workspace/fileSystemError';
import type {ProjectReader} from './projectReader';
import {listStudyFiles} from './studyFiles';

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

/** Reads the study anew; while project.yaml is invalid the last good project and graph stay. */
export async function nextSnapshot(
  before: StudySnapshot,
  reader: ProjectReader,
): Promise<StudySnapshot> {
  const file = await readFile(join(before.dir, 'project.yaml'), 'utf8').catch((error: unknown) => ({
    fault: systemErrorCode(error) ?? 'unknown',
  }));
  const text = typeof file === 'string' ? file : null;
  const files = await listStudyFiles(before.dir);
  const reading =
    typeof file === 'string' ? await reader.read(file, files) : unreadable(file.fault);
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
    scripts: good ? findScripts(project, files) : before.scripts,
  };
}

function findScripts(project: Project, files: ReadonlySet<string>): ReadonlyMap<string, string> {
  const scripts = new Map<string, string>();
  for (const action of project.actions) {
    const script = scriptOf(action, files);
    if (script !== null) scripts.set(action.name, script);
  }
  return scripts;
}

/** What is said of a project.yaml that is not there or can't be read. */
function unreadable(code: string): ProjectReading {
  const missing = code === 'ENOENT';
  return {
    valid: false,
    acceptedByReference: false,
    version: null,
    project: null,
    problems: [
      {
        line: 1,
        column: 1,
        endLine: 1,
        endColumn: 1,
        severity: 'error',
        rule: missing ? 'E-NO-PROJECT-FILE' : 'E-PROJECT-FILE-UNREADABLE',
        source: 'reference',
        message: missing
          ? 'This folder has no project.yaml.'
          : `project.yaml can't be read (${code}).`,
        why: 'A study is described by the file project.yaml at its top.',
        hint: missing
          ? 'Open the folder that holds project.yaml, or make the file.'
          : 'Check its permissions, and close it in other programs.',
        action: null,
        fixes: [],
      },
    ],
  };
}
