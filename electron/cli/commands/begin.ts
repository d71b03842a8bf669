import type {AppError} from '../../../shared/errors';
import {formatBytes, formatCount} from '../../../shared/format';
import type {Result} from '../../../shared/result';
import {shellWord} from '../../../shared/shellWord';
import type {BegunStudy} from '../../core/begin/newStudy';
import type {BeginHooks, Core} from '../../core/core';
import {reportError, type CommandContext} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {onInterruption} from '../interruption';

/** `new DIR`: begins a study. */
export function newCommand(
  context: CommandContext,
  dir: string,
  from: string | null,
): Promise<ExitCode> {
  return begin(context, 'begun', (core, hooks) => core.newStudy(dir, from, hooks));
}

/** `clone URL [DIR]`: clones a study. */
export function cloneCommand(
  context: CommandContext,
  url: string,
  dir: string | null,
): Promise<ExitCode> {
  return begin(context, 'cloned', (core, hooks) => core.cloneStudy(url, dir, hooks));
}

async function begin(
  context: CommandContext,
  done: string,
  work: (core: Core, hooks: BeginHooks) => Promise<Result<BegunStudy, AppError>>,
): Promise<ExitCode> {
  const {console} = context;
  const stopping = new AbortController();
  const hearNoMore = onInterruption(() => stopping.abort());
  try {
    const begun = await work(await context.core(), {
      onProgress: ({phase, loaded, total}) =>
        console.progress(
          `${phase}: ${total === null ? formatBytes(loaded) : `${formatCount(loaded)} of ${formatCount(total)}`}`,
        ),
      signal: stopping.signal,
    });
    console.progress(null);
    if (!begun.ok) {
      const {error} = begun;
      const place = 'The token is read from STUDY_DESK_GIT_TOKEN.';
      const hint = `${error.hint ?? ''} ${place}`.trim();
      return reportError(context, error.wantsToken === true ? {...error, hint} : error);
    }
    const {dir, branch, commit, notices} = begun.value;
    console.json({dir, branch, commit, notices});
    console.print(
      `The study was ${done} in ${dir}${commit === null ? ', which has no commit yet' : `, at commit ${commit.slice(0, 7)}${branch === null ? '' : ` of ${branch}`}`}.`,
    );
    for (const notice of notices) console.print(notice);
    if (done === 'begun')
      console.print(`Run it with \`study-desk run run_all --project-dir ${shellWord(dir)}\`.`);
    return EXIT.done;
  } finally {
    hearNoMore();
  }
}
