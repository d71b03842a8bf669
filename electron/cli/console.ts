import {writeSync} from 'node:fs';
import {Socket} from 'node:net';
import {visibleText} from '../../shared/visibleText';

/**
 * Where the command line writes: results on stdout, all that is said about them on stderr. What names and logs hold is
 * shown there and never steers a terminal; JSON has it as it is.
 */
export type Console = ReturnType<typeof createConsole>;

/** The streams of this process. A reader that went away (`| head`) ends the writing, not the work. */
export function createConsole(json: boolean) {
  const {stdout, stderr} = process;
  const gone = new Set<NodeJS.WriteStream>();
  let lost = false;
  const onFault = (stream: NodeJS.WriteStream, error: NodeJS.ErrnoException): void => {
    if (gone.has(stream)) return;
    gone.add(stream);
    if (error.code === 'EPIPE') return;
    lost = true;
    const why = error.code === 'ENOSPC' ? 'The disk is full.' : error.message;
    if (stream === stdout) write(stderr, `study-desk: Not all could be written out. ${why}\n`);
  };
  for (const stream of [stdout, stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => onFault(stream, error));
  const isTerminal = stdout.isTTY && !json;
  let drawn = '';

  const write = (stream: NodeJS.WriteStream, text: string): void => {
    if (gone.has(stream)) return;
    if (isStreamed(stream)) {
      stream.write(text);
      return;
    }
    try {
      writeWhole(stream === stdout ? 1 : 2, text);
    } catch (error) {
      onFault(stream, error as NodeJS.ErrnoException); // all that writeSync throws
    }
  };
  const erase = (): void => {
    if (drawn !== '') write(stdout, '\r\u001b[2K');
    drawn = '';
  };
  return {
    /** Standard output is a terminal, so that progress can be drawn and colour used. */
    isTerminal,
    /** A line of text for the user; nothing with `--json`. */
    print(line: string): void {
      if (json) return;
      erase();
      write(stdout, `${visibleText(line)}\n`);
    },
    /** One JSON object as a line; nothing without `--json`. */
    json(value: unknown): void {
      if (json) write(stdout, `${JSON.stringify(value)}\n`);
    },
    /** A line on stderr. */
    warn(line: string): void {
      erase();
      write(stderr, `${visibleText(line)}\n`);
    },
    /** Redraws the line of progress below the text, or takes it away; only on a terminal. */
    progress(line: string | null): void {
      if (!isTerminal) return;
      // a terminal that does not know its width says 0
      const width = stdout.columns > 0 ? stdout.columns - 1 : 79;
      const cut = [...visibleText(line ?? '')].slice(0, width).join('');
      if (cut === drawn) return;
      erase();
      write(stdout, cut);
      drawn = cut;
    },
    /** Nobody gets any more what is written to stdout. */
    isClosed: (): boolean => gone.has(stdout),
    /** Part of what belonged on stdout is lost, as when the disk is full; that has been said on stderr. */
    hasLost: (): boolean => lost,
    /** Resolves when all has reached the system; then the process may end. */
    flush: async (): Promise<void> => {
      erase();
      await Promise.all([stdout, stderr].map((stream) => flushed(stream, gone)));
    },
  };
}

function flushed(stream: NodeJS.WriteStream, gone: ReadonlySet<NodeJS.WriteStream>): Promise<void> {
  if (gone.has(stream)) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

/** A terminal, pipe or socket; else a file or device. */
function isStreamed(stream: NodeJS.WritableStream): boolean {
  return stream instanceof Socket;
}

/** Writes to a file, of which the system may take a part only, all the same: what does not fit any more throws. */
function writeWhole(fd: number, text: string): void {
  let left = Buffer.from(text);
  while (left.length > 0) left = left.subarray(writeSync(fd, left));
}
