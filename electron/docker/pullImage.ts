import readline from 'node:readline';
import type Dockerode from 'dockerode';
import type {PullProgress} from '../../shared/engine';
import {pullMessage} from './engineReplies';
import {PULL_BEGINS, pullProgress, pullStep} from './pullProgress';

/** Downloads an image; rejects with the engine's or the registry's words. Ends at once when the signal says so. */
export async function pullImage(
  client: Dockerode,
  image: string,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const options = {platform: 'linux/amd64', abortSignal: signal};
  const stream = await client.pull(image, options);
  const lines = readline.createInterface({input: stream});
  let state = PULL_BEGINS;
  onProgress(pullProgress(image, state));
  const broken = new Promise<never>((_, reject) => stream.once('error', reject));
  const read = async (): Promise<void> => {
    for await (const line of lines) {
      if (line.trim() === '') continue;
      const message = pullMessage.parse(JSON.parse(line));
      if (message.error !== undefined) throw new Error(message.error);
      state = pullStep(state, message);
      onProgress(pullProgress(image, state));
    }
  };
  await Promise.race([read(), broken]);
  onProgress({...pullProgress(image, state), phase: 'done'});
}
