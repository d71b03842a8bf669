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
    .option('--strict', 'end with 1 where a finding is likely to be queried', false)
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
}
