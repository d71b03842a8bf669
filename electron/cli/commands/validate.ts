import {stat} from 'node:fs/promises';
import {dirname, join, resolve} from 'node:path';
import {formatPlural} from '../../../shared/format';
import type {ProjectReading} from '../../../shared/project';
import {readProject} from '../../core/projectReader';
import {readText} from '../../files/openFile';
import {bugError, reportError, type CommandContext} from '../command';
import type {Console} from '../console';
import {plainText} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';
import {validationLine} from '../jsonLines';

/**
 * `validate [FILE|DIR…]`: every problem of each project.yaml, at its line; needs no engine. A file
 * that Study Desk fails on is told with that bug (exit code 1), and the next ones are read all the same.
 */
export async function validateCommand(
  context: CommandContext,
  paths: readonly string[],
  read: typeof readProject = readProject,
): Promise<ExitCode> {
  const {console} = context;
  const given = paths.length > 0 ? paths : [context.projectDirGiven];
  let invalid = 0;
  let unread = 0;
  for (const path of given) {
    try {
      const file = await projectFile(path);
      const text = await readText(file).catch(() => null);
      const reading = await read(text, dirname(file));
      if (!reading.valid) invalid += 1;
      console.json(validationLine(path, reading));
      printReading(console, path, reading);
    } catch (error) {
      unread += 1;
      console.print(`${path}: not checked`);
      reportError({console, errorLine: {file: path}}, bugError(error));
    }
  }
  if (given.length > 1) {
    const counts = [
      ...(invalid === 0 ? [] : [`${invalid} invalid`]),
      ...(unread === 0 ? [] : [`${unread} not checked`]),
    ];
    console.print(
      `${formatPlural(given.length, 'file')} checked, ${counts.length === 0 ? 'all valid' : counts.join(', ')}`,
    );
  }
  if (unread > 0) return EXIT.failed;
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
