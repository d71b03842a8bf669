import {Command, CommanderError} from 'commander';
import {readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {isAbsolute, join, parse, resolve} from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import {resolveSettings, type SomeSettings} from '../../shared/settings';
import {visibleText} from '../../shared/visibleText';
import type {Core} from '../core/core';
import {outliveFileLimit} from '../files/writeAtomically';
import {openChosenSettings, type ChosenSettings} from '../settings/chosenSettings';
import {userSettingsPath} from '../settings/userSettings';
import {type CommandContext, bugError, reportError} from './command';
import {addCodelists} from './addCodelists';
import {addServe} from './addServe';
import {addWeb} from './addWeb';
import {addToolCommands, separateCommand} from './toolCommands';
import {createConsole} from './console';
import {addActionCommands, addSettingCommands} from './actionCommands';
import {addOutputCommands} from './outputCommands';
import {addEngineCommands, type Perform} from './engineCommands';
import {EXIT} from './exitCodes';
import {NOTHING_RAN} from './jsonLines';

interface GlobalOptions {
  readonly projectDir: string;
  readonly engine?: string;
  readonly json: boolean;
}

/**
 * Moves on from a current folder that has been deleted into the study, where that is named by its absolute path: git,
 * threads and programs can be started in no folder that is gone. Answers why nothing can be done, or null.
 */
function leaveDeletedFolder(projectDir: string): AppError | null {
  try {
    process.cwd();
    return null;
  } catch (error) {
    if (!isAbsolute(projectDir))
      return appError('not-found', 'The folder that this terminal is in is no longer there.', {
        why: 'It was deleted, moved or replaced meanwhile, or its disk is gone.',
        hint: 'Go to the study’s folder with `cd`, also where it is back under the same name, then try again.',
        detail: error instanceof Error ? error.message : String(error),
      });
  }
  try {
    process.chdir(projectDir);
  } catch {
    // whoever opens the study reports why it can't be opened
    process.chdir(parse(projectDir).root);
  }
  return null;
}

/** The commands of one call share these: settings read once, and one core. */
function createPerformer(program: Command, argv: readonly string[]) {
  let ending: number = EXIT.done;
  let core: Promise<Core> | null = null;
  let chosen: ChosenSettings | null = null;
  /** The settings given on the command line. */
  let onLine: SomeSettings = {};
  const readChosen = (): ChosenSettings => {
    const path = userSettingsPath(process.platform, process.env, homedir());
    const read = openChosenSettings(path, process.env);
    for (const fault of read.shown().faults) process.stderr.write(`${visibleText(fault)}\n`);
    return read;
  };
  const given = () => {
    const {engine} = program.opts<GlobalOptions>();
    const typed = {...onLine, ...(engine === undefined ? {} : {engine})};
    return {...(chosen ??= readChosen()).given(), 'command-line': typed};
  };
  const context = (): CommandContext => {
    const {projectDir, json} = program.opts<GlobalOptions>();
    return {
      console: createConsole(json),
      json,
      errorLine: errorLineOf(argv),
      projectDir: resolve(projectDir),
      projectDirGiven: projectDir,
      commit: null,
      version: version(),
      chosen: () => (chosen ??= readChosen()),
      executor: () => resolveSettings(given()).values.executor,
      core: async (forWindow) =>
        // the bundle that the window has too
        (core ??= import('../core/createCore').then(({createCore}) =>
          createCore({
            settings: given,
            version: version(),
            ...(forWindow === undefined ? {} : {forWindow}),
          }),
        )),
    };
  };
  /** Runs the command, closes the core, and lets all that was written out. */
  const perform: Perform = async (work, settings = {}) => {
    onLine = settings;
    const gone = leaveDeletedFolder(program.opts<GlobalOptions>().projectDir);
    if (gone !== null) {
      const console = createConsole(program.opts<GlobalOptions>().json);
      ending = reportError({console, errorLine: errorLineOf(argv)}, gone);
      await console.flush();
      return;
    }
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
  return {perform, ending: () => ending};
}

/** Runs one command; answers its exit code. */
async function runCommandLine(argv: readonly string[]): Promise<number> {
  const program = new Command('study-desk');
  const {perform, ending} = createPerformer(program, argv);
  program
    .description('Develop OpenSAFELY studies on your own computer.')
    .option('--project-dir <dir>', 'the study folder', '.')
    .option('--engine <name>', 'the container engine, as `engines` names it')
    .version(version(), '-V, --version', 'show the version')
    .option('--json', 'one JSON object per line on standard output, nothing else', false)
    .configureHelp({showGlobalOptions: true})
    .exitOverride();
  addActionCommands(program, perform);
  addOutputCommands(program, perform);
  addSettingCommands(program, perform);
  addEngineCommands(program, perform);
  addToolCommands(program, perform);
  addCodelists(program, perform);
  addServe(program, perform);
  addWeb(program, perform);

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
  return ending();
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
  const {version: written} = JSON.parse(text) as {readonly version: string}; // our own file
  return written;
}

outliveFileLimit();
// should the process run out of work before the command's end, that is no success
process.exitCode = EXIT.failed;
void runCommandLine(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(EXIT.failed);
  },
);
