/** The most that counts of a wait over which the computer fell asleep. */
const AWAKE_STEP_MS = 10_000;

/**
 * Calls back after so many milliseconds of being awake; returns how to cancel that. On macOS and Windows a timer goes
 * on while the computer sleeps: one long wait would be over at once when it wakes.
 */
export function afterAwake(milliseconds: number, then: () => void): () => void {
  let left = Math.max(0, milliseconds);
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const step = Math.min(left, AWAKE_STEP_MS);
    timer = setTimeout(() => {
      left -= step;
      if (left > 0) wait();
      else then();
    }, step);
  };
  wait();
  return () => clearTimeout(timer);
}
