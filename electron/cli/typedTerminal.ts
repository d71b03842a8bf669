import {type AppError, failWith} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import type {Study} from '../core/study';
import {withEngine, type CommandContext} from './command';
import {downloadsOn} from './downloads';
import {EXIT} from './exitCodes';
import {onFirstInterruption} from './interruption';

/** Size of a terminal in characters. */
interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A command somewhere else that this terminal, or pipe, is joined to. */
type JoinedCommand = Extract<Awaited<ReturnType<Study['tools']['run']>>, {ok: true}>['value'];

/** The size of the terminal this process is typed at; null where input or output is none. */
function terminalSize(): Size | null {
  const {stdin, stdout} = process;
  if (!stdin.isTTY || !stdout.isTTY) return null;
  // a terminal that does not know its size says 0
  return {columns: stdout.columns || 80, rows: stdout.rows || 24};
}

/** What of a command has been opened, and what is to be said of it before it is typed to. */
interface OpenedCommand {
  readonly terminal: JoinedCommand;
  readonly remarks: readonly string[];
}

/**
 * Opens a command that is typed to on the study, its image downloaded where it is missing, and joins this process to it;
 * answers its exit code. `refusesJson` says why there is no JSON of it.
 */
export function inTerminal(
  context: CommandContext,
  refusesJson: string,
  open: (study: Study, size: Size | null) => Promise<Result<OpenedCommand, AppError>>,
): Promise<number> {
  const {console} = context;
  return withEngine<number>(context, async (study) => {
    if (context.json) return failWith('invalid-request', refusesJson, {hint: 'Leave --json out.'});
    const size = terminalSize();
    const downloads = downloadsOn(study, console);
    const opened = await open(study, size).finally(downloads.end);
    if (!opened.ok) return opened;
    for (const remark of opened.value.remarks) console.warn(remark);
    await console.flush();
    return joinTerminal(opened.value.terminal, size);
  });
}

/**
 * Joins this process's input and output to a command until that ends: every byte as it is, at a terminal every key. A
 * signal ends the command; answers its exit code, or that of an interruption.
 */
async function joinTerminal(
  command: JoinedCommand,
  size: Size | null,
): Promise<Result<number, AppError>> {
  const {stdin, stdout, stderr} = process;
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    void command.stop();
  };
  const type = (bytes: Buffer): void => command.write(bytes);
  const end = (): void => command.endInput();
  const resized = (): void => {
    const now = terminalSize();
    if (now !== null) void command.resize(now);
  };
  // where nobody reads any more, there is nobody to work for
  stdout.once('error', interrupt);
  const hearNoMore = onFirstInterruption(interrupt);
  if (size !== null) {
    stdin.setRawMode(true);
    stdout.on('resize', resized);
  }
  stdin.on('data', type);
  stdin.once('end', end);
  try {
    const printed = command.output(async (stream, bytes) => {
      const target = stream === 'stderr' ? stderr : stdout;
      if (!target.write(bytes)) await drained(target);
    });
    const ended = await command.wait();
    await printed;
    return interrupted ? ok(EXIT.interrupted) : ended;
  } finally {
    if (size !== null) {
      stdin.setRawMode(false);
      stdout.removeListener('resize', resized);
    }
    stdin.removeListener('data', type);
    stdin.removeListener('end', end);
    stdin.pause();
    stdout.removeListener('error', interrupt);
    hearNoMore();
  }
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve);
    stream.once('error', () => resolve());
  });
}
