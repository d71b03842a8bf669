import type {Problem, TextEdit} from './problem';
import type {Tier} from './sensitivity';

/** A new action, as the form gives it. */
export interface NewAction {
  readonly name: string;
  /** E.g. `r:v2`. */
  readonly image: string;
  /** Everything after the image. */
  readonly command: string;
  readonly needs: readonly string[];
  readonly outputs: readonly {
    readonly tier: Tier;
    readonly label: string;
    readonly pattern: string;
  }[];
}

/** A change to project.yaml before it is made. */
export interface EditPreview {
  readonly revision: number;
  readonly edits: readonly TextEdit[];
  readonly before: string;
  readonly after: string;
  /** What would be wrong with the file. */
  readonly problems: readonly Problem[];
}

/** Whether a name can be typed in commands and `needs`, and be the name of a file, without a second thought. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(name);
}

/** Why an action can't have a name, in words; null where it can. */
export function nameFault(name: string, taken: readonly string[]): string | null {
  if (taken.includes(name)) return 'An action already has this name.';
  if (name === 'run_all') return 'This name means all actions.';
  return isPlainName(name) ? null : 'Use letters, digits, _ and - only.';
}

/** What renaming an action would do, or has done. */
export interface Renaming {
  readonly change: EditPreview;
  /** What keeps its place under the new name, e.g. `3 runs`. */
  readonly carried: readonly string[];
}
