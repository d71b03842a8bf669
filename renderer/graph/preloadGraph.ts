/** Fetches the graph and starts its layout worker while the host still reads the study. */
export async function preloadGraph(): Promise<void> {
  const [, {startWorker}] = await Promise.all([import('./GraphView'), import('./layoutCache')]);
  startWorker();
}
