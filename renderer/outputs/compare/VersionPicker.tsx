import {useId, useState} from 'react';
import type {KnownVersion, OutputVersion} from '../../../shared/comparison';
import {formatDayTime} from '../../../shared/format';
import {useDeskState} from '../../state/deskStore';
import type {OutputBeside} from '../../state/namedOutputs';
import {useNow} from '../../state/useNow';
import {Button} from '../../ui/Button';
import styles from './Compare.module.css';

const COMMIT = 'commit';
const HEAD = 'head';

/** Which earlier version an output is compared with: of a run, or of a commit. */
export function VersionPicker(props: {
  readonly known: readonly KnownVersion[];
  /** Outputs of the same name of other actions. */
  readonly others: OutputBeside['others'];
  readonly old: OutputVersion;
  readonly onPick: (version: OutputVersion) => void;
}) {
  const {known, others, old, onPick} = props;
  const id = useId();
  const now = useNow(60_000);
  const git = useDeskState((state) => state.git);
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState('');
  const newest = known[0]?.sha256;
  const value = naming
    ? COMMIT
    : old.kind === 'output'
      ? `output:${old.path}`
      : old.kind === 'run'
        ? `run:${old.runId}`
        : old.kind === 'commit' && old.commit === 'HEAD'
          ? HEAD
          : COMMIT;
  const pick = (chosen: string): void => {
    setNaming(chosen === COMMIT);
    if (chosen === HEAD) onPick({kind: 'commit', commit: 'HEAD'});
    else if (chosen.startsWith('output:'))
      onPick({kind: 'output', path: chosen.slice('output:'.length)});
    else if (chosen !== COMMIT) onPick({kind: 'run', runId: chosen.slice('run:'.length)});
  };
  return (
    <form
      className={styles.picker}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') onPick({kind: 'commit', commit: name.trim()});
      }}
    >
      <label htmlFor={id}>Compare with</label>
      <select id={id} value={value} onChange={(event) => pick(event.target.value)}>
        {others.map(({action, path}) => (
          <option key={path} value={`output:${path}`}>
            {action}
          </option>
        ))}
        {known.map((version, at) => (
          <option key={version.runId} value={`run:${version.runId}`} disabled={!version.kept}>
            {[
              formatDayTime(version.producedAt, now),
              `run ${version.runId}`,
              ...(version.fromCommit === undefined
                ? []
                : [`commit ${version.fromCommit.commit.slice(0, 7)}`]),
              ...(at > 0 && version.sha256 === newest ? ['same as the latest'] : []),
              ...(version.kept ? [] : ['no longer kept']),
            ].join(' · ')}
          </option>
        ))}
        {git?.commit !== null && git?.commit !== undefined && (
          <option value={HEAD}>the last commit · {git.commit.slice(0, 7)}</option>
        )}
        {git !== null && <option value={COMMIT}>another commit…</option>}
        {known.length === 0 && git === null && <option value={COMMIT}>no earlier version</option>}
      </select>
      {value === COMMIT && git !== null && (
        <>
          <input
            type="text"
            aria-label="Commit, branch or tag"
            placeholder="Commit, branch or tag"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" disabled={name.trim() === ''}>
            Compare
          </Button>
        </>
      )}
    </form>
  );
}
