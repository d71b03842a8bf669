/** A display for programs we start. */
export interface Display {
  /** What they need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Null, or why there is none. */
  readonly reason: string | null;
  stop(): void;
}

export function hasDisplay(): boolean;
export function ensureDisplay(): Promise<Display>;
