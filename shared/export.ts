/** A study, or a part of it, to be written for Snakemake. */
export interface ExportRequest {
  /** Names of actions; what they need is written too. */
  readonly actions: readonly string[];
  /** A folder that is new, empty, or an earlier export. */
  readonly to: string;
  readonly runtime: 'docker' | 'podman' | 'apptainer';
  readonly profile: 'local' | 'slurm';
}

/** What was written for Snakemake. */
export interface ExportedStudy {
  /** Absolute. */
  readonly path: string;
  /** In file order. */
  readonly actions: readonly string[];
  readonly images: readonly {
    readonly image: string;
    /** Known there by what its registry calls its content or, where it came from none, by its ID. */
    readonly by: 'digest' | 'id';
    readonly reference: string;
  }[];
  /** What of it nobody has tried, in sentences. */
  readonly notTried: readonly string[];
  readonly needsStataLicence: boolean;
  /** Actions that read the database on the server, and use dummy data there as here. */
  readonly dummyData: readonly string[];
}

/** What an export is, in a sentence that window and command line share. */
export function exportSentence({path, actions}: ExportedStudy): string {
  return `${actions.length === 1 ? '1 action was' : `${actions.length} actions were`} exported to ${path}. Its README.md says how to run ${actions.length === 1 ? 'it' : 'them'}.`;
}
