import * as z from 'zod';
import {readRegularFileSync} from '../files/openFile';
import {writeFileAtomically} from '../files/writeAtomically';

const savedTimes = z.record(z.string(), z.string());

/**
 * When each change was first seen. A file's time stamp says no more than when it was last written:
 * project.yaml is saved many times after a run line was changed in it, and a removed file has none.
 */
export class ChangeTimes {
  private readonly asked = new Set<string>();
  private dirty = false;

  private constructor(
    private readonly file: string,
    private readonly times: Map<string, string>,
  ) {}

  /** Opens what is kept in `file`; one that can't be read counts as empty. */
  static open(file: string): ChangeTimes {
    try {
      const saved = savedTimes.parse(JSON.parse(readRegularFileSync(file).toString('utf8')));
      return new ChangeTimes(file, new Map(Object.entries(saved)));
    } catch {
      return new ChangeTimes(file, new Map());
    }
  }

  /** ISO 8601 time of a change that can't have happened after `latest`: that, or earlier if it was seen before. */
  of(change: string, latest: string): string {
    this.asked.add(change);
    const known = this.times.get(change);
    if (known !== undefined && known <= latest) return known;
    this.times.set(change, latest);
    this.dirty = true;
    return latest;
  }

  /** Forgets the changes that were not asked for since the last call: they are gone. */
  dropUnasked(): void {
    for (const change of this.times.keys())
      if (!this.asked.has(change)) {
        this.times.delete(change);
        this.dirty = true;
      }
    this.asked.clear();
  }

  /** Writes the times to their file if any is new. */
  async save(): Promise<void> {
    if (!this.dirty) return;
    this.dirty = false;
    await writeFileAtomically(this.file, JSON.stringify(Object.fromEntries(this.times)));
  }
}
