import type {Command} from 'commander';
import type {ExecutorKind} from '../../shared/engine';
import type {SomeSettings} from '../../shared/settings';
import {executorOption} from './arguments';
import type {CommandContext} from './command';
import {doctorCommand} from './commands/doctor';
import {enginesCommand} from './commands/engines';
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
}
