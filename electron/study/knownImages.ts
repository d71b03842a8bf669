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

/** Image names and tags that are to go, and when or what instead (S-IMAGE-LEAVING). */
export const LEAVING_IMAGES: ReadonlyMap<string, string> = new Map([
  ['r:v1', 'It is due to be removed by 1 March 2027; `r:v3` is the one to use.'],
  ['python:v1', 'It is due to be removed by 1 March 2027; `python:v2` is the one to use.'],
  ['cohortextractor', 'The server refuses it; dataset definitions are now written for `ehrql`.'],
  ['databuilder', 'The server refuses it; it became `ehrql`.'],
]);

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
