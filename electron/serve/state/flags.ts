import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {parseJson, readRegularFile} from '../../files/openFile';
import {writeFileAtomically} from '../../files/writeAtomically';
import type {Asked} from '../rules/nextSteps';

/** Something an operator has set, and when (ISO 8601 UTC). */
export interface Flag {
  readonly name: string;
  readonly value: string;
  readonly setAt: string;
}

const Flags = z.record(z.string(), z.object({value: z.string(), setAt: z.string()}));

/** Where a runner's flags are kept. */
function flagsFile(stateDir: string): string {
  return join(stateDir, 'flags.json');
}

/** All flags by name; none where there is no such file. A file that can't be read is an error: it may say "paused". */
export async function readFlags(stateDir: string): Promise<readonly Flag[]> {
  const file = flagsFile(stateDir);
  if ((await stat(file).catch(() => null)) === null) return [];
  const read = Flags.parse(parseJson((await readRegularFile(file)).toString()));
  return Object.entries(read)
    .map(([name, {value, setAt}]) => ({name, value, setAt}))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Sets a flag, or with null clears it. */
export async function setFlag(
  stateDir: string,
  name: string,
  value: string | null,
  now: Date,
): Promise<void> {
  const others = (await readFlags(stateDir)).filter((flag) => flag.name !== name);
  const all = value === null ? others : [...others, {name, value, setAt: now.toISOString()}];
  const kept = Object.fromEntries(
    all.map(({name: key, value: text, setAt}) => [key, {value: text, setAt}]),
  );
  await writeFileAtomically(flagsFile(stateDir), JSON.stringify(kept), 0o600);
}

/** What the flags ask of the runner. */
export function requestedBy(flags: readonly Flag[]): Asked {
  const valueOf = (name: string): string | null =>
    flags.find((flag) => flag.name === name)?.value ?? null;
  return {
    paused: valueOf('paused')?.toLowerCase() === 'true',
    maintenance: valueOf('mode') === 'db-maintenance',
  };
}

/** Both headers that servers of protocol v2 read flags from: the mode alone, and all of them. */
export function flagHeaders(flags: readonly Flag[]): Readonly<Record<string, string>> {
  const all = Object.fromEntries(
    flags.map(({name, value, setAt}) => [name, {v: value, ts: `${setAt.slice(0, 19)}Z`}]),
  );
  return {
    'Current-Mode': flags.find(({name}) => name === 'mode')?.value ?? 'None',
    Flags: asciiJson(all),
  };
}

/** Headers hold plain letters only. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
