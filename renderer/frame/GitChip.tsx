import {GitBranch} from 'lucide-react';
import {formatCount, formatPlural} from '../../shared/format';
import type {GitState} from '../../shared/run';
import {useDeskState} from '../state/deskStore';
import {chipClass} from '../ui/Dot';
import {Popover} from '../ui/Popover';
import styles from './GitChip.module.css';

const FILES_LISTED = 20;

/** The branch, and how many files have changed since its commit. */
export function gitWords({branch, dirtyFiles: {length}}: GitState): string {
  return `${branch ?? 'no branch'} · ${length === 0 ? 'clean' : `${formatPlural(length, 'file')} changed`}`;
}

/** Branch and number of changed files; under it the commit and their names. */
export function GitChip() {
  const git = useDeskState((state) => state.git);
  if (git === null) return null;
  const changed = git.dirtyFiles.length;
  const words = gitWords(git);
  return (
    <Popover
      className={chipClass}
      icon={<GitBranch />}
      panelLabel="Git"
      aria-label={`Git: ${words}`}
      tip={words}
      panel={() => (
        <div className={styles.panel}>
          <p>
            <strong>{git.branch ?? 'no branch'}</strong>
            {git.commit !== null && (
              <>
                {' at '}
                <code>{git.commit.slice(0, 7)}</code>
              </>
            )}
          </p>
          {changed === 0 ? (
            <p className={styles.dim}>No uncommitted changes.</p>
          ) : (
            <ul className={styles.files}>
              {git.dirtyFiles.slice(0, FILES_LISTED).map((file) => (
                <li key={file}>{file}</li>
              ))}
              {changed > FILES_LISTED && <li>{formatCount(changed - FILES_LISTED)} more</li>}
            </ul>
          )}
        </div>
      )}
    >
      <span className={styles.words}>{words}</span>
    </Popover>
  );
}
