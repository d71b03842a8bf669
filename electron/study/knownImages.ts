/** Image names that the local runner takes for runtimes; any other is a reusable action (S-UNKNOWN-IMAGE). */
export const RUNTIME_NAMES: ReadonlySet<string> = new Set([
  'cohortextractor',
  'databuilder',
  'ehrql',
  'stata-mp',
  'r',
  'jupyter',
  'python',
  'sqlrunner',
]);

/** Reusable actions published under github.com/opensafely-actions at the time of writing. */
export const REUSABLE_ACTION_NAMES: ReadonlySet<string> = new Set([
  'cohort-joiner',
  'cohort-report',
  'cox-ipw',
  'dataset-report',
  'deciles-charts',
  'demographic-standardisation',
  'diabetes-algo',
  'kaplan-meier-function',
  'matching',
  'project-dag',
  'safetab',
]);

/** An image that is to go, or is gone from the server. */
export interface LeavingImage {
  /** With its version, or its name for all versions. */
  readonly image: string;
  /** The last day on which it is promised, `2027-03-01`; null where the server refuses it already. */
  readonly until: string | null;
  /** What runs the same scripts in its place; null where they have to be written anew. */
  readonly instead: string | null;
  /** A sentence for people. */
  readonly words: string;
  /** Where that was read, and in which month. */
  readonly source: string;
  readonly read: string;
}

const DOCUMENTATION = 'https://github.com/opensafely/documentation/issues/2053';
const ALLOWED_IMAGES = 'https://github.com/opensafely-core/job-runner';

/** Every image that is to go, and what instead (S-IMAGE-LEAVING). */
export const LEAVING_IMAGES: readonly LeavingImage[] = [
  {
    ...{image: 'r:v1', until: '2027-03-01', instead: 'r:v3'},
    words: 'It is due to be removed by 1 March 2027; `r:v3` is the one to use.',
    ...{source: DOCUMENTATION, read: '2026-09'},
  },
  {
    ...{image: 'python:v1', until: '2027-03-01', instead: 'python:v2'},
    words: 'It is due to be removed by 1 March 2027; `python:v2` is the one to use.',
    ...{source: DOCUMENTATION, read: '2026-09'},
  },
  {
    ...{image: 'cohortextractor', until: null, instead: null},
    words: 'The server refuses it; dataset definitions are now written for `ehrql`.',
    ...{source: ALLOWED_IMAGES, read: '2026-09'},
  },
  {
    ...{image: 'databuilder', until: null, instead: null},
    words: 'The server refuses it; it became `ehrql`.',
    ...{source: ALLOWED_IMAGES, read: '2026-09'},
  },
];

/** What is known of an image's going; undefined where it stays. */
export function leavingImage(name: string, tag: string): LeavingImage | undefined {
  return LEAVING_IMAGES.find(({image}) => image === `${name}:${tag}` || image === name);
}

const CURRENT_TAGS: ReadonlyMap<string, string> = new Map([
  ['r', 'v3'],
  ['python', 'v2'],
]);

/** The versions there are of each runtime that the server runs. */
export const PUBLISHED_TAGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ehrql', ['v0', 'v1']],
  ['jupyter', ['v1', 'v2']],
  ['python', ['v1', 'v2']],
  ['r', ['v1', 'v2', 'v3']],
  ['sqlrunner', ['v1']],
  ['stata-mp', ['v1']],
]);

/** The version of an image to write where none is given. */
export function currentTag(imageName: string): string {
  return CURRENT_TAGS.get(imageName) ?? 'v1';
}
