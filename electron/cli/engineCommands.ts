import type {Command} from 'commander';
import type {ExecutorKind} from '../../shared/engine';
import type {SomeSettings} from '../../shared/settings';
import {executorOption} from './arguments';
import type {CommandContext} from './command';
import {doctorCommand} from './commands/doctor';
import {enginesCommand} from './commands/engines';
import {imagesCommand, type ImagesOptions} from './commands/images';
import {pullCommand} from './commands/pull';
import type {ExitCode} from './exitCodes';

/** Runs one command to its exit code. */
export type Perform = (
  work: (context: CommandContext) => Promise<ExitCode>,
  /** What its options say of settings. */
  said?: SomeSettings,
) => Promise<void>;

/** Commands about the computer and its container engines. */
export function addEngineCommands(program: Command, perform: Perform): void {
  program
    .command('doctor')
    .description('check whether this computer and this study are ready to run')
    .addOption(executorOption())
    .action((flags: {executor?: ExecutorKind}) => perform(doctorCommand, flags));
  program
    .command('engines')
    .description('list the container engines of this computer')
    .option('--choose <name>', 'use this one in the study; `any` for the one that is found')
    .action(({choose}: {choose?: string}) =>
      perform((here) => enginesCommand(here, choose ?? null)),
    );
  program
    .command('images')
    .description('list the images that the study needs, and which are on this computer')
    .option('--check', 'ask the registry whether there are newer ones', false)
    .option('--save <file>', 'write them to a tar, for a computer without network')
    .option('--load <file>', 'take them in from such a tar')
    .action((options: ImagesOptions) => perform((here) => imagesCommand(here, options)));
  program
    .command('pull')
    .description('download images')
    .argument('[images...]', 'such as r:v2; without any, all that are here are downloaded anew')
    .option('--project', 'those that the study needs', false)
    .action((names: string[], {project}: {project: boolean}) =>
      perform((here) => pullCommand(here, names, project)),
    );
}
