import {CODELIST_STATES, CODING_SYSTEMS, type CodelistProblem} from '../../../shared/codelist';
import {formatPlural} from '../../../shared/format';
import {ok, type Result} from '../../../shared/result';
import {resolveSettings} from '../../../shared/settings';
import {
  checkCodelists,
  checkUpstream,
  prepareAdd,
  prepareUpdate,
  write,
  type CodelistWork,
  type Prepared,
} from '../../codelists/codelists';
import type {Refusal} from '../../codelists/localCodelists';
import {withStudy, type CommandContext} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';

/** What the commands of codelists need, by settings and environment. */
function workOf(context: CommandContext): CodelistWork {
  const {codelistServer, proxy, offline} = resolveSettings(context.chosen().given()).values;
  const {console, projectDir, version} = context;
  const ci = (process.env['GITHUB_WORKFLOW'] ?? '') !== '';
  return {
    studyDir: projectDir,
    server: {base: codelistServer, proxy, offline, version, ci},
    onFetch: (id) => console.print(`Fetching ${id}`),
  };
}

/** `codelists add URL`: a line, its CSV and its entry in codelists.json, or none of them. Exit code 1 for any failure. */
export async function codelistsAddCommand(context: CommandContext, url: string): Promise<ExitCode> {
  return carryOut(context, await prepareAdd(workOf(context), url));
}

/** `codelists update [--delete-unlisted]`: downloads all lists, all or nothing. Exit code 1 for any failure. */
export async function codelistsUpdateCommand(
  context: CommandContext,
  options: {readonly deleteUnlisted: boolean},
): Promise<ExitCode> {
  return carryOut(context, await prepareUpdate(workOf(context), options));
}

async function carryOut(
  context: CommandContext,
  prepared: Result<Prepared, Refusal>,
): Promise<ExitCode> {
  const {console} = context;
  const done = prepared.ok ? await write(prepared.value) : prepared;
  if (!done.ok) {
    console.json({ok: false, problems: done.error.map(problemLine)});
    printProblems(context, done.error);
    console.print('Nothing was changed.');
    return EXIT.failed;
  }
  const {lists, deleted, unlisted, notes} = done.value;
  console.json({ok: true, lists, deleted, unlisted, notes});
  for (const {file, change} of lists)
    if (change !== null) console.print(`${change === 'added' ? 'Added' : 'Changed'} ${file}`);
  for (const name of deleted) console.print(`Deleted ${name}`);
  if (unlisted.length > 0) {
    console.print(
      `${formatPlural(unlisted.length, 'CSV file')} not listed in codelists.txt, left alone:`,
    );
    for (const name of unlisted) console.print(`  ${name}`);
    console.print('Move your own to local_codelists, or delete them with --delete-unlisted.');
  }
  for (const note of notes) console.print(note);
  console.print(`${formatPlural(lists.length, 'codelist')} downloaded.`);
  return EXIT.done;
}

/** `codelists check` and `check-upstream`: every problem at once; exit code 1 where there is one. */
export async function codelistsCheckCommand(
  context: CommandContext,
  what: 'all' | 'upstream',
): Promise<ExitCode> {
  const {console} = context;
  const work = workOf(context);
  const checked = await (what === 'all' ? checkCodelists(work) : checkUpstream(work));
  if (checked === null) {
    const note = 'There is no folder codelists, so that there is nothing to check.';
    console.json({ok: true, problems: [], upstream: null, notes: [note]});
    console.print(note);
    return EXIT.done;
  }
  const {ok: isOk, problems, upstream, notes} = checked;
  console.json({ok: isOk, problems: problems.map(problemLine), upstream, notes});
  printProblems(context, problems);
  for (const note of notes) console.print(note);
  if (isOk && upstream?.ok === true) console.print('Codelists OK');
  else if (isOk && upstream === null) console.print('Codelists OK here; the server was not asked.');
  return isOk ? EXIT.done : EXIT.failed;
}

/** `codelists list`: every list with its state and what is odd about it. Asks no server; exit code 0 whatever is found. */
export function codelistsListCommand(context: CommandContext): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const {console} = context;
    const listed = await study.codelists.list();
    if (!listed.ok) return listed;
    for (const summary of listed.value) console.json(summary);
    const rows = listed.value.map(({file, state, codingSystem, codes, actions}) => [
      file,
      CODELIST_STATES[state].toLowerCase(),
      codingSystem === null ? '?' : CODING_SYSTEMS[codingSystem],
      codes === null ? '' : formatPlural(codes, 'code'),
      actions.length === 0 ? '' : `used by ${actions.join(', ')}`,
    ]);
    for (const line of columns(rows)) console.print(line);
    for (const {file, warnings} of listed.value)
      for (const {rule, message, hint, source, line} of warnings) {
        const place = line === null ? file : `${file}:${line}`;
        console.print(`${place}: warning: ${message} [${rule}]`);
        if (hint !== null) console.print(`  ${hint}`);
        console.print(`  ${source.title}, ${source.date}`);
      }
    if (listed.value.length === 0) console.print('This study has no codelists.');
    return ok(EXIT.done);
  });
}

function problemLine({severity, rule, message, hint, file, line, fixes}: CodelistProblem): object {
  return {severity, rule, message, hint, file, line, fixes: fixes.map(({title}) => title)};
}

/** On standard output, as the reference prints them; what several have in common is said once. */
function printProblems({console}: CommandContext, problems: readonly CodelistProblem[]): void {
  for (const [index, {severity, rule, message, hint, file, line, fixes}] of problems.entries()) {
    const place = line === null ? file : `${file}:${line}`;
    console.print(`${place}: ${severity}: ${message} [${rule}]`);
    for (const {title} of fixes) console.print(`  ${title}`);
    if (hint !== null && problems[index + 1]?.hint !== hint) console.print(`  ${hint}`);
  }
}
