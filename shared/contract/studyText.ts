import {buildGraph} from '../buildGraph';
import type {Project} from '../project';
import type {StudySnapshot} from '../study';

/** A study without its graph, which the page makes anew, and without the project where that is the one just read: they are most of the text. */
interface PackedStudy extends Omit<StudySnapshot, 'project' | 'graph' | 'scripts'> {
  readonly project: Project | null | 'as read';
  readonly scripts: readonly (readonly [string, string])[];
}

/** A study as text. */
export function studyText(study: StudySnapshot): string {
  const {graph: _graph, ...rest} = study;
  const {project, reading} = rest;
  const packed: PackedStudy = {
    ...rest,
    project: project !== null && project === reading.project ? 'as read' : project,
    scripts: [...study.scripts],
  };
  return JSON.stringify(packed);
}

/** The study that `studyText` made this text of. */
export function studyFromText(text: string): StudySnapshot {
  // both ends are of the same program
  const packed = JSON.parse(text) as PackedStudy;
  const project = packed.project === 'as read' ? packed.reading.project : packed.project;
  return {
    ...packed,
    project,
    graph: project && buildGraph(project.actions),
    scripts: new Map(packed.scripts),
  };
}
