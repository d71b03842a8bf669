import {formatPlural} from '../../../shared/format';
import {ok} from '../../../shared/result';
import type {CommandContext} from '../command';
import {validProject, withStudy} from '../command';
import {plainText} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';

/** `graph`: every action with what it needs, needs first. */
export function graphCommand(context: CommandContext): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const valid = validProject(study);
    if (!valid.ok) return valid;
    const {graph} = valid.value;
    const rankOf = (name: string): number => graph.rank.get(name) ?? 0;
    const names = [...graph.names].sort((one, other) => rankOf(one) - rankOf(other));
    for (const name of names) {
      const needs = graph.upstream.get(name) ?? [];
      context.console.json({
        action: name,
        rank: rankOf(name),
        needs,
        neededBy: graph.downstream.get(name) ?? [],
      });
      context.console.print(
        `${'  '.repeat(rankOf(name))}${plainText(name)}${needs.length === 0 ? '' : ` ← ${needs.map(plainText).join(', ')}`}`,
      );
    }
    context.console.print(formatPlural(names.length, 'action'));
    return ok(EXIT.done);
  });
}
