/** What became of a program. */
export interface RunResult {
  /** Null when it could not be started or was ended. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export function run(
  command: string,
  args: readonly string[],
  options?: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly show?: boolean;
    readonly lastSignal?: string;
    readonly timeoutMs?: number;
    readonly onLine?: (line: string) => void;
  },
): Promise<RunResult>;
