import {formatList, formatPlural} from '../../../shared/format';
import {err, ok} from '../../../shared/result';
import {bisectBetween, type BisectEnd, type BisectStep} from '../../core/commits/bisect';
import {readCell, valueAt} from '../../core/commits/commitValue';
import {type CommandContext, withEngine} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {onInterruption} from '../interruption';

/** What `bisect` is asked. */
export interface BisectArguments {
  readonly path: string;
  /** A commit, branch or tag at which the output was as it should be, and a later one at which it is not. */
  readonly good: string;
  readonly bad: string;
  /** `ROW:COLUMN`; absent for the whole file. */
  readonly cell: string | undefined;
}

/** `bisect PATH GOOD BAD`: which commit changed an output, or one cell of it. */
export function bisectCommand(
  context: CommandContext,
  {path, good, bad, cell: text}: BisectArguments,
): Promise<ExitCode> {
  return withEngine(context, async (study) => {
    const cell = text === undefined ? ok(null) : readCell(text);
    if (!cell.ok) return cell;
    const {console} = context;
    const core = await context.core();
    const stopping = new AbortController();
    const hearNoMore = onInterruption(() => stopping.abort());
    const question = {
      ...{path, cell: cell.value, tables: core.tables, settings: study.settings.current().values},
      ...{onProgress: (line: string) => console.progress(line), signal: stopping.signal},
    };
    try {
      const ended = await bisectBetween(
        {studyDir: study.dir, good, bad},
        async (commit, mayRun) => {
          const copy = await core.openCommit(study.dir, commit.commit);
          if (!copy.ok)
            return copy.error.kind === 'not-found'
              ? ok({kind: 'skipped', reason: copy.error.why ?? copy.error.message, runs: 0})
              : copy;
          try {
            await copy.value.engines.check(context.executor());
            return await valueAt(copy.value, question, mayRun);
          } finally {
            await copy.value.close();
          }
        },
        (count) => console.print(`${formatPlural(count, 'commit')} after ${good} up to ${bad}.`),
        (step) => showStep(context, step),
      );
      console.progress(null);
      if (!ended.ok) return err(ended.error);
      return ok(showEnd(context, ended.value, path));
    } finally {
      hearNoMore();
    }
  });
}

function showStep({console}: CommandContext, {commit, ...step}: BisectStep): void {
  console.json({event: 'step', commit: commit.commit, subject: commit.subject, ...step});
  const words = step.reason === null ? step.result : `stepped over: ${step.reason}`;
  const shown = step.value === null ? '' : ` ${step.value.slice(0, 40)}`;
  const from = step.reason === null && step.runs === 0 ? ', from an earlier run' : '';
  console.print(`${commit.commit.slice(0, 7)} ${words}${shown}${from}  ${commit.subject}`);
}

function showEnd({console}: CommandContext, end: BisectEnd, path: string): ExitCode {
  const {found, before, after, runs, suspects} = end;
  console.json({
    event: 'finished',
    ...(found === null
      ? {commit: null, subject: null, author: null, date: null}
      : {
          ...{commit: found.commit, subject: found.subject},
          ...{author: found.author, date: found.date},
        }),
    ...{before, after, runs},
    suspects: suspects.map(({commit, reason}) => ({commit: commit.commit, reason})),
  });
  if (found === null) {
    console.print(`${path} is the same at both ends: none of these commits changed it for good.`);
    return EXIT.failed;
  }
  console.print(
    `${found.commit.slice(0, 7)} changed it, from ${before ?? 'missing'} to ${after ?? 'missing'}: ${found.subject}`,
  );
  console.print(`By ${found.author}, ${found.date.slice(0, 10)}. ${formatPlural(runs, 'run')}.`);
  if (suspects.length > 0) {
    const names = suspects.map(({commit}) => commit.commit.slice(0, 7));
    console.print(`It may also be ${formatList(names, 10)}, stepped over before it.`);
  }
  return EXIT.done;
}
