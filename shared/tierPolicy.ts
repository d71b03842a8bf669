import type {Tier} from './sensitivity';

/** What can be done with an output. */
export type OutputUse =
  /** Its content in the window or on the command line. */
  | 'show'
  /** Its cells or text onto the clipboard. */
  | 'copy'
  /** The file itself, out of the window. */
  | 'drag'
  /** A report of the study, a draft for the output checkers, or any other file made from it. */
  | 'export';

/**
 * The one place that says what each tier allows. All tiers may be shown and copied on the computer they were made on;
 * a highly sensitive file never leaves through Study Desk, since on the server it can't be seen at all.
 */
const ALLOWED: Readonly<Record<Tier, readonly OutputUse[]>> = {
  highly_sensitive: ['show', 'copy'],
  moderately_sensitive: ['show', 'copy', 'drag', 'export'],
  minimally_sensitive: ['show', 'copy', 'drag', 'export'],
};

/** Whether an output of this tier may be used so; a file without a tier is no output, and allows nothing. */
export function mayUse(tier: Tier | null, use: OutputUse): boolean {
  return tier !== null && ALLOWED[tier].includes(use);
}

/** What must stand above the content of a file beside its tier; null where nothing has to be said. */
export function tierBanner(tier: Tier): {readonly title: string; readonly text: string} | null {
  if (tier !== 'highly_sensitive') return null;
  return {
    title: 'You won’t be able to see this file on the server.',
    text: 'You can see it here because it was made on this computer. It is never included in a report, a draft or an export.',
  };
}
