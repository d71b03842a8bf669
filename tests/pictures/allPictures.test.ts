import {execFile} from 'node:child_process';
import {appendFile, copyFile, mkdir, rm, writeFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, describe, expect, it} from 'vitest';
import {changeLook, takePicture} from '../../build/openDesk.mjs';
import {nodeOf, runAll, waitForState} from '../window/deskActions';
import {dressForPicture} from '../window/keptPicture';
import {launchDesk, type Desk} from '../window/launchDesk';
import {layoutFaults} from '../window/layoutFaults';
import {seriousViolations} from '../window/seriousViolations';
import {diamond, emptyFolder, sampleStudy, writeStudy} from '../window/windowStudy';
import {lookName, LOOKS, type PictureLook} from './looks';
import * as scenes from './scenes';
import type {Scene} from './scenes';
import {findingsOf, isWrong, writeSummary, type Taken} from './summary';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const folder = resolve(process.env.STUDY_DESK_PICTURES ?? join(checkout, 'dist/pictures'));
const corpus = resolve(process.env.STUDY_DESK_CORPUS ?? join(checkout, '../shared/corpus'));

const all: Taken[] = [];

afterAll(async () => {
  process.stdout.write(`\n${await writeSummary(folder, all)}\nThe pictures are in ${folder}\n`);
});

/** Takes the picture of a state and looks for what is wrong with it; of what there is where it can't be come to. */
async function take(desk: Desk, study: string, scene: Scene, look: PictureLook): Promise<void> {
  const failure = await enter(desk, scene);
  const file = join(study, `${scene.name} ${lookName(look)}.png`);
  await mkdir(join(folder, study), {recursive: true});
  await takePicture(desk, join(folder, file));
  const layout = await layoutFaults(desk.page);
  const axe = await seriousViolations(desk.page);
  all.push({study, scene: scene.name, look: lookName(look), file, axe, layout, failure});
}

/** Brings the window to a state; the reason where it can't be. */
async function enter(desk: Desk, scene: Scene): Promise<string | null> {
  try {
    await scenes.toRest(desk);
    await scene.enter(desk);
    await desk.page.mouse.move(0, 0);
    await desk.page.waitForTimeout(300);
    return null;
  } catch (error) {
    return String(error).split('\n')[0] ?? 'unknown';
  }
}

/** Opens the study anew for each look, as if never opened before, and goes through the scenes. */
async function takeAll(study: string, dir: string | null, wanted: readonly Scene[]): Promise<void> {
  for (const look of LOOKS) {
    if (dir !== null) await rm(join(dir, 'metadata/study-desk/view.json'), {force: true});
    const desk = await launchDesk({dir, ...look});
    await dressForPicture(desk);
    desk.page.setDefaultTimeout(WAIT_MS);
    await desk.page.waitForTimeout(1500);
    for (const scene of wanted) await take(desk, study, scene, look);
    await desk.close();
    // whoever waits may look
    await writeSummary(folder, all);
  }
  expectNothingWrong(study);
}

function expectNothingWrong(study: string): void {
  const own = all.filter((taken) => taken.study === study);
  expect(own.filter(isWrong).flatMap(findingsOf)).toEqual([]);
}

/** A folder with the project.yaml of a real study. */
async function realStudy(name: string): Promise<string> {
  const dir = join(await emptyFolder(), name.replace(/^.*__/, ''));
  await mkdir(dir);
  const from = join(corpus, `projects/${name}.project.yaml`);
  await copyFile(from, join(dir, 'project.yaml')).catch(() => {
    throw new Error(`${from} is missing. Name the folder of real studies: --corpus DIR`);
  });
  return dir;
}

/** Runs all actions from the command line; jobs may fail. */
async function runEverything(dir: string): Promise<void> {
  const program = join(checkout, 'build/study-desk.mjs');
  const args = [program, '--project-dir', dir, 'run', 'run_all', '--continue-on-error'];
  await promisify(execFile)(process.execPath, args).catch(() => undefined);
}

const FAILING = `import sys

print("Reading patients", flush=True)
sys.exit("The column region is missing")
`;
const HOLD = '\nimport sys\nimport time\n\nsys.stdout.flush()\ntime.sleep(3600)\n';
const WRONG = {
  ...diamond,
  'project.yaml': (diamond['project.yaml'] ?? '').replace(
    'needs: [make_cohort]',
    'needs: [make_cohrot]',
  ),
};

/** How long a scene may wait for one thing, in milliseconds. */
const WAIT_MS = 10_000;
const MINUTES = 60_000;

/** `npm run pictures -- --all`: every state of the window in every look, each held to axe and to its layout. */
describe('all pictures', () => {
  it('start', () => takeAll('start', null, scenes.asItIs), 10 * MINUTES);

  it(
    'bare',
    async () => {
      await takeAll('bare', await writeStudy('bare', {'analysis/first.py': ''}), scenes.asItIs);
    },
    10 * MINUTES,
  );

  it(
    'errors',
    async () => {
      await takeAll('errors', await writeStudy('errors', WRONG), scenes.withErrors);
    },
    20 * MINUTES,
  );

  it(
    'sample',
    async () => {
      const fresh = [...scenes.ofAnyStudy('count_by_region'), ...scenes.ofWindow];
      await takeAll('sample', await sampleStudy(), fresh);
    },
    60 * MINUTES,
  );

  it(
    'done',
    async () => {
      const dir = await sampleStudy();
      await runEverything(dir);
      await takeAll('done', dir, scenes.afterRun);
    },
    60 * MINUTES,
  );

  it(
    'failing',
    async () => {
      const dir = await sampleStudy();
      await writeFile(join(dir, 'analysis/count_by_region.py'), FAILING);
      await runEverything(dir);
      await takeAll('failing', dir, scenes.afterFailure);
    },
    60 * MINUTES,
  );

  it(
    'running',
    async () => {
      const dir = await sampleStudy();
      for (const script of ['check_patients.py', 'count_by_month.py'])
        await appendFile(join(dir, 'analysis', script), HOLD);
      const desk = await launchDesk({dir});
      await dressForPicture(desk);
      await waitForState(desk.page, 'write_report', 'never-run');
      await runAll(desk.page);
      await waitForState(desk.page, 'count_by_month', 'running');
      await nodeOf(desk.page, 'check_patients').click();
      for (const look of LOOKS) {
        await changeLook(desk, look);
        await desk.page.waitForTimeout(500);
        for (const scene of scenes.underWay) await take(desk, 'running', scene, look);
      }
      await scenes.toRest(desk);
      await desk.page.getByRole('button', {name: /^Stop \d+ jobs?$/}).click();
      await waitForState(desk.page, 'check_patients', 'cancelled');
      expectNothingWrong('running');
    },
    60 * MINUTES,
  );

  it.each([
    ['actions', 'opensafely__uom_pregnancy_tx_pathways', 'describe_SDR_cohorts'],
    ['group', 'opensafely__RiskFactorsWinterInfections', 'combine_main_results'],
    ['largest', 'opensafely__disparities-comparison', 'collate_flow_chart_tables_older_adults'],
  ])(
    '%s',
    async (name, study, action) => {
      const wanted = [...scenes.ofAnyStudy(action), ...scenes.ofGroups];
      await takeAll(name, await realStudy(study), wanted);
    },
    120 * MINUTES,
  );
});
