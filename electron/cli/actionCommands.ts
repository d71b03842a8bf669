import {Option, type Command} from 'commander';
import type {ExecutorKind} from '../../shared/engine';
import {
  ACTIONS,
  executorOption,
  memorySize,
  planOptions,
  positiveNumber,
  runOptions,
  settingsOfFlags,
  wholeNumber,
  type RunFlags,
} from './arguments';
import {cloneCommand, newCommand} from './commands/begin';
import {bisectCommand} from './commands/bisect';
import {diffCommand} from './commands/diff';
import {exportCommand, type ExportOptions} from './commands/export';
import {giveUpCommand} from './commands/giveUp';
import {limitsCommand, type LimitsOptions} from './commands/limits';
import {logsCommand, type LogsOptions} from './commands/logs';
import {markCommand} from './commands/mark';
import {openCommand} from './commands/open';
import {planCommand, type PlanOptions} from './commands/plan';
import {readyCommand} from './commands/ready';
import {renameCommand} from './commands/rename';
import {restoreCommand} from './commands/restore';
import {supplyCommand, type SupplyOptions} from './commands/supply';
import {runCommand} from './commands/run';
import {settingsCommand, type SettingsOptions} from './commands/settings';
import {graphCommand, statusCommand} from './commands/status';
import {validateCommand} from './commands/validate';
import {whyCommand} from './commands/why';
import type {Perform} from './engineCommands';

/** Adds the commands on actions: what is wrong with them, what would run, running them, and what they printed. */
export function addActionCommands(program: Command, perform: Perform): void {
  program
    .command('validate')
    .description('check project.yaml files')
    .argument('[paths...]', 'files, or study folders; the study folder by default')
    .action((paths: string[]) => perform((here) => validateCommand(here, paths)));
  program
    .command('graph')
    .description('list the actions with what they need')
    .action(() => perform(graphCommand));
  planOptions(program.command('plan'))
    .description('show what a run would do, and why')
    .argument('[actions...]', ACTIONS)
    .action((actions: string[], options: PlanOptions) =>
      perform((here) => planCommand(here, actions, options)),
    );
  runOptions(planOptions(program.command('run')))
    .description('run actions')
    .argument('[actions...]', ACTIONS)
    .action((actions: string[], flags: RunFlags) =>
      perform((here) => runCommand(here, actions, flags), settingsOfFlags(flags)),
    );
  program
    .command('status')
    .description('show the state of actions')
    .argument('[actions...]', `${ACTIONS}; all by default`)
    .option('--exit-code', 'exit with 0 only if all of them are up to date', false)
    .action((actions: string[], {exitCode}: {exitCode: boolean}) =>
      perform((here) => statusCommand(here, actions, exitCode)),
    );
  program
    .command('ready')
    .description('find what would go wrong on the server, by looking and by a run from the commit')
    .argument('[actions...]', `${ACTIONS}; all by default`)
    .option('--quick', 'only look, and run nothing', false)
    .action((actions: string[], options: {quick: boolean}) =>
      perform((here) => readyCommand(here, actions, options)),
    );
  program
    .command('bisect')
    .description('find the commit that changed an output, by few runs')
    .argument('<path>', 'an output of the study')
    .argument('<good>', 'a commit, branch or tag at which it was as it should be')
    .argument('<bad>', 'a later one')
    .option('--cell <row:column>', 'this cell of a table alone, such as 3:patients')
    .addOption(executorOption())
    .action(
      (
        path: string,
        good: string,
        bad: string,
        {cell, executor}: {cell?: string; executor?: ExecutorKind},
      ) =>
        perform(
          (here) => bisectCommand(here, {path, good, bad, cell}),
          executor === undefined ? {} : {executor},
        ),
    );
  program
    .command('diff')
    .description('show what changed since an action last succeeded')
    .argument('<action>')
    .argument('[file]', 'one of its files; by default all code and settings that changed')
    .action((action: string, file: string | undefined) =>
      perform((here) => diffCommand(here, action, file ?? null)),
    );
  program
    .command('rename')
    .description('give an action another name, in project.yaml and in all that is kept of it')
    .argument('<action>')
    .argument('<new-name>')
    .option('--dry-run', 'show what would change, and change nothing', false)
    .action((action: string, name: string, {dryRun}: {dryRun: boolean}) =>
      perform((here) => renameCommand(here, {from: action, to: name}, dryRun)),
    );
  addDecisions(program, perform);
  program
    .command('give-up')
    .description('show runs that were cut off, or end them')
    .option('--yes', 'end it, and drop what its jobs have done', false)
    .action(({yes}: {yes: boolean}) => perform((here) => giveUpCommand(here, yes)));
  program
    .command('logs')
    .description("print the log of an action's latest job, or of an earlier one")
    .argument('<action>')
    .option('-f, --follow', 'follow the log until the job ends', false)
    .option('--since <time>', 'lines from this time on: 10m, 2h, or 2026-04-01T10:00Z')
    .option('--grep <pattern>', 'lines that this regular expression matches')
    .option('-i, --ignore-case', 'for --grep', false)
    .option('--attempt <n>', 'the attempt with this number, 1 being the oldest kept', wholeNumber)
    .option('--run <id>', 'the attempt in this run')
    .action((action: string, options: LogsOptions) =>
      perform((here) => logsCommand(here, action, options)),
    );
  addExport(program, perform);
  program
    .command('why')
    .description("show why an action's latest job failed, and what usually helps")
    .argument('<action>')
    .action((action: string) => perform((here) => whyCommand(here, action)));
}

