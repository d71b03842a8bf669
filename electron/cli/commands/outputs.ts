import {formatBytes, formatPlural, formatWhen} from '../../../shared/format';
import type {OutputEntry} from '../../../shared/output';
import {ok} from '../../../shared/result';
import {TIER_LABELS, TIERS} from '../../../shared/sensitivity';
import {type CommandContext, withStudy} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';

/** `outputs`: every output by its tier. */
export function outputsCommand(context: CommandContext): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const listing = await study.outputs.list();
    if (!listing.ok) return listing;
    const {outputs, orphans} = listing.value;
    for (const output of outputs) context.console.json({...outputLine(output), orphan: false});
    for (const output of orphans) context.console.json({...outputLine(output), orphan: true});
    const now = new Date();
    for (const tier of TIERS) {
      const files = outputs.filter((output) => output.tier === tier);
      if (files.length === 0) continue;
      context.console.print(TIER_LABELS[tier]);
      for (const line of columns(
        files.map((file) => row(file, now)),
        '  ',
      ))
        context.console.print(line);
    }
    if (outputs.length === 0) context.console.print('There are no outputs yet.');
    if (orphans.length > 0) {
      context.console.print(
        `${formatPlural(orphans.length, 'file')} that project.yaml no longer has an action or pattern for:`,
      );
      for (const line of columns(
        orphans.map((file) => row(file, now)),
        '  ',
      ))
        context.console.print(line);
    }
    return ok(EXIT.done);
  });
}

function outputLine(output: OutputEntry): object {
  const {path, tier, size, sha256, action, runId, producedAt, present, excludedReason} = output;
  return {path, tier, size, sha256, action, runId, producedAt, present, excludedReason};
}

function row(output: OutputEntry, now: Date): readonly string[] {
  const notes = [
    output.present ? '' : 'missing',
    output.excludedReason === null ? '' : `kept from level 4: ${output.excludedReason}`,
  ].filter((note) => note !== '');
  return [
    output.path,
    output.size < 0 ? '' : formatBytes(output.size),
    formatWhen(output.producedAt, now),
    output.action,
    notes.join('; '),
  ];
}
