import type {CodelistProblem} from '../../../shared/codelist';
import type {AppError} from '../../../shared/errors';
import {DEFINITION_RULES, isDefinitionRule} from '../../../shared/definitionRules';
import {formatPlural} from '../../../shared/format';
import type {ProjectReading} from '../../../shared/project';
import {err, ok, type Result} from '../../../shared/result';
import {codelistProblems} from '../../codelists/localCodelists';
import {givenProject, readProject} from '../../core/project/projectReader';
import {bugError, reportError, type CommandContext} from '../command';
import type {Console} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';
import {validationLine} from '../jsonLines';

/**
 * `validate [FILE|DIR…]`: every problem of each project.yaml and of the codelists beside it, at its line; needs no engine. A file
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
    if (!reading.value.project.valid) invalid += 1;
    const {project, codelists} = reading.value;
    console.json(validationLine(path, project, codelists));
    printReading(console, path, project, codelists);
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

/** A project.yaml as it was read, and what is wrong with the codelists beside it. */
interface Given {
  readonly project: ProjectReading;
  readonly codelists: readonly CodelistProblem[];
}

async function readGiven(path: string, read: typeof readProject): Promise<Result<Given, AppError>> {
  try {
    const found = await givenProject(path);
    if (!found.ok) return found;
    const {text, dir} = found.value;
    return ok({project: await read(text, dir), codelists: await codelistProblems(dir)});
  } catch (error) {
    return err(bugError(error));
  }
}

function printReading(
  console: Console,
  path: string,
  reading: ProjectReading,
  codelists: readonly CodelistProblem[],
): void {
  for (const problem of reading.problems) {
    console.print(
      `${path}:${problem.line}:${problem.column}: ${problem.severity}: ${problem.message} [${problem.rule}]`,
    );
    if (problem.hint !== null) console.print(`  ${problem.hint}`);
    if (isDefinitionRule(problem.rule)) {
      const {reason, link} = DEFINITION_RULES[problem.rule];
      console.print(`  ${reason} ${link}`);
    }
  }
  for (const {severity, rule, message, hint, file, line} of codelists) {
    console.print(`${file}${line === null ? '' : `:${line}`}: ${severity}: ${message} [${rule}]`);
    if (hint !== null) console.print(`  ${hint}`);
  }
  const {length} = reading.project?.actions ?? [];
  if (reading.valid) console.print(`${path}: valid, ${formatPlural(length, 'action')}`);
  else if (reading.acceptedByReference)
    console.print(`${path}: not valid; the opensafely tool would accept it, and fail later`);
  else console.print(`${path}: not valid`);
}
