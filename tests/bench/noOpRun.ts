import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {bareRuns} from './benchStudy';
import {inCheckout, median, mustRun, secondsOf, sized, type Measurement} from './measurement';

const actions = sized(40, 4);
const concurrency = 2;
const rounds = sized(5, 1);

/**
 * 40 independent actions that each write one output, headless with all that belongs to a run, against 40 bare
 * `docker run --rm` of the same image and command, as many at a time.
 */
export async function bench(): Promise<readonly Measurement[]> {
  const dir = await mkdtemp(join(tmpdir(), 'study-desk-noop-'));
  try {
    await writeStudy(dir);
    await runStudy(dir);
    await bareRuns(actions, concurrency);
    const ours: number[] = [];
    const bare: number[] = [];
    // in turn, so that what else the machine does falls on both
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await bareRuns(actions, concurrency));
      ours.push(await secondsOf(() => runStudy(dir)));
    }
    console.error(`bare: ${times(bare)}; Study Desk: ${times(ours)}`);
    return [
      {
        name: `${actions} no-op actions against bare docker run`,
        measured: median(ours) / median(bare),
        limit: 0.75,
        unit: 'times',
      },
    ];
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
}

function times(seconds: readonly number[]): string {
  return seconds.map((each) => `${each.toFixed(2)} s`).join(', ');
}

async function writeStudy(dir: string): Promise<void> {
  const lines = ["version: '4.0'", 'actions:'];
  for (let action = 1; action <= actions; action += 1) {
    lines.push(
      `  write_${action}:`,
      `    run: python:v2 cp analysis/row.csv output/row_${action}.csv`,
      '    outputs:',
      '      moderately_sensitive:',
      `        row: output/row_${action}.csv`,
    );
  }
  await mkdir(join(dir, 'analysis'));
  await writeFile(join(dir, 'analysis/row.csv'), 'count\n10\n');
  // a folder of outputs is in the container only if the study keeps some other file in it (RULES "Workspace")
  await mkdir(join(dir, 'output'));
  await writeFile(join(dir, 'output/.gitkeep'), '');
  await writeFile(join(dir, 'project.yaml'), `${lines.join('\n')}\n`);
}

async function runStudy(dir: string): Promise<void> {
  const names = Array.from({length: actions}, (_, index) => `write_${index + 1}`);
  await mustRun(process.execPath, [
    inCheckout('dist/host/cli.cjs'),
    'run',
    ...names,
    '--project-dir',
    dir,
    '--concurrency',
    String(concurrency),
    '--json',
  ]);
}
