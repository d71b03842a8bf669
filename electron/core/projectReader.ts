import {existsSync} from 'node:fs';
import path from 'node:path';
import {Worker} from 'node:worker_threads';
import type {ProjectReading} from '../../shared/project';
import {missingProject} from '../study/missingProject';
import {readProject as readText} from '../study/readProject';
import {listStudyFiles} from './listStudyFiles';

/** Reads project.yaml texts on a thread of their own. */
export interface ProjectReader {
  /** As readProject; `files` are study-relative paths with `/`, null to leave out what needs them. */
  read(text: string, files: ReadonlySet<string> | null): Promise<ProjectReading>;
  /** Reads the text of a study's project.yaml, null for a missing one, with the study's files at hand. */
  readStudy(text: string | null, studyDir: string): Promise<ProjectReading>;
  /** Ends the thread; readings under way reject. */
  close(): Promise<void>;
}

/** What the thread is asked. */
export interface ReadRequest {
  readonly id: number;
  readonly text: string;
  readonly files: ReadonlySet<string> | null;
}

/** What the thread answers. */
export interface ReadReply {
  readonly id: number;
  readonly reading: ProjectReading;
}

/** Room for young objects: the parts of a large study live through its reading, and would be copied again and again. */
const YOUNG_SPACE_MB = 32;

interface Waiting {
  readonly resolve: (reading: ProjectReading) => void;
  readonly reject: (error: Error) => void;
}

/** Reads the text of a study's project.yaml in place, null for a missing one, with the study's files at hand. */
export async function readProject(text: string | null, studyDir: string): Promise<ProjectReading> {
  if (text === null) return missingProject(studyDir);
  const files = await listStudyFiles(studyDir);
  return readText(text, files === null ? {} : {files});
}

/** A reader with a thread of its own, started at the first reading; tests of the source read in place. */
export function createProjectReader(): ProjectReader {
  const workerFile = path.join(__dirname, 'projectReader.worker.cjs');
  // beside the bundle; in tests of the source there is none
  if (!existsSync(workerFile)) {
    return {
      read: async (text, files) => readText(text, files === null ? {} : {files}),
      readStudy: readProject,
      close: async () => undefined,
    };
  }
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let newest = 0;

  const fail = (error: Error): void => {
    worker = null;
    for (const {reject} of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(workerFile, {
      resourceLimits: {maxYoungGenerationSizeMb: YOUNG_SPACE_MB},
    });
    started.on('message', ({id, reading}: ReadReply) => {
      waiting.get(id)?.resolve(reading);
      waiting.delete(id);
      // an idle thread does not keep the process alive; the end of one that is being ended is waited for
      if (worker === started && waiting.size === 0) started.unref();
    });
    started.on('error', fail);
    started.on('exit', () => {
      if (worker === started) fail(new Error('The thread that reads project.yaml ended.'));
    });
    return started;
  };

  const read = (text: string, files: ReadonlySet<string> | null): Promise<ProjectReading> =>
    new Promise((resolve, reject) => {
      worker ??= start();
      newest += 1;
      waiting.set(newest, {resolve, reject});
      worker.ref();
      const request: ReadRequest = {id: newest, text, files};
      worker.postMessage(request);
    });
  return {
    read,
    readStudy: async (text, studyDir) =>
      text === null ? missingProject(studyDir) : read(text, await listStudyFiles(studyDir)),
    close: async () => {
      const ending = worker;
      fail(new Error('The reader of project.yaml was closed.'));
      await ending?.terminate();
    },
  };
}
