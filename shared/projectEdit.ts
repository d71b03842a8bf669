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
