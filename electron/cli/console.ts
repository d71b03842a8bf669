import {formatBytes} from '../../shared/format';

/** Where the command line writes: results on stdout, all that is said about them on stderr. */
export interface Console {
  /** Standard output is a terminal, so that progress can be drawn and colour used. */
  readonly isTerminal: boolean;
  /** A line of text for the user; nothing with `--json`. */
  print(line: string): void;
  /** One JSON object as a line; nothing without `--json`. */
  json(value: unknown): void;
  /** A line on stderr. */
  warn(line: string): void;
  /** Redraws the line of progress below the text, or takes it away; only on a terminal. */
  progress(line: string | null): void;
  /** Resolves when all has reached the system; then the process may end. */
  flush(): Promise<void>;
}

/** The streams of this process. A reader that went away (`| head`) ends the writing, not the work. */
export function createConsole(json: boolean): Console {
  const {stdout, stderr} = process;
  const gone = new Set<NodeJS.WriteStream>();
  for (const stream of [stdout, stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      gone.add(stream);
      if (error.code !== 'EPIPE') process.exitCode = 1;
    });
  const isTerminal = stdout.isTTY && !json;
  let drawn = '';

  const write = (stream: NodeJS.WriteStream, text: string): void => {
    if (!gone.has(stream)) stream.write(text);
  };
  const erase = (): void => {
    if (drawn !== '') write(stdout, '\r\u001b[2K');
    drawn = '';
  };
  return {
    isTerminal,
    print(line) {
      if (json) return;
      erase();
      write(stdout, `${line}\n`);
    },
    json(value) {
      if (json) write(stdout, `${JSON.stringify(value)}\n`);
    },
    warn(line) {
      erase();
      write(stderr, `${line}\n`);
    },
    progress(line) {
      if (!isTerminal) return;
      // a terminal that does not know its width says 0
      const width = stdout.columns > 0 ? stdout.columns - 1 : 79;
      const cut = [...(line ?? '')].slice(0, width).join('');
      if (cut === drawn) return;
      erase();
      write(stdout, cut);
      drawn = cut;
    },
    flush: async () => {
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

/** Text with control characters made visible, so that names and logs can't steer the terminal. */
export function plainText(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}

/** `14.2 kB` with a width that lines columns up. */
export function sizeColumn(bytes: number): string {
  return formatBytes(bytes).padStart(9);
}
