import {Command, CommanderError, Option} from 'commander';
import {readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join, resolve} from 'node:path';
import {resolveSettings, type SomeSettings} from '../../shared/settings';
import type {Core} from '../core/core';
import {createCore} from '../core/createCore';
import {
  ACTIONS,
  memorySize,
  planOptions,
  positiveNumber,
  rowRange,
  runOptions,
  saidBy,
  wholeNumber,
  type RunFlags,
} from './arguments';
import {openChosenSettings, type ChosenSettings} from '../settings/chosenSettings';
import {userSettingsPath} from '../settings/userSettings';
import type {CommandContext} from './command';
import {bugError, reportError} from './command';
import {addServe} from './addServe';
import {addToolCommands, separateCommand} from './toolCommands';
import {compareCommand, type CompareOptions} from './commands/compare';
import {checkCommand, waiveCommand, type WaiveOptions} from './commands/check';
import {giveUpCommand} from './commands/giveUp';
import {graphCommand} from './commands/graph';
import {limitsCommand, type LimitsOptions} from './commands/limits';
import {logsCommand, type LogsOptions} from './commands/logs';
import {markCommand} from './commands/mark';
import {openCommand} from './commands/open';
import {outputsCommand} from './commands/outputs';
import {diffCommand} from './commands/diff';
import {planCommand, type PlanOptions} from './commands/plan';
import {draftCommand, reportCommand} from './commands/report';
import {restoreCommand} from './commands/restore';
import {runCommand} from './commands/run';
import {settingsCommand, type SettingsOptions} from './commands/settings';
import {showCommand, type ShowOptions} from './commands/show';
import {statusCommand} from './commands/status';
import {whyCommand} from './commands/why';
import {validateCommand} from './commands/validate';
import {createConsole, plainText} from './console';
import {addEngineCommands, type Perform} from './engineCommands';
import {EXIT} from './exitCodes';
import {NOTHING_RAN} from './jsonLines';

interface GlobalOptions {
  readonly projectDir: string;
  readonly engine?: string;
  readonly json: boolean;
}

