import type {Command} from 'commander';
import {rowRange, wholeNumber} from './arguments';
import {checkCommand, waiveCommand, type WaiveOptions} from './commands/check';
import {compareCommand, type CompareOptions} from './commands/compare';
import {outputsCommand} from './commands/outputs';
import {draftCommand, reportCommand} from './commands/report';
import {showCommand, type ShowOptions} from './commands/show';
import type {Perform} from './engineCommands';

/** Adds the commands on outputs: listing, showing and comparing them, and what is done before their release. */
export function addOutputCommands(program: Command, perform: Perform): void {
  program
    .command('outputs')
    .description('list the outputs by sensitivity tier')
    .action(() => perform(outputsCommand));
  program
    .command('show')
    .description('show a table: csv, tsv, parquet, arrow, feather, dta')
    .argument('<path>', 'a file of the study, or any other')
    .option('--rows <from:to>', 'row numbers, from 1; all by default', rowRange)
    .option('--sort <column[:desc]>', 'sort by this column; missing values come last')
    .option('--where <sql>', "a condition in SQL, such as 'age > 50'")
    .option('--summary', 'a summary of each column instead of rows', false)
    .action((path: string, options: ShowOptions) =>
      perform((here) => showCommand(here, path, options)),
    );
  program
    .command('compare')
    .description('compare outputs with earlier versions')
    .argument(
      '[path]',
      'an output; without one, all outputs of a run are compared with those before',
    )
    .option('--with <run|commit>', 'the earlier version, or the run; the latest one by default')
    .option('--key <columns>', 'columns that identify a row of a table, separated by commas')
    .option('--by-position', 'match rows by position', false)
    .action((path: string | undefined, options: CompareOptions) =>
      perform((here) => compareCommand(here, path ?? null, options)),
    );
  program
    .command('check')
    .description('find what an output checker may ask about')
    .argument('[paths...]', 'outputs of the study; all moderately sensitive ones by default')
    .option('--strict', 'exit with 1 if a finding is likely to be queried', false)
    .action((paths: string[], options: {strict: boolean}) =>
      perform((here) => checkCommand(here, paths, options)),
    );
  program
    .command('waive')
    .description('explain a finding of `check`; kept with the study')
    .argument('[path]', 'the file; without one, the reasons that are given are listed')
    .option('--rule <rule>', 'the rule, as `check --json` names it')
    .option('--column <name>', 'only this column')
    .option('--row <n>', 'only this row of it', wholeNumber)
    .option('--reason <text>', 'what you would say to the output checker')
    .option('--remove', 'remove a reason', false)
    .action((path: string | undefined, options: WaiveOptions) =>
      perform((here) => waiveCommand(here, path ?? null, options)),
    );
  program
    .command('report')
    .description('write the study as one HTML page, without anything highly sensitive')
    .option(
      '--output <file>',
      'the file to write; <study>-report.html in the current folder by default',
    )
    .action(({output}: {output?: string}) =>
      perform((here) => reportCommand(here, output ?? null)),
    );
  program
    .command('draft')
    .description('print a draft of a release request, as Markdown or JSON')
    .action(() => perform(draftCommand));
}
