import type {Tier} from '../../shared/sensitivity';
import type {Place, YamlMap} from './yaml/yamlValue';

/** A text with its place in project.yaml. */
export interface PlacedText extends Place {
  readonly text: string;
}

/** An output as written. */
export interface DraftOutput {
  readonly tier: Tier;
  readonly label: string;
  readonly pattern: PlacedText;
}

/** A command as written, and its parts as far as it can be taken apart. */
export interface DraftRun extends PlacedText {
  /** Null when the command can't be split. */
  readonly argv: readonly string[] | null;
  readonly imageName: string;
  readonly imageTag: string;
}

/** An action on its way to be checked: everything that could be read of it. */
export interface DraftAction {
  readonly name: string;
  /** Its key is text, so that other actions can need it. */
  readonly named: boolean;
  /** The place of its key. */
  readonly key: Place;
  readonly run: DraftRun | null;
  readonly needs: readonly PlacedText[];
  /** In the order of the tiers, then of the file. */
  readonly outputs: readonly DraftOutput[];
  /** Tiers that are given and can be read, empty ones too, in their order. */
  readonly tiers: readonly Tier[];
  readonly config: YamlMap | null;
  readonly dummyDataFile: PlacedText | null;
}