/** Runs one command; answers its exit code and the context it ran in. */
async function runCommandLine(argv: readonly string[]): Promise<number> {
  let ending: number = EXIT.done;
  let core: Promise<Core> | null = null;
  let chosen: ChosenSettings | null = null;
  /** What the command line itself says of settings. */
  let said: SomeSettings = {};
  const program = new Command('study-desk');
  const readChosen = (): ChosenSettings => {
    const path = userSettingsPath(process.platform, process.env, homedir());
    const read = openChosenSettings(path, process.env);
    for (const fault of read.shown().faults) process.stderr.write(`${plainText(fault)}\n`);
    return read;
  };
  const given = () => {
    const {engine} = program.opts<GlobalOptions>();
    const spoken = {...said, ...(engine === undefined ? {} : {engine})};
    return {...(chosen ??= readChosen()).given(), 'command-line': spoken};
  };
  const context = (): CommandContext => {
    const {projectDir, json} = program.opts<GlobalOptions>();
    return {
      console: createConsole(json),
      json,
      errorLine: errorLineOf(argv),
      projectDir: resolve(projectDir),
      projectDirGiven: projectDir,
      chosen: () => (chosen ??= readChosen()),
      executor: () => resolveSettings(given()).values.executor,
      core: async () =>
        (core ??= Promise.resolve(createCore({settings: given, version: version()}))),
    };
  };
  /** Runs the command, closes the core, and lets all that was written out. */
  const perform: Perform = async (work, settings = {}) => {
    said = settings;
    const here = context();
    try {
      ending = await work(here);
    } catch (error) {
      ending = reportError(here, bugError(error));
    }
    process.exitCode = ending;
    await core?.then((used) => used.close()).catch(() => undefined);
    await here.console.flush();
    if (ending === EXIT.done && here.console.hasLost()) ending = EXIT.failed;
  };

  program
    .description('Develop OpenSAFELY studies on your own computer.')
    .option('--project-dir <dir>', 'the study folder', '.')
    .option('--engine <name>', 'the container engine, as `engines` names it')
    .version(version(), '-V, --version', 'tell the version')
    .option('--json', 'one JSON object per line on standard output, nothing else', false)
    .configureHelp({showGlobalOptions: true})
    .exitOverride();
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
    .description('tell what a run would do, and why')
    .argument('[actions...]', ACTIONS)
    .action((actions: string[], options: PlanOptions) =>
      perform((here) => planCommand(here, actions, options)),
    );
  runOptions(planOptions(program.command('run')))
    .description('run actions')
    .argument('[actions...]', ACTIONS)
    .action((actions: string[], flags: RunFlags) =>
      perform((here) => runCommand(here, actions, flags), saidBy(flags)),
    );
  program
    .command('status')
    .description('tell how actions stand')
    .argument('[actions...]', `${ACTIONS}; all by default`)
    .option('--exit-code', 'end with 0 only where all of them are up to date', false)
    .action((actions: string[], {exitCode}: {exitCode: boolean}) =>
      perform((here) => statusCommand(here, actions, exitCode)),
    );
  program
    .command('diff')
    .description('show what changed since an action last succeeded')
    .argument('<action>')
    .argument('[file]', 'a file it was made with; all code and settings that changed by default')
    .action((action: string, file: string | undefined) =>
      perform((here) => diffCommand(here, action, file ?? null)),
    );
  program
    .command('restore')
    .description('put earlier outputs back from the cache, without running anything')
    .argument('[actions...]', `${ACTIONS}; without any, what can be restored is listed`)
    .action((actions: string[]) => perform((here) => restoreCommand(here, actions)));
  program
    .command('mark')
    .description('take your word that actions are up to date')
    .argument('<actions...>', ACTIONS)
    .requiredOption('--reason <text>', 'why they are; kept beside the mark')
    .action((actions: string[], {reason}: {reason: string}) =>
      perform((here) => markCommand(here, actions, reason)),
    );
  program
    .command('give-up')
    .description('tell of a run that was cut off and is still to be brought to its end')
    .option('--yes', 'end it without what its jobs have done', false)
    .action(({yes}: {yes: boolean}) => perform((here) => giveUpCommand(here, yes)));
  program
    .command('outputs')
    .description('list the outputs by sensitivity tier')
    .action(() => perform(outputsCommand));
  program
    .command('show')
    .description('show a table: csv, tsv, parquet, arrow, feather, dta')
    .argument('<path>', 'a file of the study, or any other')
    .option('--rows <from:to>', 'places of the rows, both counted from 1; all by default', rowRange)
    .option('--sort <column[:desc]>', 'the order, by value; what is missing comes last')
    .option('--where <sql>', "a condition in SQL, such as 'age > 50'")
    .option('--summary', 'figures of each column instead of rows', false)
    .action((path: string, options: ShowOptions) =>
      perform((here) => showCommand(here, path, options)),
    );
  program
    .command('compare')
    .description('compare outputs with what they were')
    .argument(
      '[path]',
      'an output; without one, all outputs of a run are compared with those before',
    )
    .option('--with <run|commit>', 'the earlier version, or the run; the latest one by default')
    .option('--key <columns>', 'columns that tell the rows of a table apart, separated by commas')
    .option('--by-position', 'compare the rows of a table by their places', false)
    .action((path: string | undefined, options: CompareOptions) =>
      perform((here) => compareCommand(here, path ?? null, options)),
    );
  program
    .command('check')
    .description('find what an output checker would ask about')
    .argument('[paths...]', 'outputs of the study; all moderately sensitive ones by default')
    .option('--strict', 'end with 1 where there is a likely question', false)
    .action((paths: string[], options: {strict: boolean}) =>
      perform((here) => checkCommand(here, paths, options)),
    );
  program
    .command('waive')
    .description('give a reason for what `check` found, which stays with the study')
    .argument('[path]', 'the file; without one, the reasons that are given are listed')
    .option('--rule <rule>', 'the rule, as `check --json` names it')
    .option('--column <name>', 'only this column')
    .option('--row <n>', 'only this row of it', wholeNumber)
    .option('--reason <text>', 'what you would tell the output checker')
    .option('--remove', 'take a reason back', false)
    .action((path: string | undefined, options: WaiveOptions) =>
      perform((here) => waiveCommand(here, path ?? null, options)),
    );
  program
    .command('report')
    .description('write the study as one HTML page, without anything highly sensitive')
    .option('--output <file>', 'where to; <study>-report.html in the current folder by default')
    .action(({output}: {output?: string}) =>
      perform((here) => reportCommand(here, output ?? null)),
    );
  program
    .command('draft')
    .description('print a draft of a release request, as Markdown or JSON')
    .action(() => perform(draftCommand));
  program
    .command('logs')
    .description("print the log of an action's latest job, or of an earlier one")
    .argument('<action>')
    .option('-f, --follow', 'until the job ends', false)
    .option('--since <time>', 'lines from this time on: 10m, 2h, or 2026-04-01T10:00Z')
    .option('--grep <pattern>', 'lines that this regular expression matches')
    .option('-i, --ignore-case', 'of --grep', false)
    .option('--attempt <n>', 'the attempt with this number, 1 being the oldest kept', wholeNumber)
    .option('--run <id>', 'the attempt of this run')
    .action((action: string, options: LogsOptions) =>
      perform((here) => logsCommand(here, action, options)),
    );
  program
    .command('why')
    .description("tell why an action's latest job failed, and what usually helps")
    .argument('<action>')
    .action((action: string) => perform((here) => whyCommand(here, action)));
  program
    .command('settings')
    .description('tell what is set and where it comes from, or set it')
    .argument('[name]')
    .argument('[value]')
    .option('--study', 'for this study alone', false)
    .option('--unset', 'take the choice back', false)
    .action((name: string | undefined, value: string | undefined, options: SettingsOptions) =>
      perform((here) => settingsCommand(here, name ?? null, value ?? null, options)),
    );
  program
    .command('limits')
    .description('tell or set limits of single actions of this study')
    .argument('[action]')
    .addOption(new Option('-m, --memory <size>', 'memory, such as 8G').argParser(memorySize))
    .option('--cpus <n>', 'processors', positiveNumber)
    .option('--timeout <minutes>', 'time after which it is ended', positiveNumber)
    .option('--unset', 'give it the general limits again', false)
    .action((action: string | undefined, options: LimitsOptions) =>
      perform((here) => limitsCommand(here, action ?? null, options)),
    );
  program
    .command('open')
    .description('open the window')
    .argument('[dir]', 'a study folder')
    .action((dir: string | undefined) => perform((here) => openCommand(here, dir ?? null)));

  addEngineCommands(program, perform);
  addToolCommands(program, perform);
  addServe(program, perform);

  try {
    await program.parseAsync([...separateCommand(argv)], {from: 'user'});
  } catch (error) {
    // commander has said what is wrong on stderr, or printed the help that was asked for
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done;
    const console = createConsole(argv.includes('--json'));
    console.json({
      ...errorLineOf(argv),
      error: {kind: 'invalid-request', message: usageError(error), ...NO_MORE},
    });
    await console.flush();
    return EXIT.invalid;
  }
  return ending;
}

/** The last line of a run is its end, also where nothing could start. */
function errorLineOf(argv: readonly string[]): object {
  const plain = argv.filter((_, index) => argv[index - 1] !== '--project-dir');
  return plain.find((word) => !word.startsWith('-')) === 'run' ? NOTHING_RAN : {};
}

const NO_MORE = {why: null, hint: '`study-desk --help` lists the commands and their options.'};

function usageError({code, message}: CommanderError): string {
  return code === 'commander.help' ? 'No command was named.' : message.replace(/^error: /, '');
}

/** As package.json says, two folders above the bundle. */
function version(): string {
  const text = readFileSync(join(__dirname, '../../package.json'), 'utf8');
  const {version: told} = JSON.parse(text) as {readonly version: string}; // our own file
  return told;
}

// should the process run out of work before the command's end, that is no success
process.exitCode = EXIT.failed;
void runCommandLine(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(EXIT.failed);
  },
);
