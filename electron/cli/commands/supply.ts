import {basename, resolve} from 'node:path';
import {failWith} from '../../../shared/errors';
import {formatBytes, formatPlural} from '../../../shared/format';
import {ok} from '../../../shared/result';
import {TIER_LABELS} from '../../../shared/sensitivity';
import {suppliedText} from '../../../shared/status';
import {settleFirst} from '../carryOut';
import {type CommandContext, withEngine} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';

/** What `supply` may be given. */
export interface SupplyOptions {
  readonly from?: string;
  readonly source?: string;
  readonly date?: string;
  readonly dryRun: boolean;
  readonly remove: boolean;
}

/** `supply ACTION --from DIR`: takes in released files as an action's outputs; `--remove` takes them out again. */
export function supplyCommand(
  context: CommandContext,
  action: string,
  {from, source, date, dryRun, remove}: SupplyOptions,
): Promise<ExitCode> {
  const {console} = context;
  return withEngine(context, async (study) => {
    if ((from === undefined) === !remove)
      return failWith('invalid-request', 'Give either `--from DIR` or `--remove`.');
    const settled = dryRun ? ok(null) : await settleFirst(context, study);
    if (!settled.ok) return settled;
    if (from === undefined) {
      const removed = await study.provenance.removeSupplied({action});
      if (!removed.ok) return removed;
      console.json({action, removed: removed.value});
      console.print(
        `Took out ${formatPlural(removed.value.length, 'file')} of ${action}; any file that ${removed.value.length === 1 ? 'it' : 'they'} replaced is back.`,
      );
      return ok(EXIT.done);
    }
    const folder = resolve(from);
    const on = date ?? new Date().toISOString().slice(0, 10);
    if (!/^\d{4}-\d\d-\d\d$/.test(on) || Number.isNaN(Date.parse(on)))
      return failWith('invalid-request', `"${on}" is no day.`, {hint: 'Write it as 2026-11-30.'});
    const supplied = {from: source ?? basename(folder), on};
    const taken = dryRun
      ? await study.provenance.previewSupply({action, folder})
      : await study.provenance.supply({action, folder, ...supplied});
    if (!taken.ok) return taken;
    const {files, missing} = taken.value;
    console.json({action, ...supplied, dryRun, files, missing});
    const rows = files.map(({source: file, path, tier, size, replaces}) => [
      file === path ? path : `${path} (${file} there)`,
      ...[TIER_LABELS[tier].toLowerCase(), formatBytes(size)],
      replaces ? 'replaces the file there, of which a copy is kept' : '',
    ]);
    for (const line of columns(rows)) console.print(line);
    if (missing.length > 0) console.print(`No file there fits ${missing.join(', ')}.`);
    const done = `${formatPlural(files.length, 'output')} of ${action} ${suppliedText(supplied)}`;
    console.print(dryRun ? `Would take in ${done}.` : `Took in ${done}.`);
    return ok(EXIT.done);
  });
}
