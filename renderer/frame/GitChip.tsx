import {GitBranch} from 'lucide-react';
import {formatCount, formatDayTime} from '../../shared/format';
import type {GitGlance, GitState} from '../../shared/run';
import {runCommand} from '../commands/commands';
import {useDesk, useDeskState} from '../state/deskStore';
import {useNow} from '../state/useNow';
import {Button} from '../ui/Button';
import {chipClass} from '../ui/Dot';
import {Popover} from '../ui/Popover';
import styles from './GitChip.module.css';

const FILES_LISTED = 20;

/** Where the repository is, in one line: the branch, how far from the one elsewhere, what is under way, and what has changed. */
export function gitWords({
  branch,
  commit,
  dirtyFiles,
  dirtyFilesUnknown,
  glance,
}: GitState): string {
  const {upstream = null, underWay = null, conflicted = [], untracked = 0} = glance ?? {};
  const known = dirtyFiles.length - untracked;
  const changes = [
    ...(conflicted.length === 0 ? [] : [`${formatCount(conflicted.length)} conflicted`]),
    ...(known === 0 ? [] : [`${formatCount(known)} changed`]),
    ...(untracked === 0 ? [] : [`${formatCount(untracked)} new`]),
  ];
  return [
    branch ?? (commit === null ? 'no branch' : `no branch, at ${commit.slice(0, 7)}`),
    ...(underWay === null ? [] : [`${underWay} under way`]),
    ...(upstream === null || upstream.ahead === 0 ? [] : [`${formatCount(upstream.ahead)} ahead`]),
    ...(upstream === null || upstream.behind === 0
      ? []
      : [`${formatCount(upstream.behind)} behind`]),
    // nothing is called clean that was not looked at
    ...(dirtyFilesUnknown === true ? ['checking…'] : changes.length === 0 ? ['clean'] : changes),
  ].join(' · ');
}

/** The branch elsewhere, as far as anything of it was fetched, and when that was. */
function upstreamWords({upstream, fetchedAt}: GitGlance, now: Date): string {
  if (upstream === null)
    return 'No branch elsewhere is known to go with it: nothing was pushed or fetched.';
  const {name, ahead, behind} = upstream;
  const apart =
    ahead === 0 && behind === 0
      ? `as ${name}`
      : `${formatCount(ahead)} ahead of ${name} and ${formatCount(behind)} behind it`;
  const since =
    fetchedAt === null ? 'nobody has fetched it since' : `fetched ${formatDayTime(fetchedAt, now)}`;
  return `It is ${apart}; ${since}.`;
}

/** Branch and number of changed files; under it the commit and their names. */
export function GitChip() {
  const desk = useDesk();
  const git = useDeskState((state) => state.git);
  const now = useNow(60_000);
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
      panel={(close) => (
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
          {git.glance !== undefined && (
            <p className={styles.dim}>{upstreamWords(git.glance, now)}</p>
          )}
          {git.dirtyFilesUnknown === true ? (
            <p className={styles.dim}>Which files have changed is not known yet.</p>
          ) : changed === 0 ? (
            <p className={styles.dim}>No uncommitted changes.</p>
          ) : (
            <ul className={styles.files}>
              {git.dirtyFiles.slice(0, FILES_LISTED).map((file) => (
                <li key={file}>{file}</li>
              ))}
              {changed > FILES_LISTED && <li>{formatCount(changed - FILES_LISTED)} more</li>}
            </ul>
          )}
          <Button
            onClick={() => {
              close();
              void runCommand(desk, 'show-uncommitted');
            }}
          >
            Show the changes, or switch branch…
          </Button>
        </div>
      )}
    >
      <span className={styles.words}>{words}</span>
    </Popover>
  );
}
