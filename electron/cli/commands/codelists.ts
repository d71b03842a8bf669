import type {CodelistProblem, CodelistUpdate} from '../../../shared/codelist';
import {formatPlural} from '../../../shared/format';
import type {Result} from '../../../shared/result';
import {resolveSettings} from '../../../shared/settings';
import {
  addCodelist,
  checkCodelists,
  checkUpstream,
  updateCodelists,
  type CodelistWork,
  type Refusal,
} from '../../codelists/codelists';
import type {CommandContext} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';

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
  return showUpdate(context, await addCodelist(workOf(context), url));
}

/** `codelists update [--delete-unlisted]`: downloads all lists, all or nothing. Exit code 1 for any failure. */
export async function codelistsUpdateCommand(
  context: CommandContext,
  options: {readonly deleteUnlisted: boolean},
): Promise<ExitCode> {
  return showUpdate(context, await updateCodelists(workOf(context), options));
}

function showUpdate(context: CommandContext, done: Result<CodelistUpdate, Refusal>): ExitCode {
  const {console} = context;
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
  const {ok, problems, upstream, notes} = checked;
  console.json({ok, problems: problems.map(problemLine), upstream, notes});
  printProblems(context, problems);
  for (const note of notes) console.print(note);
  if (ok && upstream?.ok === true) console.print('Codelists OK');
  else if (ok && upstream === null) console.print('Codelists OK here; the server was not asked.');
  return ok ? EXIT.done : EXIT.failed;
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
