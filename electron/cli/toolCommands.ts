import {InvalidArgumentError, Option, type Command} from 'commander';
import {readSetting, type SomeSettings} from '../../shared/settings';
import {memorySize, positiveNumber, wholeNumber} from './arguments';
import {assureCommand, datasetCommand, dummyTablesCommand, tryCommand} from './commands/dataset';
import {execCommand, shellCommand, type ExecOptions} from './commands/exec';
import {launchCommand, type LaunchCommandOptions} from './commands/launch';
import type {Perform} from './engineCommands';

/** Options that take the word behind them, before the image of `exec`. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  ...['--project-dir', '--engine', '--entrypoint', '--env', '-e', '--user', '-u'],
  ...['--memory', '-m', '--cpus'],
]);

/** Commands about programs that people work in, and about definitions in ehrQL: on the study and beside any run. */
export function addToolCommands(program: Command, perform: Perform): void {
  addDefinitionCommands(program, perform);
  program
    .command('launch')
    .description('launch JupyterLab or RStudio on the study')
    .argument('[tool]', 'jupyter or rstudio, with a version as in rstudio:v2')
    .option('-d, --directory <dir>', 'the study folder, as --project-dir')
    .option('--name <name>', 'name of the container; os-TOOL-FOLDER by default')
    .option('-p, --port <port>', 'port of this computer; its usual one or a free one', wholeNumber)
    .option('-n, --no-browser', 'open no browser')
    .option('-b, --background', 'leave it running and exit', false)
    .option('-f, --force', 'replace one that is running', false)
    .option('--list', 'list the tools that run on the study', false)
    .option('--stop', 'stop the tools of the study, or the one named', false)
    .action((tool: string | undefined, options: LaunchCommandOptions & {directory?: string}) => {
      if (options.directory !== undefined) program.setOptionValue('projectDir', options.directory);
      return perform((here) => launchCommand(here, tool ?? null, options));
    });
  program
    .command('shell')
    .description("open a shell in an action's image, on a copy of its code and inputs")
    .argument('<action>')
    .action((action: string) => perform((here) => shellCommand(here, action)));
  program
    .command('exec')
    .description('run a command in an image, on the study folder')
    .argument('<image>', 'such as r:v3; options go before it')
    .argument('[args...]', 'the command and its options')
    .option('--entrypoint <program>', "in place of the image's own")
    .option(
      '-e, --env <name=value>',
      'an environment variable; without a value, as it is set here',
      collect,
      [],
    )
    .option('-u, --user <user>', "user or uid:gid; none for the image's own; you by default")
    .addOption(new Option('-m, --memory <size>', 'such as 512m (4G)').argParser(memorySize))
    .option('--cpus <n>', 'processors (2)', positiveNumber)
    .option('-v, --verbose', 'print the command first', false)
    .action((image: string, args: string[], options: ExecOptions) =>
      perform((here) => execCommand(here, image, args, options)),
    );
}

const DEFINITION = 'an action that runs ehrQL, or a definition; all such actions by default';

function addDefinitionCommands(program: Command, perform: Perform): void {
  program
    .command('dataset')
    .description('describe a dataset or measures definition')
    .argument('[action|file]', DEFINITION)
    .addOption(timeOption())
    .action((of: string | undefined, flags: TimeFlag) =>
      perform((here) => datasetCommand(here, of ?? null), timeOf(flags)),
    );
  program
    .command('try')
    .description('try a definition on dummy data, and show what each show() shows')
    .argument('<file>', 'a definition, or an action that runs one')
    .option(
      '--dummy-tables <dir>',
      'dummy tables; those of the run line, or made by ehrQL, by default',
    )
    .addOption(timeOption())
    .action((file: string, {dummyTables, ...flags}: TimeFlag & {dummyTables?: string}) =>
      perform((here) => tryCommand(here, file, dummyTables ?? null), timeOf(flags)),
    );
  program
    .command('dummy-tables')
    .description('have ehrQL make dummy tables of a definition')
    .argument('<action|file>', 'an action that runs ehrQL, or a definition')
    .argument('<folder>', 'a folder of the study, which is made where it is not there')
    .option('--replace', 'replace other tables that are there', false)
    .addOption(timeOption())
    .action((of: string, folder: string, {replace, ...flags}: TimeFlag & {replace: boolean}) =>
      perform((here) => dummyTablesCommand(here, of, folder, replace), timeOf(flags)),
    );
  program
    .command('assure')
    .description('run the assurance tests of a definition')
    .argument('[action|file]', DEFINITION)
    .addOption(timeOption())
    .action((of: string | undefined, flags: TimeFlag) =>
      perform((here) => assureCommand(here, of ?? null), timeOf(flags)),
    );
}

/** As the setting that it is. */
interface TimeFlag {
  readonly definitionTime?: SomeSettings;
}

function timeOption(): Option {
  return new Option(
    '--definition-time <seconds>',
    'stop a definition after this time; 60 by default, or as in the settings',
  ).argParser((text) => {
    const read = readSetting('definitionSeconds', text);
    if (!read.ok) throw new InvalidArgumentError(`${read.expects}.`);
    return read.setting;
  });
}

function timeOf({definitionTime}: TimeFlag): SomeSettings {
  return definitionTime ?? {};
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** What follows the image of `exec` belongs to the command, options too: set apart as `--` does it. */
export function separateCommand(argv: readonly string[]): readonly string[] {
  let isExec = false;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') return argv;
    if (WITH_VALUE.has(word)) index += 1;
    else if (!word.startsWith('-')) {
      if (isExec) return [...argv.slice(0, index + 1), '--', ...argv.slice(index + 1)];
      if (word !== 'exec') return argv;
      isExec = true;
    }
  }
  return argv;
}
