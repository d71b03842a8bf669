import type {Tier} from './sensitivity';

/** A file an action produced. */
export interface OutputFile {
  /** Study-relative path with `/`. */
  readonly path: string;
  readonly tier: Tier;
  /** Bytes. */
  readonly size: number;
  /** Hex digest of the content. */
  readonly sha256: string;
}

/** How many rows a file has; a number only where they were counted. */
export type RowCount = number | 'not counted' | 'no table';

/** An output as the browser of outputs lists it. */
export interface OutputEntry extends OutputFile {
  readonly action: string;
  /**
   * The run that made it, here or under `opensafely run`; null where that is not known, as of what was put back or comes from
   * another computer.
   */
  readonly runId: string | null;
  /** ISO 8601 UTC time of the job that made it; where that is not known, of the file. */
  readonly producedAt: string;
  /** Still on disk. */
  readonly present: boolean;
  /** Reason it would be kept from level 4, if any. */
  readonly excludedReason: string | null;
}

/** A pattern of project.yaml and what it stands for now. */
export interface ExpectedPattern {
  readonly action: string;
  readonly tier: Tier;
  readonly pattern: string;
  /** Study-relative paths of the files that match: produced ones, or where there is none, what lies there. */
  readonly files: readonly string[];
}

/** Everything the outputs list shows. */
export interface OutputsListing {
  readonly outputs: readonly OutputEntry[];
  readonly patterns: readonly ExpectedPattern[];
  /** Recorded outputs whose action or pattern is gone from project.yaml. */
  readonly orphans: readonly OutputEntry[];
}

/** Files of a job that are no outputs, or not yet, by their paths in its workspace. */
export type JobFiles = {
  readonly files: readonly {readonly path: string; readonly size: number}[];
} & (
  | {readonly of: 'running'}
  /** Kept in this folder of the study. */
  | {readonly of: 'failed'; readonly in: string}
);

/** A stretch of a text, a megabyte or so; it begins and ends with a line. */
export interface TextPage {
  readonly text: string;
  /** From 0. */
  readonly page: number;
  /** How many there are; null where that is known only at the end. */
  readonly pages: number | null;
  readonly isLast: boolean;
}

/** What of an HTML page is not carried out, by what is written in it. */
export interface HtmlContents {
  /** Scripts, and parts that react to the reader. */
  readonly scripts: number;
  /** Addresses elsewhere that it would fetch by itself. */
  readonly requests: number;
  /** The hosts of those. */
  readonly hosts: readonly string[];
}

/** An output's content in a shape the window can show; large files come cut, and say so. */
export type OutputContent =
  /** Its first page; the others are asked for. */
  | ({readonly kind: 'text'} & TextPage)
  | {readonly kind: 'json'; readonly text: string; readonly truncated: boolean}
  | {readonly kind: 'markdown'; readonly text: string}
  /** Its rows are asked for page by page (shared/table). */
  | {readonly kind: 'table'}
  | {
      readonly kind: 'image';
      readonly mediaType: string;
      /** Raw bytes, shown through a blob address. */
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'html';
      /** Address on the sandboxed output origin: no scripts, no network. */
      readonly url: string;
      readonly holds: HtmlContents;
    }
  | {readonly kind: 'pdf'; readonly bytes: Uint8Array}
  | {
      readonly kind: 'unsupported';
      readonly reason: string;
      /** Its first bytes; none where it can't be read. */
      readonly head: Uint8Array;
      /** Bytes of the whole file. */
      readonly size: number;
    };