/** What stands in for a run. */
function addDecisions(program: Command, perform: Perform): void {
  program
    .command('restore')
    .description('restore earlier outputs from the cache, without running anything')
    .argument('[actions...]', `${ACTIONS}; without any, what can be restored is listed`)
    .action((actions: string[]) => perform((here) => restoreCommand(here, actions)));
  program
    .command('supply')
    .description('take in files that came back from the server as the outputs of an action')
    .argument('<action>')
    .option('--from <dir>', 'the folder in which they lie')
    .option('--source <text>', "where they are from; the folder's name by default")
    .option('--date <day>', 'the day that they are of, such as 2026-11-30; today by default')
    .option('--dry-run', 'show what would be taken in, and take in nothing', false)
    .option('--remove', 'take them out again, and put back what they replaced', false)
    .action((action: string, options: SupplyOptions) =>
      perform((here) => supplyCommand(here, action, options)),
    );
  program
    .command('mark')
    .description('mark actions as up to date, on your word')
    .argument('<actions...>', ACTIONS)
    .requiredOption('--reason <text>', 'the reason, kept with the mark')
    .action((actions: string[], {reason}: {reason: string}) =>
      perform((here) => markCommand(here, actions, reason)),
    );
}

function addExport(program: Command, perform: Perform): void {
  program
    .command('export')
    .description('write the study for a workflow engine')
    .command('snakemake')
    .description(
      'write actions, with all that they need, into a folder in which Snakemake runs them',
    )
    .argument('[actions...]', `${ACTIONS}; all by default`)
    .requiredOption('--to <dir>', 'a new or empty folder, or an earlier export')
    .addOption(
      new Option('--runtime <runtime>', 'what runs containers there')
        .choices(['docker', 'podman', 'apptainer'])
        .default('docker'),
    )
    .addOption(
      new Option('--profile <profile>', 'where Snakemake runs jobs: its own computer, or a cluster')
        .choices(['local', 'slurm'])
        .default('local'),
    )
    .action((actions: string[], options: ExportOptions) =>
      perform((here) => exportCommand(here, actions, options)),
    );
}

/** Adds the commands on what is chosen for the user or the study, and the one that opens the window. */
export function addSettingCommands(program: Command, perform: Perform): void {
  program
    .command('settings')
    .description('show or change settings')
    .argument('[name]')
    .argument('[value]')
    .option('--study', 'for this study alone', false)
    .option('--unset', 'remove the choice', false)
    .action((name: string | undefined, value: string | undefined, options: SettingsOptions) =>
      perform((here) => settingsCommand(here, name ?? null, value ?? null, options)),
    );
  program
    .command('limits')
    .description('show or set limits of single actions of this study')
    .argument('[action]')
    .addOption(new Option('-m, --memory <size>', 'memory, such as 8G').argParser(memorySize))
    .option('--cpus <n>', 'processors', positiveNumber)
    .option('--timeout <minutes>', 'stop the job after this time', positiveNumber)
    .option('--unset', 'remove its own limits', false)
    .action((action: string | undefined, options: LimitsOptions) =>
      perform((here) => limitsCommand(here, action ?? null, options)),
    );
  program
    .command('new')
    .description('begin a study, with a repository of its own and a first commit')
    .argument('<dir>', 'a new or empty folder')
    .option('--from <source>', 'a folder or the address of a repository, in place of the template')
    .action((dir: string, {from}: {from?: string}) =>
      perform((here) => newCommand(here, dir, from ?? null)),
    );
  program
    .command('clone')
    .description('clone a study')
    .argument('<url>', 'such as https://github.com/opensafely/NAME')
    .argument('[dir]', 'a new or empty folder; called as the repository by default')
    .action((url: string, dir: string | undefined) =>
      perform((here) => cloneCommand(here, url, dir ?? null)),
    );
  program
    .command('open')
    .description('open the window')
    .argument('[dir]', 'a study folder')
    .action((dir: string | undefined) => perform((here) => openCommand(here, dir ?? null)));
}
