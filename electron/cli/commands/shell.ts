import {ok} from '../../../shared/result';
import {SHELL_DIFFERENCES} from '../../../shared/shell';
import type {CommandContext} from '../command';
import {plainText} from '../console';
import {inTerminal} from '../typedTerminal';

/** `shell ACTION`: a shell in the action's image, on a copy of what its job would be given; answers its exit code. */
export function shellCommand(context: CommandContext, action: string): Promise<number> {
  const refusesJson = '`shell` prints what is typed and printed in it, no JSON.';
  return inTerminal(context, refusesJson, async (study, size) => {
    const opened = await study.shells.take(action, size);
    if (!opened.ok) return opened;
    const {terminal, image, command, notices} = opened.value;
    const remarks = [
      ...notices.map(plainText),
      plainText(`A shell for ${action} in ${image}.`),
      ...SHELL_DIFFERENCES.map((difference) => `- ${difference}`),
      plainText(`Its command: ${command}`),
    ];
    return ok({terminal, remarks});
  });
}
