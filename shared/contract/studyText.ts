import type {ActionGraph} from '../graph';
import type {Project} from '../project';
import type {StudySnapshot} from '../study';

type Pairs<M> = M extends ReadonlyMap<infer Key, infer Value> ? readonly [Key, Value][] : M;

/** A study without maps, and without the project where that is the one just read: it is most of the text. */
interface PackedStudy extends Omit<StudySnapshot, 'project' | 'graph' | 'scripts'> {
  readonly project: Project | null | 'as read';
  readonly graph: {readonly [Part in keyof ActionGraph]: Pairs<ActionGraph[Part]>} | null;
  readonly scripts: Pairs<StudySnapshot['scripts']>;
}

/** A study as text. */
export function studyText(study: StudySnapshot): string {
  const {project, reading, graph} = study;
  const packed: PackedStudy = {
    ...study,
    project: project !== null && project === reading.project ? 'as read' : project,
    graph: graph && {
      names: graph.names,
      upstream: [...graph.upstream],
      downstream: [...graph.downstream],
      rank: [...graph.rank],
    },
    scripts: [...study.scripts],
  };
  return JSON.stringify(packed);
}

/** The study that `studyText` made this text of. */
export function studyFromText(text: string): StudySnapshot {
  // both ends are of the same program
  const packed = JSON.parse(text) as PackedStudy;
  const {project, reading, graph} = packed;
  return {
    ...packed,
    project: project === 'as read' ? reading.project : project,
    graph: graph && {
      names: graph.names,
      upstream: new Map(graph.upstream),
      downstream: new Map(graph.downstream),
      rank: new Map(graph.rank),
    },
    scripts: new Map(packed.scripts),
  };
}
