import {readFile, stat} from 'node:fs/promises';
import {dirname, join, resolve} from 'node:path';
import {formatPlural} from '../../../shared/format';
import type {ProjectReading} from '../../../shared/project';
import {readProject} from '../../core/projectReader';
import type {CommandContext} from '../command';
import type {Console} from '../console';
import {plainText} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';
import {validationLine} from '../jsonLines';

/** `validate [FILE|DIR…]`: every problem of each project.yaml, at its line; needs no engine. */
export async function validateCommand(
  context: CommandContext,
  paths: readonly string[],
): Promise<ExitCode> {
  const given = paths.length > 0 ? paths : [context.projectDirGiven];
  let invalid = 0;
  for (const path of given) {
    const file = await projectFile(path);
    const text = await readFile(file, 'utf8').catch(() => null);
    const reading = await readProject(text, dirname(file));
    if (!reading.valid) invalid += 1;
    context.console.json(validationLine(path, reading));
    printReading(context.console, path, reading);
  }
  if (given.length > 1)
    context.console.print(
      `${formatPlural(given.length, 'file')} checked, ${invalid === 0 ? 'all valid' : `${invalid} invalid`}`,
    );
  return invalid === 0 ? EXIT.done : EXIT.invalid;
}

/** A folder means the project.yaml in it. */
async function projectFile(path: string): Promise<string> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => null);
  return found?.isDirectory() === true ? join(absolute, 'project.yaml') : absolute;
}

function printReading(console: Console, path: string, reading: ProjectReading): void {
  for (const problem of reading.problems) {
    console.print(
      `${path}:${problem.line}:${problem.column}: ${problem.severity}: ${plainText(problem.message)} [${problem.rule}]`,
    );
    if (problem.hint !== null) console.print(`  ${plainText(problem.hint)}`);
  }
  const {length} = reading.project?.actions ?? [];
  if (reading.valid) console.print(`${path}: valid, ${formatPlural(length, 'action')}`);
  else if (reading.acceptedByReference)
    console.print(`${path}: not valid; the opensafely tool would accept it, and fail later`);
  else console.print(`${path}: not valid`);
}
