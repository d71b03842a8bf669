import type {EngineStatus, FoundEngine} from './engine';
import {formatMemory, formatPlural} from './format';

/** An engine's state in a sentence: what it is and has, or what is wrong. */
export function engineWords({status, latencyMs}: FoundEngine): string {
  switch (status.state) {
    case 'checking':
      return 'Asking…';
    case 'ready':
      return `${readyWords(status)}${latencyMs === null ? '' : `, answers in ${latencyText(latencyMs)}`}`;
    case 'down':
      return `${status.message} ${status.hint}`;
  }
}

/** What an engine that answers is and has. */
export function readyWords({
  name,
  cpus,
  memoryBytes,
  platform,
}: EngineStatus & {readonly state: 'ready'}): string {
  return `${name} is ready: ${formatPlural(cpus, 'processor')}, ${formatMemory(memoryBytes)} of memory, ${platform}`;
}

function latencyText(latencyMs: number): string {
  return latencyMs < 1 ? 'under 1 ms' : `${Math.round(latencyMs)} ms`;
}
