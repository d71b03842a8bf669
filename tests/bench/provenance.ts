import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {mkdir, mkdtemp, open, rm, stat, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {createProvenance, type ProvenanceStore} from '../../electron/provenance/createProvenance';
import type {StudyNow} from '../../electron/provenance/provenance';
import {stageCode} from '../../electron/files/stageCode';
import type {OutputFile} from '../../shared/output';
import {actionOf, graphOf} from '../unit/query/studyOfActions';
import {median, secondsOf, sized, type Measurement} from './measurement';

const actions = sized(200, 20);
const codeFiles = sized(4800, 96);
const bytesPerOutput = sized(10 * 1024 * 1024, 10_000);
const rounds = sized(5, 1);

/** A study of 5,000 files with 2 GB of outputs: checked again in the same process, and in one that has just started. */
export async function bench(): Promise<readonly Measurement[]> {
  const dir = await mkdtemp(join(tmpdir(), 'study-desk-provenance-'));
  try {
    const study = await writeStudy(dir);
    const store = createProvenance(dir);
    await recordAll(dir, study, store);
    await mustCheck(store, study);
    const warm: number[] = [];
    const fresh: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      warm.push(await secondsOf(() => mustCheck(store, study)));
      const another = createProvenance(dir);
      fresh.push(await secondsOf(() => mustCheck(another, study)));
      await another.close();
    }
    await store.close();
    // no limit is set for it, but the command line starts anew each time
    console.error(`in a new process: ${Math.round(median(fresh) * 1000)} ms`);
    return [
      {
        name: 'Provenance of 5,000 files and 2 GB of outputs, checked again',
        measured: Math.round(median(warm) * 1000),
        limit: 300,
        unit: 'ms',
      },
    ];
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
}

async function writeStudy(dir: string): Promise<StudyNow> {
  const parsed = Array.from({length: actions}, (_, index) =>
    actionOf({
      name: `action_${index}`,
      script: `analysis/folder_${index % 48}/script_${index}.R`,
      needs: index < 10 ? [] : [`action_${index % 10}`],
    }),
  );
  for (let index = 0; index < codeFiles; index += 1) {
    const folder = join(dir, `analysis/folder_${index % 48}`);
    await mkdir(folder, {recursive: true});
    // what a path from the environment reads can't be told by a scan
    const text = `value <- ${index}\nsource(Sys.getenv("FILE"))\n`.repeat(20);
    await writeAged(join(folder, `script_${index}.R`), text);
  }
  await mkdir(join(dir, 'output'));
  for (let index = 0; index < actions; index += 1) {
    const file = join(dir, `output/action_${index}.csv`);
    await writeAged(file, `value\n${index}\n`, bytesPerOutput);
  }
  const project = {
    version: 5,
    populationSize: null,
    actions: parsed,
    runAll: parsed.map(({name}) => name),
  };
  const graph = graphOf(project);
  const rank = new Map(graph.names.map((name, index) => [name, index < 10 ? 0 : 1]));
  return {
    project,
    graph: {...graph, rank},
    imageIds: new Map([['r:v2', 'sha256:1']]),
    successes: new Map(
      parsed.map(({name}, index) => [
        name,
        {
          ranBy: 'study-desk',
          jobId: `job_${index}`,
          completedAt: new Date().toISOString(),
          notRecorded: null,
        },
      ]),
    ),
  };
}

/** A file that was last written a day ago, as long as asked for without taking up the disk. */
async function writeAged(file: string, text: string, size?: number): Promise<void> {
  await writeFile(file, text);
  if (size !== undefined) {
    const handle = await open(file, 'r+');
    await handle.truncate(size);
    await handle.close();
  }
  const dayAgo = new Date(Date.now() - 86_400_000);
  await utimes(file, dayAgo, dayAgo);
}

/** Every action has succeeded: half were seen to read their script, for half all code counts. */
async function recordAll(dir: string, study: StudyNow, store: ProvenanceStore): Promise<void> {
  const patterns = study.project.actions.flatMap((action) => action.outputs.map((o) => o.pattern));
  const code = await stageCode(dir, patterns);
  if (!code.ok) throw new Error(code.error.message);
  for (const [index, action] of study.project.actions.entries()) {
    const outputs = [await outputOf(dir, `output/${action.name}.csv`)];
    const script = action.run.argv[1] ?? '';
    const jobId = `job_${index}`;
    const begun = await store.noteStaged({
      action,
      jobId,
      actionCommit: null,
      code: index === 0 ? code.value.entries : null,
      codeKey: code.value.codeKey,
      inputs: [],
    });
    if (!begun.ok) throw new Error(begun.error.message);
    const noted = await store.recordSuccess({
      action,
      jobId,
      completedAt: new Date().toISOString(),
      imageId: 'sha256:1',
      actionCommit: null,
      filesRead: index % 2 === 0 ? [script] : null,
      outputs,
    });
    if (!noted.ok) throw new Error(noted.error.message);
  }
}

async function outputOf(dir: string, path: string): Promise<OutputFile> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(dir, path)), hash);
  const {size} = await stat(join(dir, path));
  return {path, tier: 'moderately_sensitive', size, sha256: hash.digest('hex')};
}

async function mustCheck(store: ProvenanceStore, study: StudyNow): Promise<void> {
  const checked = await store.check(study);
  if (!checked.ok) throw new Error(checked.error.message);
  const kinds = new Set([...checked.value.values()].map(({kind}) => kind));
  if (kinds.size === 0 || kinds.has('never-run') || kinds.has('not-verified'))
    throw new Error('The check saw no successes.');
}
