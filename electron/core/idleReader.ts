import {createProjectReader, type ProjectReader} from './projectReader';

/** How long a reader's thread may be idle; it holds on to a lot of memory after a large project.yaml. */
const IDLE_MS = 100;

/** A reader whose thread comes and goes. */
export interface IdleReader extends ProjectReader {
  /** Starts the thread ahead of the first reading, and keeps it until then. */
  start(): void;
}

/** A reader whose thread ends when nothing has been read for a while, and begins again when needed. */
export function createIdleReader(): IdleReader {
  let reader: ProjectReader | null = null;
  let underWay = 0;
  let timer: NodeJS.Timeout | null = null;

  const forget = async () => {
    const ending = reader;
    reader = null;
    await ending?.close();
  };

  const reading = async <T>(work: (reader: ProjectReader) => Promise<T>): Promise<T> => {
    reader ??= createProjectReader();
    underWay += 1;
    try {
      return await work(reader);
    } finally {
      underWay -= 1;
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => {
        if (underWay === 0) void forget();
      }, IDLE_MS);
      timer.unref();
    }
  };

  return {
    start() {
      reader ??= createProjectReader();
      // an empty text is no project, which is all there is to say of it
      reader.read('', null).catch(() => undefined);
    },
    read: (text, files) => reading((current) => current.read(text, files)),
    readStudy: (text, studyDir) => reading((current) => current.readStudy(text, studyDir)),
    async close() {
      if (timer !== null) clearTimeout(timer);
      await forget();
    },
  };
}
