import type {AppError} from '../../../shared/errors';
import {meantWords, type FailureCard, type MeantNames} from '../../../shared/failure';
import {STATE_WORDS} from '../../../shared/status';
import {err, ok, type Result} from '../../../shared/result';
import type {Study} from '../../core/study';
import {unknownActionError} from '../../planner/requestErrors';
import {type CommandContext, neverRun, validProject, withStudy} from '../command';
import type {Console} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';

/** Names printed of those that may have been meant. */
const FEW_NAMES = 6;

/**
 * `why ACTION`: why the action's latest job failed. Ends with 1 where it failed of something that is not known, and then
 * prints nothing but where its log is to be read.
 */
export function whyCommand(context: CommandContext, action: string): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const {console} = context;
    const job = await latestJob(study, action);
    if (!job.ok) return job;
    const {jobId, state, message} = job.value;
    if (state !== 'failed') {
      console.json({action, jobId, state, message, card: null});
      console.print(`${action} did not fail: ${STATE_WORDS[state].toLowerCase()}.`);
      return ok(EXIT.done);
    }
    const card = await study.failures.why({jobId});
    if (!card.ok) return card;
    const fix = card.value === null ? null : await fixDiff(study, card.value);
    console.json({
      action,
      jobId,
      state,
      message,
      card: card.value === null ? null : cardObject(card.value, fix),
    });
    if (card.value === null) {
      console.print(`${action}: ${message}`);
      console.print(
        `Its log does not end in words that are known. \`study-desk logs ${action}\` prints it.`,
      );
      return ok(EXIT.failed);
    }
    printCard(console, card.value, fix);
    return ok(EXIT.done);
  });
}

async function latestJob(
  study: Study,
  action: string,
): Promise<
  Result<
    {readonly jobId: string; readonly state: keyof typeof STATE_WORDS; readonly message: string},
    AppError
  >
> {
  const valid = validProject(study);
  const statuses = await study.provenance.statuses();
  if (!statuses.ok) return statuses;
  const found = statuses.value.find((status) => status.action === action);
  if (found === undefined)
    return valid.ok ? err(unknownActionError(action, valid.value.graph.names)) : valid;
  if (found.lastJob === null) return err(neverRun(study, action));
  return ok(found.lastJob);
}

/** The lines of project.yaml before and after the change that helps; null where there is none, or it no longer fits. */
async function fixDiff(study: Study, {fix}: FailureCard): Promise<string | null> {
  if (fix === null) return null;
  const preview = await study.project.previewFix({revision: fix.revision, edits: fix.edits});
  return preview.ok ? changedLines(preview.value.before, preview.value.after) : null;
}

/** The lines that differ, `-` before those that go and `+` before those that come; a change is in one place. */
function changedLines(before: string, after: string): string {
  const old = before.split('\n');
  const next = after.split('\n');
  let same = 0;
  while (same < Math.min(old.length, next.length) && old[same] === next[same]) same += 1;
  let tail = 0;
  const most = Math.min(old.length, next.length) - same;
  while (tail < most && old[old.length - 1 - tail] === next[next.length - 1 - tail]) tail += 1;
  return [
    `project.yaml, line ${same + 1}`,
    ...old.slice(same, old.length - tail).map((line) => `-${line}`),
    ...next.slice(same, next.length - tail).map((line) => `+${line}`),
  ].join('\n');
}

function cardObject(card: FailureCard, diff: string | null): object {
  const {rule, title, cause, place, meant, remedies, fix} = card;
  return {
    rule,
    title,
    cause,
    place,
    meant,
    remedies,
    fix: fix === null || diff === null ? null : {title: fix.title, diff},
  };
}

function printCard(
  console: Console,
  {title, cause, place, meant, remedies, fix}: FailureCard,
  diff: string | null,
): void {
  console.print(title);
  if (cause.seq !== null) console.print(`  log line ${cause.seq + 1}: ${cause.text.trim()}`);
  if (place !== null) {
    const found = place.foundBy === 'search' ? ' (the only line that it can be)' : '';
    const changed = place.changedSince ? ' (the file has changed since)' : '';
    console.print(`  ${place.path}, line ${place.line}${found}${changed}`);
    place.code.forEach((line, index) => {
      const number = place.firstLine + index;
      const mark = number === place.line ? '>' : ' ';
      console.print(`  ${mark} ${String(number).padStart(4)}  ${line}`);
    });
  }
  if (meant !== null) console.print(`  ${meantLine(meant)}`);
  console.print('What usually helps:');
  for (const remedy of remedies) console.print(`  - ${remedy}`);
  if (fix === null || diff === null) return;
  console.print(`${fix.title}:`);
  for (const line of diff.split('\n')) console.print(`  ${line}`);
}

/** The nearest of the names that there are. */
function meantLine(meant: MeantNames): string {
  const few = meant.names.slice(0, FEW_NAMES).join(', ');
  const more = meant.names.length - FEW_NAMES;
  return `${meantWords(meant)}, the nearest first: ${few}${more > 0 ? ` and ${more} more` : ''}`;
}
