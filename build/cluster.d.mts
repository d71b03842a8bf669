/** A small cluster of Slurm on this computer: each node in a network namespace of its own. */
export interface Cluster {
  /** Its logs, `NODE/scratch` of each node, and all else. */
  readonly folder: string;
  /** With which Slurm's commands ask it. */
  readonly env: Readonly<Record<string, string>>;
  readonly nodes: readonly string[];
  stopController(): Promise<void>;
  startController(): void;
  /** As where its plug is pulled: its daemon, its jobs and their containers. */
  killNode(node: string): Promise<void>;
  startNode(node: string): void;
  stop(): Promise<void>;
}

export function noClusterReason(): Promise<string | null>;
/** `minJobAge`: for how many seconds the controller knows of a job that has ended; without accounting `sacct` knows of none. */
export function startCluster(options?: {
  readonly minJobAge?: number;
  readonly hasAccounting?: boolean;
}): Promise<Cluster>;
