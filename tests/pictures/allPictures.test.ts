import {execFile} from 'node:child_process';
import {appendFile, copyFile, mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, describe, expect, it} from 'vitest';
import {takePicture} from '../../build/openDesk.mjs';
import {EHRQL_REGISTRY, noEhrql} from '../cli/ehrqlImage';
import {nodeOf, runAll, waitForState} from '../window/deskActions';
import {checkCodelists, prepareUpdate, write} from '../../electron/codelists/codelists';
import {startCodelistSite, type CodelistSite} from '../unit/codelists/codelistSite';
import {GIT_ALONE} from '../unit/git/gitAlone';
import {dressForPicture} from '../window/keptPicture';
import {inBrowser} from '../window/inBrowser';
import {launchDesk, type Desk} from '../window/launchDesk';
import {resizeDesk} from '../window/layout';
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
  if (inBrowser) await desk.page.screenshot({path: join(folder, file)});
  else await takePicture(desk, join(folder, file));
  const layout = await layoutFaults(desk.page);
  const axe = [...(await seriousViolations(desk.page)), ...(await inForcedColours(desk, look))];
  all.push({study, scene: scene.name, look: lookName(look), file, axe, layout, failure});
}

/** What axe finds in the system's own colours; in one of the looks, as they are the same in all. */
async function inForcedColours({page}: Desk, look: PictureLook): Promise<readonly string[]> {
  if (look !== LOOKS[0]) return [];
  await page.emulateMedia({forcedColors: 'active'});
  // colours change within 120 ms
  await page.waitForTimeout(300);
  const found = await seriousViolations(page);
  await page.emulateMedia({forcedColors: null});
  return found.map((each) => `forced colours: ${each}`);
}

/** Brings the window to a state; the reason where it can't be. */
async function enter(desk: Desk, scene: Scene): Promise<string | null> {
  try {
    if (scene.untouched !== true) await scenes.toRest(desk);
    await scene.enter(desk);
    await desk.page.mouse.move(0, 0);
    await desk.page.waitForTimeout(300);
    return null;
  } catch (error) {
    return String(error).split('\n')[0] ?? 'unknown';
  }
}

