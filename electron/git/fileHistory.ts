import type {CodelistCommit} from '../../shared/codelist';
import {ownGit} from './ownGit';

/** Commits that are looked for. */
const MOST_COMMITS = 50;

/**
 * The latest commits of HEAD that changed a file, newest first; none where there is no repository, or no git: only git itself
 * finds them in a long history at once.
 */
export async function fileHistory(
  studyDir: string,
  file: string,
): Promise<readonly CodelistCommit[]> {
  const args = ['log', `--max-count=${MOST_COMMITS}`, '--format=%H %cI %s', '--', file];
  const printed = await ownGit(studyDir, args);
  const lines = printed.ok ? printed.value.split('\n') : [];
  return lines.flatMap((line) => {
    const [, commit = '', date = '', subject = ''] = /^([0-9a-f]+) (\S+) ?(.*)$/.exec(line) ?? [];
    return commit === '' ? [] : [{commit, date, subject}];
  });
}
