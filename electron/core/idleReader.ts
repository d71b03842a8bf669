import {createProjectReader, type ProjectReader} from './projectReader';

/** How long a reader's thread may be idle; it holds on to a lot of memory after a large project.yaml. */
const IDLE_MS = 3000;

/** A reader whose thread ends when nothing has been read for a while, and begins again when needed. */
export function createIdleReader(): ProjectReader {
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
    read: (text, files) => reading((current) => current.read(text, files)),
    readStudy: (text, studyDir) => reading((current) => current.readStudy(text, studyDir)),
    async close() {
      if (timer !== null) clearTimeout(timer);
      await forget();
    },
  };
}
