import type {AppError} from '../../../shared/errors';
import {formatPlural} from '../../../shared/format';
import type {ProjectReading} from '../../../shared/project';
import {err, ok, type Result} from '../../../shared/result';
import {givenProject, readProject} from '../../core/project/projectReader';
import {bugError, reportError, type CommandContext} from '../command';
import type {Console} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';
import {validationLine} from '../jsonLines';

/**
 * `validate [FILE|DIR…]`: every problem of each project.yaml, at its line; needs no engine. A file
 * that can't be read, or that Study Desk fails on, is reported with the reason (exit code 1), and the next ones are read
 * all the same.
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
    const reading = await readGiven(path, read);
    if (!reading.ok) {
      unread += 1;
      console.print(`${path}: not checked`);
      reportError({console, errorLine: {file: path}}, reading.error);
      continue;
    }
    if (!reading.value.valid) invalid += 1;
    console.json(validationLine(path, reading.value));
    printReading(console, path, reading.value);
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

async function readGiven(
  path: string,
  read: typeof readProject,
): Promise<Result<ProjectReading, AppError>> {
  try {
    const found = await givenProject(path);
    return found.ok ? ok(await read(found.value.text, found.value.dir)) : found;
  } catch (error) {
    return err(bugError(error));
  }
}

function printReading(console: Console, path: string, reading: ProjectReading): void {
  for (const problem of reading.problems) {
    console.print(
      `${path}:${problem.line}:${problem.column}: ${problem.severity}: ${problem.message} [${problem.rule}]`,
    );
    if (problem.hint !== null) console.print(`  ${problem.hint}`);
  }
  const {length} = reading.project?.actions ?? [];
  if (reading.valid) console.print(`${path}: valid, ${formatPlural(length, 'action')}`);
  else if (reading.acceptedByReference)
    console.print(`${path}: not valid; the opensafely tool would accept it, and fail later`);
  else console.print(`${path}: not valid`);
}
