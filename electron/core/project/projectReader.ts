import {stat} from 'node:fs/promises';
import {dirname, join, resolve} from 'node:path';
import type {AppError} from '../../../shared/errors';
import type {ProjectReading} from '../../../shared/project';
import {err, ok, type Result} from '../../../shared/result';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {missingProject} from '../../study/missingProject';
import {readRegularFile} from '../../files/openFile';
import {notUtf8Path} from '../../files/refusedFolder';
import {readWithPart, type StudyReading} from '../../study/readProject';
import {openThread} from '../../threads/thread';
import {definitionWarnings} from '../datasets/definitionChecks';
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

/**
 * Reads the text of a study's project.yaml in place, null for a missing one, with the study's files at hand; with what the
 * texts of its definitions in ehrQL say too.
 */
export async function readProject(text: string | null, studyDir: string): Promise<ProjectReading> {
  if (text === null) return missingProject(studyDir);
  const files = await listStudyFiles(studyDir);
  const {reading, part} = readWithPart(text, files === null ? {} : {files});
  const actions = reading.project?.actions ?? [...(part?.actions.values() ?? [])];
  const found = await definitionWarnings(studyDir, actions);
  return found.length === 0 ? reading : {...reading, problems: [...reading.problems, ...found]};
}

/** The text of a study's project.yaml, null where there is none; or why it can't be read. */
export function projectText(studyDir: string): Promise<Result<string | null, AppError>> {
  return textOf(join(studyDir, 'project.yaml'));
}

/** A project.yaml as somebody names it, by the file or its folder: its text, null where it is missing, and its study. */
export async function givenProject(
  path: string,
): Promise<Result<{readonly text: string | null; readonly dir: string}, AppError>> {
  const given = resolve(path);
  const found = await stat(given).catch(() => null);
  const notUtf8 = found === null ? notUtf8Path(given) : null;
  if (notUtf8 !== null) return err(notUtf8);
  const file = found?.isDirectory() === true ? join(given, 'project.yaml') : given;
  const text = await textOf(file);
  return text.ok ? ok({text: text.value, dir: dirname(file)}) : text;
}

async function textOf(file: string): Promise<Result<string | null, AppError>> {
  try {
    return ok((await readRegularFile(file)).toString('utf8'));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return ok(null);
    return err(fileSystemError(`${file} can't be read.`, error));
  }
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
