import type {StudyReading} from '../../study/readProject';
import {listStudyFiles} from './listStudyFiles';
import {createProjectReader, projectText, type ProjectReader} from './projectReader';

/** How long a reader's thread may be idle; it holds on to a lot of memory after a large project.yaml. */
const IDLE_MS = 100;

/** How often an invented study is read ahead of the first real one, and of how many actions it is. */
const READ_AHEAD = 6;
const ACTIONS_AHEAD = 300;

/** A reader whose thread comes and goes. */
export interface IdleReader extends ProjectReader {
  /**
   * Starts the thread ahead of the first reading, and keeps it until then, or `forMs` milliseconds. It reads an invented
   * study meanwhile, so that its code is compiled: a large one is then read in two thirds of the time.
   */
  start(forMs?: number): void;
  /** Reads a study that is likely to be opened next; opened unchanged, it is there at once. The last expected counts. */
  expect(studyDir: string): void;
}

/** What a study was when it was read ahead. */
interface Ahead {
  readonly text: string;
  readonly files: ReadonlySet<string> | null;
  readonly reading: StudyReading;
}

function sameFiles(one: ReadonlySet<string> | null, other: ReadonlySet<string> | null): boolean {
  if (one === null || other === null) return one === other;
  return one.size === other.size && [...one].every((path) => other.has(path));
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
    lines.push(`        rounds: output/rounds/round_*_${String(index % 6)}.csv`);
    lines.push('      moderately_sensitive:');
    lines.push(`        table: output/tables/model_${String(index)}.csv`);
    lines.push(`        round: output/rounds/round_${String(index)}*.csv`);
  }
  return `${lines.join('\n')}\n`;
}

/** A reader whose thread ends when nothing has been read for a while, and begins again when needed. */
export function createIdleReader(openReader = createProjectReader): IdleReader {
  let reader: ProjectReader | null = null;
  let underWay = 0;
  let timer: NodeJS.Timeout | null = null;
  /** Nothing of a user's has been asked for yet: the thread that was started ahead stays. */
  let first = true;
  /** How long it stays till then; null for as long as that takes. */
  let startedFor: number | null = null;
  let expected: string | null = null;
  let lookingAhead = false;
  let ahead: {readonly studyDir: string; readonly study: Promise<Ahead | null>} | null = null;

  const forget = async () => {
    const ending = reader;
    reader = null;
    await ending?.close();
  };

  const forgetLater = (): void => {
    if (timer !== null) clearTimeout(timer);
    const idleMs = first ? startedFor : IDLE_MS;
    if (idleMs === null) return;
    timer = setTimeout(() => {
      if (underWay === 0) void forget();
    }, idleMs).unref();
  };

  const reading = async <T>(work: (reader: ProjectReader) => Promise<T>): Promise<T> => {
    reader ??= openReader();
    underWay += 1;
    try {
      return await work(reader);
    } finally {
      underWay -= 1;
      forgetLater();
    }
  };

  /** Ends with the first real reading, which must not wait. */
  const warm = async (started: ProjectReader): Promise<void> => {
    const text = inventedStudy();
    for (let times = 0; times < READ_AHEAD && reader === started && first; times += 1) {
      if (underWay > 0) return;
      await started.read(text, null);
    }
  };

  const lookAhead = async (studyDir: string, before: Ahead | null): Promise<Ahead | null> => {
    const found = await projectText(studyDir);
    const text = found.ok ? found.value : null;
    if (text === null) return null;
    const files = await listStudyFiles(studyDir);
    if (text === before?.text && sameFiles(files, before.files)) return before;
    return {text, files, reading: await reading((current) => current.read(text, files))};
  };

  /** One after another: a pointer that passes over many studies has none read but the last. */
  const readExpected = async (): Promise<void> => {
    lookingAhead = true;
    for (let studyDir = expected; studyDir !== null; studyDir = expected) {
      expected = null;
      const before = ahead?.studyDir === studyDir ? await ahead.study : null;
      ahead = {studyDir, study: lookAhead(studyDir, before).catch(() => null)};
      await ahead.study;
    }
    lookingAhead = false;
  };

  /** What was read ahead of this study; null where it is another by now. */
  const taken = async (text: string, studyDir: string): Promise<StudyReading | null> => {
    const study = ahead?.studyDir === studyDir ? ahead.study : null;
    ahead = null;
    expected = null;
    const known = await study;
    if (known?.text !== text) return null;
    return sameFiles(known.files, await listStudyFiles(studyDir)) ? known.reading : null;
  };

  return {
    start(forMs) {
      if (!first || reader !== null) return;
      startedFor = forMs ?? null;
      reader = openReader();
      void warm(reader).catch(() => undefined);
      forgetLater();
    },
    expect(studyDir) {
      expected = studyDir;
      if (!lookingAhead) void readExpected();
    },
    read(text, files) {
      first = false;
      return reading((current) => current.read(text, files));
    },
    async readStudy(text, studyDir) {
      first = false;
      const known = text === null ? null : await taken(text, studyDir);
      // also where it was read ahead: the thread that did is not needed any more
      return reading(async (current) => known ?? current.readStudy(text, studyDir));
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      expected = null;
      await forget();
    },
  };
}
