import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {SHELL_DIFFERENCES} from '../../../shared/shell';
import type {CommandContext} from '../command';
import {withStudy} from '../command';
import {plainText} from '../console';
import {downloadsOn} from '../downloads';
import {joinTerminal, terminalSize} from '../typedTerminal';

/** `shell ACTION`: a shell in the action's image, on a copy of what its job would be given; answers its exit code. */
export function shellCommand(context: CommandContext, action: string): Promise<number> {
  return withStudy<number>(
    context,
    async (study) => {
      const {console} = context;
      if (context.json)
        return err(
          appError('invalid-request', '`shell` prints what is typed and printed in it, no JSON.', {
            hint: 'Leave --json out.',
          }),
        );
      const size = terminalSize();
      const downloads = downloadsOn(study, console);
      const opened = await study.shells.take(action, size).finally(downloads.end);
      if (!opened.ok) return opened;
      const {terminal, image, command, notices} = opened.value;
      for (const notice of notices) console.warn(plainText(notice));
      console.warn(plainText(`A shell for ${action} in ${image}.`));
      for (const difference of SHELL_DIFFERENCES) console.warn(`- ${difference}`);
      console.warn(plainText(`Its command: ${command}`));
      await console.flush();
      const ended = await joinTerminal(terminal, size);
      return ended.ok ? ok(ended.value) : ended;
    },
    'engine',
  );
}
