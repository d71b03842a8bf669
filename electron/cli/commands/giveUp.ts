import {formatList, formatWhen} from '../../../shared/format';
import {ok} from '../../../shared/result';
import type {UnendedRun} from '../../core/runs/unendedRuns';
import {type CommandContext, withStudy} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';

/** Actions named of one run. */
const SHOWN = 5;

/**
 * `give-up [--yes]`: lists runs that were cut off and are not finished; with `yes` ends them
 * without what their jobs have done, so that new runs can start while their engine is down.
 */
export function giveUpCommand(context: CommandContext, yes: boolean): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const {console} = context;
    const left = (await study.runs.open()).filter(({process}) => process === null);
    if (left.length === 0) console.print('No run was cut off.');
    for (const {run} of left) {
      if (yes) {
        const given = await study.runs.giveUp({runId: run.id});
        if (!given.ok) return given;
      }
      const actions = begunActions(run);
      const waitsForEngine = run.jobs.some(({state}) => state === 'waiting-for-engine');
      console.json({
        runId: run.id,
        startedAt: run.startedAt,
        actions,
        waitsForEngine,
        givenUp: yes,
      });
      const names = actions.length === 0 ? 'nothing begun' : formatList(actions, SHOWN);
      const since = formatWhen(run.startedAt, new Date());
      if (yes) console.print(`Gave up the run started ${since} (${names}).`);
      else
        console.print(
          `The run started ${since} was cut off (${names}). ${waitsForEngine ? 'It waits for its engine.' : 'The next run finishes it first.'}`,
        );
    }
    if (left.length > 0 && !yes)
      console.print('`study-desk give-up --yes` ends it and drops what its jobs have done.');
    return ok(EXIT.done);
  });
}

/** Actions whose jobs had begun and have no end. */
function begunActions({jobs}: UnendedRun['run']): readonly string[] {
  return jobs
    .filter(({completedAt, startedAt}) => completedAt === null && startedAt !== null)
    .map(({action}) => action);
}
