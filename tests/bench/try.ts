import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {openDesk, type OpenDesk} from '../../build/openDesk.mjs';
import {EHRQL_REGISTRY, ensureEhrqlImage, noEhrql} from '../cli/ehrqlImage';
import {inCheckout, median, mustRun, secondsOf, sized, type Measurement} from './measurement';

const rounds = sized(5, 1);

const DEFINITION = `from ehrql import create_dataset, show
from ehrql.tables.core import clinical_events, patients

dataset = create_dataset()
dataset.define_population(patients.exists_for_patient())
dataset.configure_dummy_data(population_size=20)
dataset.sex = patients.sex
dataset.events = clinical_events.count_for_patient()
show(dataset)
`;

const PROJECT = `version: '4.0'
actions:
  extract:
    run: ehrql:v1 generate-dataset d.py --output output/d.csv
    outputs: {highly_sensitive: {d: output/d.csv}}
`;

/** What `try` runs, by hand. */
const COMMANDS = `/entry.sh create-dummy-tables d.py /tmp/tables
/entry.sh debug d.py --display-format html --dummy-tables /tmp/tables`;

/** From the call of `try` to its end, and from a save in the window to what it shows, against `docker run --rm` of the same commands. */
export async function bench(): Promise<readonly Measurement[]> {
  if (noEhrql !== null) {
    console.error(`SKIPPED: no definition is tried, as ${noEhrql}.`);
    return [];
  }
  ensureEhrqlImage();
  const dir = await mkdtemp(join(tmpdir(), 'study-desk-try-'));
  try {
    await mkdir(join(dir, 'output'));
    await writeFile(join(dir, 'd.py'), DEFINITION);
    await writeFile(join(dir, 'project.yaml'), PROJECT);
    await tried(dir);
    const ours: number[] = [];
    const bare: number[] = [];
    const shown: number[] = [];
    const window = await openWindow(dir);
    try {
      // in turn, so that what else the machine does falls on all
      for (let round = 0; round < rounds; round += 1) {
        bare.push(await secondsOf(() => byHand(dir)));
        ours.push(await secondsOf(() => tried(dir)));
        shown.push(await secondsFromSave(window, `round ${round}`));
      }
    } finally {
      await window.close();
    }
    const limits = {limit: 1.25, unit: 'times'};
    return [
      {
        name: 'trying a definition against bare docker run',
        ...{measured: median(ours) / median(bare), ...limits},
      },
      {
        name: 'from a save in the window to what it shows, against bare docker run',
        ...{measured: median(shown) / median(bare), ...limits},
      },
    ];
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
}

/** The window with the definition open, to be tried on each save, and tried once. */
async function openWindow(dir: string): Promise<OpenDesk> {
  const desk = await openDesk({dir, env: {DOCKER_REGISTRY: EHRQL_REGISTRY}});
  const {page} = desk;
  await page.getByRole('button', {name: 'extract, '}).first().click();
  await page.getByRole('button', {name: 'd.py', exact: true}).click();
  await page.getByRole('checkbox', {name: 'Try on save'}).check();
  await secondsFromSave(desk, 'first');
  return desk;
}

/** Seconds from the key that saves an edit of the definition until its rows are shown under a new label. */
async function secondsFromSave({page}: OpenDesk, label: string): Promise<number> {
  await page.getByRole('textbox', {name: 'd.py'}).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(
    DEFINITION.replace('show(dataset)', `show(dataset, label="${label}")`),
  );
  return secondsOf(async () => {
    await page.keyboard.press('Control+s');
    await page.getByRole('region', {name: `Shown by ${label}`}).waitFor();
  });
}

function tried(dir: string): Promise<string> {
  const call = [inCheckout('dist/host/cli.cjs'), 'try', 'd.py', '--project-dir', dir];
  return mustRun('env', [`DOCKER_REGISTRY=${EHRQL_REGISTRY}`, process.execPath, ...call]);
}

function byHand(dir: string): Promise<string> {
  const image = `${EHRQL_REGISTRY}/ehrql:v1`;
  const where = ['--network', 'none', '-v', `${dir}:/workspace`, '-w', '/workspace'];
  const shell = ['--entrypoint', '/bin/sh', image, '-c', COMMANDS];
  return mustRun('docker', ['run', '--rm', ...where, ...shell]);
}
