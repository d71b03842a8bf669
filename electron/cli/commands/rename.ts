import {createPatch} from 'diff';
import {ok} from '../../../shared/result';
import {type CommandContext, withStudy} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';

/** `rename ACTION NEW [--dry-run]`: shows what a new name changes and what is carried over to it, and makes the change. */
export function renameCommand(
  context: CommandContext,
  names: {readonly from: string; readonly to: string},
  dryRun: boolean,
): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const preview = await study.project.previewRename(names);
    if (!preview.ok) return preview;
    if (!dryRun) {
      const renamed = await study.project.rename(names);
      if (!renamed.ok) return renamed;
    }
    const {change, carried} = preview.value;
    const diff = createPatch('project.yaml', change.before, change.after, '', '', {context: 1});
    context.console.json({diff, carried});
    for (const line of diff.trimEnd().split('\n')) context.console.print(line);
    const verb = dryRun ? 'Would carry over' : 'Carried over';
    context.console.print(
      carried.length === 0 ? 'Nothing else is kept of it.' : `${verb}: ${carried.join(', ')}.`,
    );
    return ok(EXIT.done);
  });
}