/** What a study of pictures may need besides its scenes. */
interface Preparation {
  /** Carried out before each look. */
  readonly before?: () => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Opens the study anew for each look, as if never opened before, and goes through the scenes. */
async function takeAll(
  study: string,
  dir: string | null,
  wanted: readonly Scene[],
  {before, env = {}}: Preparation = {},
): Promise<void> {
  for (const look of LOOKS) {
    if (dir !== null) await rm(join(dir, 'metadata/study-desk/view.json'), {force: true});
    await before?.();
    const desk = await launchDesk({dir, env, ...look});
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
  const args = [program, '--project-dir', dir, 'run', 'run_all', '--stale', '--continue-on-error'];
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

const DEFINITION = 'analysis/dataset_definition.py';
const TESTS = 'analysis/test_dataset_definition.py';
/** A definition of five columns, two of whose three tests are right. */
const DEFINED = {
  'project.yaml': `version: '4.0'
actions:
  extract:
    run: ehrql:v1 generate-dataset ${DEFINITION} --output output/extract.csv.gz
    outputs:
      highly_sensitive: {data: output/extract.csv.gz}
`,
  [DEFINITION]: `from ehrql import case, create_dataset, show, when
from ehrql.tables.core import clinical_events, patients

dataset = create_dataset()
dataset.define_population(patients.date_of_birth.is_on_or_before("2005-01-01"))
dataset.configure_dummy_data(population_size=12)
dataset.sex = patients.sex
dataset.age = patients.age_on("2023-04-01")
dataset.age_band = case(
    when(dataset.age < 40).then("18-39"),
    when(dataset.age < 65).then("40-64"),
    otherwise="65+",
)
dataset.last_event = clinical_events.sort_by(clinical_events.date).last_for_patient().date
dataset.events_in_the_study_period = clinical_events.count_for_patient()
show(dataset, label="the dataset")
`,
  [TESTS]: `import sys

sys.path.append("analysis")
from datetime import date

from dataset_definition import dataset

test_data = {
${[1, 2, 3]
  .map(
    (id) => `    ${id}: {
        "patients": {"sex": "female", "date_of_birth": date(19${id}0, 1, 1)},
        "clinical_events": [],
        "expected_in_population": True,
        "expected_columns": {"sex": "${id === 3 ? 'male' : 'female'}"},
    },
`,
  )
  .join('')}}
`,
};

const TABLE = 'dummy_tables/patients.csv';
/** A definition with a parameter and a dummy table. */
const TABLED = {
  'project.yaml': `version: '4.0'
actions:
  extract:
    run: ehrql:v1 generate-dataset ${DEFINITION} --dummy-tables dummy_tables --output output/extract.csv -- --index-date 2020-03-01
    outputs:
      highly_sensitive: {data: output/extract.csv}
`,
  [DEFINITION]: DEFINED[DEFINITION],
  [TABLE]: `patient_id,sex,date_of_birth,date_of_death
${Array.from({length: 40}, (_, at) => `${at + 1},female,19${50 + at}-01-01,\n`).join('')}`,
};

const ASTHMA = 'codelists/opensafely-asthma.csv';

/** A study with a codelist in each state, as the server knew them a moment ago. */
async function studyOfCodelists(site: CodelistSite): Promise<string> {
  const ids = ['asthma/1', 'copd/1', 'bmi/1', 'inhalers-dmd/1', 'smoking/1'];
  const csv = 'code,term\nJ45,Asthma\nJ459,"Asthma, unspecified"\nJ46,Status asthmaticus\n';
  for (const id of ids) site.lists.set(`opensafely/${id}`, {csv});
  const medicines = 'dmd_id,term\n317335000,Salbutamol\n';
  site.lists.set('opensafely/inhalers-dmd/1', {csv: medicines});
  site.lists.set('opensafely/bmi/1', {csv, status: 'under review'});
  site.lists.set('opensafely/copd/2026-05-01', {csv});
  const names = ids.map((id) => id.split('/')[0] ?? '');
  const dir = await writeStudy('codelists', {
    'project.yaml': diamond['project.yaml'] ?? '',
    'analysis/make_cohort.py': names
      .map((name) => `open("codelists/opensafely-${name}.csv")\n`)
      .join(''),
    'codelists/codelists.txt': `${ids.map((id) => `opensafely/${id}`).join('\n')}\n`,
    'codelists/codelists.json': '{"files": {}}',
    'codelists/unlisted.csv': 'code,term\nE10,Type 1 diabetes\n',
    'local_codelists/mine.csv': 'code,term\nU074,Post covid\n',
  });
  const server = {base: site.base, proxy: null, offline: false, version: '0', ci: false};
  const work = {studyDir: dir, server, asksVersions: true};
  const prepared = await prepareUpdate(work, {deleteUnlisted: false});
  if (!prepared.ok || !(await write(prepared.value)).ok) throw new Error('No codelists.');
  const git = (...args: readonly string[]) =>
    promisify(execFile)('git', ['-C', dir, ...args], {env: GIT_ALONE});
  await git('init', '-q');
  await git('add', 'codelists');
  await git('commit', '-q', '-m', 'First lists');
  site.lists.set('opensafely/inhalers-dmd/1', {csv: `${medicines}39113611000001102,Salbutamol\n`});
  await appendFile(join(dir, 'codelists/opensafely-smoking.csv'), 'F17,Tobacco\n');
  await writeFile(join(dir, ASTHMA), csv.replace('J46', 'J44'));
  await checkCodelists(work);
  return dir;
}

/** How long a scene may wait for one thing, in milliseconds. */
const WAIT_MS = 10_000;
const MINUTES = 60_000;

/** `npm run pictures -- --all`: every state of the window in every look, each held to axe and to its layout. */
describe('all pictures', () => {
  it('start', () => takeAll('start', null, scenes.ofStart), 10 * MINUTES);

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

  it.skipIf(noEhrql !== null)(
    'definition',
    async () => {
      const dir = await writeStudy('definition', DEFINED);
      const env = {DOCKER_REGISTRY: EHRQL_REGISTRY};
      await takeAll('definition', dir, scenes.ofDefinition(DEFINITION), {env});
    },
    60 * MINUTES,
  );

  it(
    'changes',
    async () => {
      const dir = await sampleStudy();
      const git = (...args: readonly string[]) =>
        promisify(execFile)('git', ['-C', dir, ...args], {env: GIT_ALONE});
      await git('init', '-q', '-b', 'main');
      await git('add', '-A');
      await git('commit', '-q', '-m', 'Start');
      await git('branch', 'other');
      await appendFile(join(dir, 'analysis/check_patients.py'), '\nprint("checked")\n');
      await git('commit', '-q', '-a', '-m', 'Check');
      await appendFile(join(dir, 'analysis/count_by_region.py'), '\nprint("counted")\n');
      await runEverything(dir);
      await writeFile(join(dir, 'analysis/count_by_region.py'), FAILING);
      await writeFile(join(dir, 'analysis/new_model.py'), 'print("model")\n');
      await appendFile(join(dir, 'README.md'), '\nMore.\n');
      const env = {GIT_CONFIG_GLOBAL: join(dir, 'metadata/gitconfig')};
      await takeAll('changes', dir, scenes.ofChanges, {env});
    },
    20 * MINUTES,
  );

  it(
    'tables',
    async () => {
      await takeAll('tables', await writeStudy('tables', TABLED), scenes.ofTables(TABLE));
    },
    20 * MINUTES,
  );

  it(
    'codelists',
    async () => {
      const site = await startCodelistSite();
      const dir = await studyOfCodelists(site);
      const env = {OPENCODELISTS_BASE_URL: site.base, GIT_CONFIG_GLOBAL: join(dir, 'none')};
      await takeAll('codelists', dir, scenes.ofCodelists(ASTHMA), {env});
      await site.close();
      await takeAll('codelists', dir, scenes.ofCodelistsOffline, {env});
    },
    30 * MINUTES,
  );

  it(
    'news',
    async () => {
      const dir = await sampleStudy();
      await runEverything(dir);
      const desk = await launchDesk({dir});
      const seen = join(dir, 'metadata/study-desk/seen.json');
      await expect
        .poll(() => readFile(seen, 'utf8').catch(() => ''), {timeout: WAIT_MS})
        .not.toBe('');
      await desk.close();
      const note = await readFile(seen, 'utf8');
      await writeFile(join(dir, 'analysis/count_by_region.py'), FAILING);
      await runEverything(dir);
      await appendFile(join(dir, 'analysis/check_patients.py'), '\nprint("checked")\n');
      // as if not opened since, each time
      await takeAll('news', dir, scenes.news, {before: () => writeFile(seen, note)});
    },
    20 * MINUTES,
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
        await resizeDesk(desk, look.width, look.height, look.zoom, look.theme);
        await desk.page.waitForTimeout(250);
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
