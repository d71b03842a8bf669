import type {Command} from 'commander';
import {
  codelistsAddCommand,
  codelistsCheckCommand,
  codelistsListCommand,
  codelistsUpdateCommand,
} from './commands/codelists';
import type {Perform} from './engineCommands';

/** `codelists` with its commands; alone, it shows them, as the reference does. */
export function addCodelists(program: Command, perform: Perform): void {
  const codelists = program
    .command('codelists')
    .description('add, update and check the codelists of the study');
  codelists.action(() => codelists.outputHelp());
  codelists
    .command('add')
    .description('add a codelist by the address of its page, and download it')
    .argument('<url>', 'of a version of the list')
    .action((url: string) => perform((here) => codelistsAddCommand(here, url)));
  codelists
    .command('update')
    .description('download every codelist of codelists.txt, all or nothing')
    .option('--delete-unlisted', 'delete CSV files that codelists.txt does not name', false)
    .action((options: {deleteUnlisted: boolean}) =>
      perform((here) => codelistsUpdateCommand(here, options)),
    );
  codelists
    .command('list')
    .description('list the codelists with their state, codes, users and warnings; asks no server')
    .action(() => perform((here) => codelistsListCommand(here)));
  codelists
    .command('check')
    .description('check that the codelists are as listed, unchanged, and current')
    .action(() => perform((here) => codelistsCheckCommand(here, 'all')));
  codelists
    .command('check-upstream')
    .description('check the codelists against what the server has now')
    .action(() => perform((here) => codelistsCheckCommand(here, 'upstream')));
}
