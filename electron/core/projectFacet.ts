import type {EditPreview, NewAction} from '../../shared/projectEdit';
import {isOfNeeds, type Problem, type TextEdit} from '../../shared/problem';
import {ok} from '../../shared/result';
import type {GitState} from '../../shared/run';
import type {CodeFile, SampleFile, StudySnapshot} from '../../shared/study';
import {fileInStudy, readCodeFile, recordedFile} from '../files/fileInStudy';
import {readGitState} from '../git/gitState';
import {addSample, sampleFiles} from '../sample/copySample';
import {addActionEdits} from '../study/addAction';
import {previewEdits, writeEdits} from './projectEdits';
import type {Answer} from './studyContext';
import {nextSnapshot} from './studySnapshot';
import type {StudyState} from './studyState';

/** The study as its folder and its project.yaml tell it. */
export interface ProjectFacet {
  /** As it was last read. */
  snapshot(): StudySnapshot;
  /** Reads project.yaml anew; readings follow one another, and the same text gives the same snapshot. */
  readonly reload: () => Promise<StudySnapshot>;
  git(): Answer<GitState | null>;
  previewFix(revision: number, edits: readonly TextEdit[]): Answer<EditPreview>;
  previewAdd(revision: number, action: NewAction): Answer<EditPreview>;
  /** What would be wrong with another text of project.yaml. */
  check(text: string): Answer<readonly Problem[]>;
  applyEdits(revision: number, edits: readonly TextEdit[]): Answer<StudySnapshot>;
  /** What `addSample` would write, and what it would leave as it is. */
  sampleFiles(): Answer<readonly SampleFile[]>;
  /** Makes a study of a folder without project.yaml, from the sample; no file that is there is touched. */
  addSample(): Answer<StudySnapshot>;
  /** A script or another text of the study, its beginning where it is large. */
  readCode(path: string): Answer<CodeFile>;
  /** Absolute path of a file or folder inside the study, links resolved; for other programs to open. */
  resolveFile(path: string): Answer<string>;
}

/** The facet, with what the other facets need of it. */
export interface StudyProject extends ProjectFacet {
  /** Takes in what was found of needs for the text of a revision; of an older one it is dropped. */
  noteNeeds(revision: number, problems: readonly Problem[]): void;
}

/** A snapshot with other warnings about needs than it had; itself where they are the same. */
function withNeeds(snapshot: StudySnapshot, found: readonly Problem[]): StudySnapshot {
  const {reading} = snapshot;
  const before = reading.problems.filter(isOfNeeds);
  if (JSON.stringify(before) === JSON.stringify(found)) return snapshot;
  const others = reading.problems.filter((problem) => !isOfNeeds(problem));
  return {...snapshot, reading: {...reading, problems: [...others, ...found]}};
}

/** Creates it for a study. */
export function createProjectFacet(state: StudyState): StudyProject {
  const {reader} = state.context;
  let reading: Promise<StudySnapshot> = Promise.resolve(state.snapshot());

  const reload = (): Promise<StudySnapshot> => {
    reading = reading
      .catch(() => state.snapshot())
      .then(() => nextSnapshot(state.snapshot(), reader))
      .then((next) => {
        if (next !== state.snapshot()) state.setSnapshot(next);
        return next;
      });
    return reading;
  };

  return {
    snapshot: () => state.snapshot(),
    reload,
    git: async () => ok(await readGitState(state.dir)),
    previewFix: (revision, edits) => previewEdits(state.snapshot(), revision, edits, reader),
    async previewAdd(revision, action) {
      const edits = addActionEdits(state.snapshot().text ?? '', action);
      return edits.ok ? previewEdits(state.snapshot(), revision, edits.value, reader) : edits;
    },
    check: async (text) => ok((await reader.readStudy(text, state.dir)).reading.problems),
    async applyEdits(revision, edits) {
      const written = await writeEdits(state.snapshot(), revision, edits);
      return written.ok ? ok(await reload()) : written;
    },
    sampleFiles: async () => ok(await sampleFiles(state.dir)),
    async addSample() {
      const added = await addSample(state.dir);
      return added.ok ? ok(await reload()) : added;
    },
    readCode: (path) => readCodeFile(state.dir, path),
    resolveFile: (path) =>
      state.history.output(path) === null
        ? fileInStudy(state.dir, path)
        : recordedFile(state.dir, path),
    noteNeeds(revision, problems) {
      reading = reading
        .catch(() => state.snapshot())
        .then((current) => {
          const next = current.revision === revision ? withNeeds(current, problems) : current;
          if (next !== current) state.setSnapshot(next);
          return next;
        });
    },
  };
}
