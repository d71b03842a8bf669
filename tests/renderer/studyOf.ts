import {buildGraph} from '../../shared/buildGraph';
import {readProject} from '../../electron/study/readProject';
import type {StudySnapshot} from '../../shared/study';

/** A study over a text, read by the real reader. */
export function studyOf(text: string, revision = 1): StudySnapshot {
  const reading = readProject(text);
  const {project} = reading;
  return {
    dir: '/studies/one',
    name: 'one',
    revision,
    text,
    reading,
    project,
    graph: project === null ? null : buildGraph(project.actions),
    broken: project === null,
    fromBefore: false,
    unreadable: null,
    scripts: new Map(),
  };
}
