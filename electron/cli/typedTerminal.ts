import {EXIT} from './exitCodes';

/** Size of a terminal in characters. */
interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A command somewhere else that this terminal, or pipe, is joined to. */
interface JoinedCommand<Failure> {
  write(bytes: Buffer): void;
  endInput(): void;
  resize(size: Size): Promise<void>;
  output(onPiece: (stream: 'stdout' | 'stderr', bytes: Buffer) => Promise<void>): Promise<void>;
  wait(): Promise<
    {readonly ok: true; readonly value: number} | {readonly ok: false; readonly error: Failure}
  >;
  stop(): Promise<void>;
}

/** The size of the terminal this process is typed at; null where input or output is none. */
export function terminalSize(): Size | null {
  const {stdin, stdout} = process;
  if (!stdin.isTTY || !stdout.isTTY) return null;
  // a terminal that does not know its size says 0
  return {columns: stdout.columns || 80, rows: stdout.rows || 24};
}

/**
 * Joins this process's input and output to a command until that ends: every byte as it is, at a terminal every key. A
 * signal ends the command; answers its exit code, or that of an interruption.
 */
export async function joinTerminal<Failure>(
  command: JoinedCommand<Failure>,
  size: Size | null,
): Promise<
  {readonly ok: true; readonly value: number} | {readonly ok: false; readonly error: Failure}
> {
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
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt);
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
    return interrupted ? {ok: true, value: EXIT.interrupted} : ended;
  } finally {
    if (size !== null) {
      stdin.setRawMode(false);
      stdout.removeListener('resize', resized);
    }
    stdin.removeListener('data', type);
    stdin.removeListener('end', end);
    stdin.pause();
    stdout.removeListener('error', interrupt);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.removeListener(signal, interrupt);
  }
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve);
    stream.once('error', () => resolve());
  });
}
