import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

/** A picture that was taken, and what is wrong with it. */
export interface Taken {
  readonly study: string;
  readonly scene: string;
  readonly look: string;
  /** Below the folder of the pictures. */
  readonly file: string;
  /** What axe finds serious or critical. */
  readonly axe: readonly string[];
  readonly layout: readonly string[];
  /** Why the window could not be brought to this state. */
  readonly failure: string | null;
}

/** Whether something is wrong with it. */
export const isWrong = ({axe, layout, failure}: Taken): boolean =>
  axe.length > 0 || layout.length > 0 || failure !== null;

/** The findings of a picture, one a line. */
export function findingsOf(taken: Taken): readonly string[] {
  const {study, scene, look, axe, layout, failure} = taken;
  const all = [...axe.map((each) => `axe ${each}`), ...layout.map((each) => `layout ${each}`)];
  return [...all, ...(failure === null ? [] : [`not reached: ${failure}`])].map(
    (finding) => `${study} · ${scene} · ${look} · ${finding}`,
  );
}

/** Writes summary.json and summary.txt (a line for each study, then all findings) beside the pictures. */
export async function writeSummary(folder: string, all: readonly Taken[]): Promise<string> {
  const studies = [...new Set(all.map(({study}) => study))];
  const rows = studies.map((study) => {
    const own = all.filter((taken) => taken.study === study);
    const count = (part: (taken: Taken) => readonly unknown[]) =>
      own.reduce((sum, taken) => sum + part(taken).length, 0);
    const cells = [
      own.length,
      count(({axe}) => axe),
      count(({layout}) => layout),
      own.filter(({failure}) => failure !== null).length,
    ];
    return `${study.padEnd(14)}${cells.map((cell) => String(cell).padStart(11)).join('')}`;
  });
  const head = `${''.padEnd(14)}${['pictures', 'axe', 'layout', 'unreached'].map((word) => word.padStart(11)).join('')}`;
  const text = `${[head, ...rows, '', ...all.flatMap(findingsOf)].join('\n')}\n`;
  await mkdir(folder, {recursive: true});
  await writeFile(join(folder, 'summary.json'), `${JSON.stringify(all, null, 1)}\n`);
  await writeFile(join(folder, 'summary.txt'), text);
  return text;
}
