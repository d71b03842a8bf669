import {mkdtemp, readFile, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createProjectReader} from '../../electron/core/project/projectReader';
import {buildGraph} from '../../shared/buildGraph';
import {readProject} from '../../electron/study/readProject';
import {writeLargeStudy} from './largeStudy';
import {inCheckout, isSmall, median, sized, type Measurement} from './measurement';

const rounds = sized(5, 1);
const warmRounds = sized(5, 1);

/** What reading project.yaml takes: the largest real study, the whole corpus, and growth. */
export async function bench(): Promise<readonly Measurement[]> {
  const text = await largestText();
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const reader = createProjectReader();
    cold.push(await millisecondsToGraph(reader, text));
    for (let again = 0; again < warmRounds; again += 1) await millisecondsToGraph(reader, text);
    warm.push(await millisecondsToGraph(reader, text));
    await reader.close();
  }
  const name = 'Read, check and build the graph of the largest study';
  return [
    {name: `${name}, first time in a thread`, measured: median(cold), limit: 300, unit: 'ms'},
    {name: `${name}, again`, measured: median(warm), limit: 200, unit: 'ms'},
    ...(isSmall ? [] : await corpus()),
    {
      name: 'Cost of an action among 20,000 against one among 5,000',
      measured: median(Array.from({length: rounds}, growth)),
      limit: 1.5,
      unit: 'times',
    },
  ];
}

async function largestText(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-read-'));
  try {
    await writeLargeStudy(folder);
    return await readFile(join(folder, 'project.yaml'), 'utf8');
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

type Reader = ReturnType<typeof createProjectReader>;

async function millisecondsToGraph(reader: Reader, text: string): Promise<number> {
  const startedAt = performance.now();
  const {reading} = await reader.read(text, null);
  buildGraph(reading.project?.actions ?? []);
  return performance.now() - startedAt;
}

/** The whole corpus in one process; nothing where it does not lie beside the checkout. */
async function corpus(): Promise<readonly Measurement[]> {
  const texts: string[] = [];
  for (const set of ['projects', 'history']) {
    const folder = inCheckout(`../shared/corpus/${set}`);
    const files = await readdir(folder).catch(() => []);
    for (const file of files) texts.push(await readFile(join(folder, file), 'utf8'));
  }
  if (texts.length === 0) return [];
  const measured = Array.from({length: rounds}, () => {
    const startedAt = performance.now();
    for (const text of texts) readProject(text);
    return (performance.now() - startedAt) / 1000;
  });
  return [
    {
      name: `Read all ${texts.length} files of the corpus`,
      measured: median(measured),
      limit: 1.5,
      unit: 's',
    },
  ];
}

/** Milliseconds an action takes among many, over those it takes among few. */
function growth(): number {
  const [few, many] = [sized(5000, 100), sized(20_000, 400)];
  return perAction(many) / perAction(few);
}

function perAction(count: number): number {
  const text = generatedProject(count);
  readProject(text);
  const startedAt = performance.now();
  readProject(text);
  return (performance.now() - startedAt) / count;
}

function generatedProject(count: number): string {
  const actions = Array.from(
    {length: count},
    (_, index) => `  action_${index}:
    run: r:v2 analysis/model.R ${index}
    needs: [${index === 0 ? '' : `action_${index - 1}`}]
    outputs:
      moderately_sensitive:
        table: output/table_${index}_*.csv
`,
  );
  return `version: 5\nactions:\n${actions.join('')}`;
}
