import type {projectRequests} from '../../../shared/contract/projectRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {isOfCodelists, isOfFiles, type Problem} from '../../../shared/problem';
import {ok} from '../../../shared/result';
import type {StudySnapshot} from '../../../shared/study';
import {readCodeFile, saveCodeFile} from '../../files/codeFile';
import {fileInStudy, recordedFile} from '../../files/fileInStudy';
import {readGitState} from '../../git/gitState';
import {addSample, sampleFiles} from '../../sample/copySample';
import {addActionEdits} from '../../study/addAction';
import {repeatEdits} from '../../study/repeatAction';
import {ehrqlOptionEdits} from '../../study/runWordEdits';
import {previewEdits, writeEdits} from './projectEdits';
import {previewRename} from './renameAction';
import type {Answer} from '../studyContext';
import {nextSnapshot} from './studySnapshot';
import type {StudyState} from '../studyState';

/** The study as its folder and its project.yaml have it. */
export interface ProjectFacet extends FacetOf<typeof projectRequests> {
  /** As it was last read. */
  snapshot(): StudySnapshot;
  /** Absolute path of a file or folder inside the study, links resolved; for other programs to open. */
  resolveFile(path: string): Answer<string>;
}

/** The facet but for what needs the others too, and with what they need of it. */
export interface StudyProject extends Omit<ProjectFacet, 'rename'> {
  /** Reads project.yaml anew; readings follow one another, and the same text gives the same snapshot. */
  readonly read: () => Promise<StudySnapshot>;
  /** Takes in what was found of needs for the text of a revision; of an older one it is dropped. */
  noteNeeds(revision: number, problems: readonly Problem[]): void;
  /** Takes in what was found of codelists, whatever the text of project.yaml. */
  noteCodelists(problems: readonly Problem[]): Promise<void>;
}

const isOfNeeds = (problem: Problem): boolean => isOfFiles(problem) && !isOfCodelists(problem);

/** A snapshot with other problems of one kind than it had; itself where they are the same. */
function withProblems(
  snapshot: StudySnapshot,
  isOfKind: (problem: Problem) => boolean,
  found: readonly Problem[],
): StudySnapshot {
  const {reading} = snapshot;
  const before = reading.problems.filter(isOfKind);
  if (JSON.stringify(before) === JSON.stringify(found)) return snapshot;
  const others = reading.problems.filter((problem) => !isOfKind(problem));
  return {...snapshot, reading: {...reading, problems: [...others, ...found]}};
}

/** Creates it for a study. */
export function createProjectFacet(state: StudyState): StudyProject {
  const {reader} = state.context;
  let reading: Promise<StudySnapshot> = Promise.resolve(state.snapshot());
  let ofCodelists: readonly Problem[] = [];

  /** One change after the other, each of what the one before has left. */
  const change = (
    make: (now: StudySnapshot) => StudySnapshot | Promise<StudySnapshot>,
  ): Promise<StudySnapshot> => {
    reading = reading
      .catch(() => state.snapshot())
      .then(() => make(state.snapshot()))
      .then((next) => {
        if (next !== state.snapshot()) state.setSnapshot(next);
        return next;
      });
    return reading;
  };
  const read = (): Promise<StudySnapshot> =>
    change(async (now) =>
      withProblems(await nextSnapshot(now, reader), isOfCodelists, ofCodelists),
    );

  const isOutput = (path: string): boolean => state.history.output(path) !== null;

  return {
    snapshot: () => state.snapshot(),
    read,
    reload: async () => ok(await read()),
    git: async () => ok(await readGitState(state.dir)),
    previewFix: ({revision, edits}) => previewEdits(state.snapshot(), revision, edits, reader),
    async previewAdd({revision, action}) {
      const edits = addActionEdits(state.snapshot().text ?? '', action);
      return edits.ok ? previewEdits(state.snapshot(), revision, edits.value, reader) : edits;
    },
    async previewRepeat({revision, repeat}) {
      const made = repeatEdits(state.snapshot().text ?? '', repeat);
      if (!made.ok) return made;
      const {edits, ...rest} = made.value;
      const change = await previewEdits(state.snapshot(), revision, edits, reader);
      return change.ok ? ok({change: change.value, ...rest}) : change;
    },
    async previewOption({revision, action, option, value}) {
      const edits = ehrqlOptionEdits(state.snapshot().text ?? '', action, option, value);
      return edits.ok ? previewEdits(state.snapshot(), revision, edits.value, reader) : edits;
    },
    previewRename: (names) => previewRename(state.snapshot(), state.folder, names, reader),
    check: async ({text}) => ok((await reader.readStudy(text, state.dir)).reading.problems),
    async apply({revision, edits}) {
      const written = await writeEdits(state.snapshot(), revision, edits);
      return written.ok ? ok(await read()) : written;
    },
    sampleFiles: async () => ok(await sampleFiles(state.dir)),
    async addSample() {
      const added = await addSample(state.dir);
      return added.ok ? ok(await read()) : added;
    },
    readCode: ({path}) => readCodeFile(state.dir, path, isOutput(path)),
    saveCode: ({path, ...change}) => saveCodeFile(state.dir, path, change, isOutput(path)),
    resolveFile: (path) =>
      isOutput(path) ? recordedFile(state.dir, path) : fileInStudy(state.dir, path),
    noteNeeds(revision, problems) {
      void change((now) =>
        now.revision === revision ? withProblems(now, isOfNeeds, problems) : now,
      );
    },
    async noteCodelists(problems) {
      ofCodelists = problems;
      await change((now) => withProblems(now, isOfCodelists, problems));
    },
  };
}
