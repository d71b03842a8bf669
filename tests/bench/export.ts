import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {action, IMAGE, writeActions} from './benchStudy';
import {
  inCheckout,
  isSmall,
  median,
  mustRun,
  secondsOf,
  sized,
  type Measurement,
} from './measurement';

const ACTIONS = sized(2191, 30);
const MANY = sized(20_000, 60);
const RUN = sized(40, 3);
const ROUNDS = sized(3, 1);
/** Scripts of the invented study, each of which has so many similar actions. */
const SCRIPTS = sized(97, 5);

/** A study written for Snakemake, against a Snakefile of plain rules written by hand for the same actions. */
export async function bench(): Promise<readonly Measurement[]> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-bench-export-'));
  try {
    return await measured(root);
  } finally {
    await rm(root, {recursive: true, force: true});
  }
}

async function measured(root: string): Promise<readonly Measurement[]> {
  const usual = await exportOf(join(root, 'usual'), ACTIONS);
  const many = await exportOf(join(root, 'many'), MANY);
  const dry: number[] = [];
  const byHand: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    byHand.push(await secondsOf(() => dryRun(usual.plain)));
    dry.push(await secondsOf(() => dryRun(usual.to)));
  }
  const dryMany = await secondsOf(() => dryRun(many.to));
  const run = await exportOf(join(root, 'run'), RUN, sized(20, 5));
  const staged: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await rm(join(run.to, 'done'), {recursive: true, force: true});
    await rm(join(run.plain, 'done'), {recursive: true, force: true});
    const bare = await secondsOf(() => runAll(run.plain));
    const ours = await secondsOf(() => runAll(run.to));
    staged.push(((ours - bare) * 1000) / RUN);
  }
  console.error(
    `by hand ${median(byHand).toFixed(2)} s, ours ${median(dry).toFixed(2)} s; ${MANY}: ours ${dryMany.toFixed(1)} s`,
  );
  const perAction = (seconds: number, actions: number): number => seconds / actions;
  return [
    {name: `export of ${ACTIONS} actions`, measured: usual.seconds, limit: 3, unit: 's'},
    {
      name: `dry run of ${ACTIONS} actions against plain rules`,
      measured: median(dry) / median(byHand),
      limit: 1.5,
      unit: 'times',
    },
    {
      name: 'staging of an action of 20 scripts, beside Snakemake and its container',
      measured: median(staged),
      limit: 60,
      unit: 'ms',
    },
    {
      name: `export of an action of ${MANY} against one of ${ACTIONS}`,
      measured: perAction(many.seconds, MANY) / perAction(usual.seconds, ACTIONS),
      limit: isSmall ? null : 1.2,
      unit: 'times',
    },
    {
      name: `dry run of an action of ${MANY} against one of ${ACTIONS}`,
      measured: perAction(dryMany, MANY) / perAction(median(dry), ACTIONS),
      limit: isSmall ? null : 1.2,
      unit: 'times',
    },
  ];
}

interface Exported {
  readonly to: string;
  /** The folder with rules written by hand. */
  readonly plain: string;
  readonly seconds: number;
}

async function exportOf(root: string, count: number, scripts = SCRIPTS): Promise<Exported> {
  const study = join(root, 'study');
  const [to, plain] = [join(root, 'to'), join(root, 'plain')];
  await mkdir(join(study, 'analysis'), {recursive: true});
  for (let script = 0; script < scripts; script += 1)
    await writeFile(join(study, `analysis/group_${script}.sh`), 'echo 1 > output_$1.csv\n');
  const jobs = Array.from({length: count}, (_, index) => ({
    name: `step_${index}`,
    command: `sh analysis/group_${index % scripts}.sh ${index}`,
    output: `output_${index}.csv`,
    needs: index < scripts ? [] : [`step_${index - scripts}`],
  }));
  await writeActions(
    study,
    jobs.map(({name, command, output, needs}) => action(name, command, output, needs)),
  );
  const seconds = await secondsOf(() =>
    mustRun(process.execPath, [
      inCheckout('dist/host/cli.cjs'),
      ...['export', 'snakemake', '--to', to, '--project-dir', study],
    ]),
  );
  await mkdir(plain, {recursive: true});
  const rules = jobs.map(
    ({name, command, needs}) => `
rule ${name}:
    input: [${needs.map((need) => `"done/${need}"`).join(', ')}]
    output: "done/${name}"
    resources: mem_mb=4096, runtime=720
    shell: "docker run --rm --init --pull never --network none --log-driver none --memory 4294967296 --cpus 2 --volume ${study}:/workspace ${IMAGE} ${command} && touch {output}"
`,
  );
  await writeFile(
    join(plain, 'Snakefile'),
    `rule all:\n    input: [${jobs.map(({name}) => `"done/${name}"`).join(', ')}]\n${rules.join('')}`,
  );
  return {to, plain, seconds};
}

function dryRun(folder: string): Promise<string> {
  return mustRun('snakemake', ['--dry-run', '--quiet', ...SETTINGS], folder);
}

function runAll(folder: string): Promise<string> {
  return mustRun('snakemake', ['--cores', '1', ...SETTINGS], folder);
}

/** As the exported folder has them. */
const SETTINGS = ['--scheduler', 'greedy', '--rerun-triggers', 'mtime'];
