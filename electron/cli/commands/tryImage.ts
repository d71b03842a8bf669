import {err, ok} from '../../../shared/result';
import {type CommandContext, withStudy} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {onInterruption} from '../interruption';
import {compareRun} from './compare';

/**
 * `try-image ACTION [IMAGE]`: runs an action on the image it has and on another, in a copy, and prints how its outputs differ;
 * with `apply` it then changes project.yaml.
 */
export function tryImageCommand(
  context: CommandContext,
  action: string,
  image: string | null,
  {apply}: {readonly apply: boolean},
): Promise<ExitCode> {
  const {console} = context;
  return withStudy(context, async (study) => {
    const stopping = new AbortController();
    const hearNoMore = onInterruption(() => stopping.abort());
    try {
      const tried = await study.ready.tryImage(
        {action, image},
        {
          onJob: ({state}) => console.progress(`${action}: ${state}`),
          compare: async (copy, runId) => {
            console.progress(null);
            return compareRun(context, copy, {with: runId, byPosition: false});
          },
          signal: stopping.signal,
        },
      );
      console.progress(null);
      if (!tried.ok) return tried;
      const {from, to, job, edits, revision} = tried.value;
      const succeeded = job.state === 'succeeded';
      const applied = apply && succeeded;
      if (applied) {
        const changed = await study.project.apply({revision, edits});
        if (!changed.ok) return err(changed.error);
      }
      console.json({action, from, to, succeeded, message: job.message, applied});
      console.print(
        succeeded
          ? `${action} ran on ${from} and on ${to}, in a copy: above is how its outputs differ.`
          : `${action} does not succeed on ${to}: ${job.message}`,
      );
      if (applied) console.print(`project.yaml now has ${to}. Its outputs are as they were.`);
      else if (succeeded) console.print(`With --apply project.yaml is changed to ${to}.`);
      return ok(succeeded ? EXIT.done : EXIT.failed);
    } finally {
      hearNoMore();
    }
  });
}
