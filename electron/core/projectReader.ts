import {join} from 'node:path';
import type {ProjectReading} from '../../shared/project';
import {missingProject} from '../study/missingProject';
import {readRegularFile} from '../files/openFile';
import {readWithPart, type StudyReading} from '../study/readProject';
import {openThread} from '../threads/thread';
import {listStudyFiles} from './listStudyFiles';

/** Reads project.yaml texts. */
export interface ProjectReader {
  /** As readWithPart; `files` are study-relative paths with `/`, null to leave out what needs them. */
  read(text: string, files: ReadonlySet<string> | null): Promise<StudyReading>;
  /** Reads the text of a study's project.yaml, null for a missing one, with the study's files at hand. */
  readStudy(text: string | null, studyDir: string): Promise<StudyReading>;
  /** Ends its thread, if it has one; readings under way reject. */
  close(): Promise<void>;
}

/** What a thread is asked. */
interface ReadRequest {
  readonly text: string;
  readonly files: ReadonlySet<string> | null;
}

/** Answers a request. */
export function readAsked({text, files}: ReadRequest): StudyReading {
  return readWithPart(text, files === null ? {} : {files});
}

/** Room for young objects: the parts of a large study live through its reading, and would be copied again and again. */
const YOUNG_SPACE_MB = 32;

/** Reads the text of a study's project.yaml in place, null for a missing one, with the study's files at hand. */
export async function readProject(text: string | null, studyDir: string): Promise<ProjectReading> {
  if (text === null) return missingProject(studyDir);
  const files = await listStudyFiles(studyDir);
  return readWithPart(text, files === null ? {} : {files}).reading;
}

/** The text of a study's project.yaml; null where there is none that can be read. */
export async function projectText(studyDir: string): Promise<string | null> {
  const content = await readRegularFile(join(studyDir, 'project.yaml')).catch(() => null);
  return content?.toString('utf8') ?? null;
}

/** A reader with a thread of its own, started at the first reading; tests of the source read in place. */
export function createProjectReader(): ProjectReader {
  const thread = openThread<ReadRequest, StudyReading>({
    name: 'projectReader',
    youngSpaceMb: YOUNG_SPACE_MB,
    inPlace: () => readAsked,
  });
  return readerBy(
    (request) => thread.call(request),
    () => thread.end(),
  );
}

/** A reader in this thread, for a process with nothing else to do meanwhile: a thread takes a tenth of a second. */
export function createReaderInPlace(): ProjectReader {
  return readerBy(
    async (request) => readAsked(request),
    async () => undefined,
  );
}

function readerBy(
  ask: (request: ReadRequest) => Promise<StudyReading>,
  close: () => Promise<void>,
): ProjectReader {
  return {
    read: (text, files) => ask({text, files}),
    readStudy: async (text, studyDir) =>
      text === null
        ? {reading: missingProject(studyDir), part: null}
        : ask({text, files: await listStudyFiles(studyDir)}),
    close,
  };
}
