/** What asks a process to end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Hears of every signal that asks this process to end, which does not end it then; answers how to hear no more. */
export function onInterruption(interrupt: () => void): () => void {
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return hearNoMore(interrupt);
}

/** As `onInterruption`, of each signal once: asked again by the same one, the process ends. */
export function onFirstInterruption(interrupt: () => void): () => void {
  for (const signal of SIGNALS) process.once(signal, interrupt);
  return hearNoMore(interrupt);
}

function hearNoMore(interrupt: () => void): () => void {
  return () => {
    for (const signal of SIGNALS) process.removeListener(signal, interrupt);
  };
}
