import {createProjectReader, type ProjectReader} from './projectReader';

/** How long a reader's thread may be idle; it holds on to a lot of memory after a large project.yaml. */
const IDLE_MS = 100;

/** How often an invented study is read ahead of the first real one, and of how many actions it is. */
const READ_AHEAD = 12;
const ACTIONS_AHEAD = 60;

/** A reader whose thread comes and goes. */
export interface IdleReader extends ProjectReader {
  /**
   * Starts the thread ahead of the first reading, and keeps it until then. It reads an invented study meanwhile, so
   * that its code is compiled: a large one is then read in two thirds of the time.
   */
  start(): void;
}

/** A project.yaml of all that studies have, to be read for nothing. */
function inventedStudy(): string {
  const lines = ["version: '4.0'", 'expectations:', '  population_size: 1000', 'actions:'];
  for (let index = 0; index < ACTIONS_AHEAD; index += 1) {
    const script = `analysis/model_${String(index % 9)}.R`;
    lines.push(`  model_${String(index)}:`, `    run: r:v2 ${script} --year "${String(index)}"`);
    if (index > 0) lines.push('    needs:', `      - model_${String(index - 1)} # the one before`);
    lines.push('    outputs:', '      highly_sensitive:');
    lines.push(`        data: output/model_${String(index)}/data_*.feather`);
    lines.push('      moderately_sensitive:');
    lines.push(`        table: output/tables/model_${String(index)}.csv`);
  }
  return `${lines.join('\n')}\n`;
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

  /** Ends with the first real reading, which must not wait. */
  const readAhead = async (started: ProjectReader): Promise<void> => {
    const text = inventedStudy();
    for (let times = 0; times < READ_AHEAD && reader === started && timer === null; times += 1) {
      if (underWay > 0) return;
      await started.read(text, null);
    }
  };

  return {
    start() {
      reader ??= createProjectReader();
      void readAhead(reader).catch(() => undefined);
    },
    read: (text, files) => reading((current) => current.read(text, files)),
    readStudy: (text, studyDir) => reading((current) => current.readStudy(text, studyDir)),
    async close() {
      if (timer !== null) clearTimeout(timer);
      await forget();
    },
  };
}
