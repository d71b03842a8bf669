import type {Page} from 'playwright-core';

/** An application started as a user would. */
export interface StartedDesk {
  readonly page: Page;
  /** When its program was started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Ends it, whatever it does. */
  close(): Promise<void>;
}

export function openThroughPort(options: {
  readonly executable: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}): Promise<StartedDesk>;
