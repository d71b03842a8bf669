import {CircleDashed, File as FileIcon} from 'lucide-react';
import {useMemo, useState} from 'react';
import {formatBytes, formatCount} from '../../shared/format';
import type {OutputEntry} from '../../shared/output';
import type {Action} from '../../shared/project';
import {TIERS} from '../../shared/sensitivity';
import {useDesk, useDeskState} from '../state/deskStore';
import {TierPill} from '../status/TierPill';
import {Button} from '../ui/Button';
import {Name} from '../ui/Name';
import {fileNames} from '../ui/names';
import {Section} from '../ui/Section';
import styles from './Inspector.module.css';

const SHOWN_FIRST = 6;
const NONE_YET = 'none yet';

/** What is shown behind the name of a file. */
function detailOf({present, size}: OutputEntry): string {
  return present ? formatBytes(size) : 'missing';
}

/** An action's outputs by tier: the files that are there, and the patterns that match none yet. */
export function InspectorOutputs({action}: {readonly action: Action}) {
  const listing = useDeskState((state) => state.outputs);
  const byPattern = useMemo(() => {
    const entries = new Map(
      (listing?.outputs ?? [])
        .filter((file) => file.action === action.name)
        .map((file) => [file.path, file] as const),
    );
    const matched = new Map(
      (listing?.patterns ?? [])
        .filter((pattern) => pattern.action === action.name)
        .map((pattern) => [`${pattern.tier} ${pattern.pattern}`, pattern.files] as const),
    );
    return {entries, matched};
  }, [listing, action.name]);
  const names = useMemo(() => {
    const patterns = action.outputs.map(({pattern}) => pattern);
    const paths = [...new Set([...patterns, ...byPattern.entries.keys()])];
    const all = fileNames(paths);
    return {all, of: new Map(paths.map((path, at) => [path, all[at] ?? path]))};
  }, [action.outputs, byPattern]);
  if (action.outputs.length === 0) return null;

  return (
    <Section label="Outputs">
      <div className={styles.tiers}>
        {TIERS.map((tier) => {
          const patterns = action.outputs.filter((output) => output.tier === tier);
          if (patterns.length === 0) return null;
          return (
            <div key={tier} className={styles.tier}>
              <TierPill tier={tier} />
              {patterns.map(({pattern, label}) => {
                const files = byPattern.matched.get(`${tier} ${pattern}`) ?? [];
                return (
                  <PatternFiles
                    key={`${label} ${pattern}`}
                    pattern={pattern}
                    names={names}
                    files={files.flatMap((path) => byPattern.entries.get(path) ?? [])}
                  />
                );
              })}
            </div>
          );
        })}
      </div>
    </Section>
  );
}

function PatternFiles(props: {
  readonly pattern: string;
  /** The names of all its files, and that of each path. */
  readonly names: {readonly all: readonly string[]; readonly of: ReadonlyMap<string, string>};
  readonly files: readonly OutputEntry[];
}) {
  const {pattern, names, files} = props;
  const {store} = useDesk();
  const [all, setAll] = useState(false);
  if (files.length === 0) {
    return (
      <span className={styles.row} data-empty="true">
        <CircleDashed size={14} />
        <span className={styles.rowName} data-tip={pattern}>
          <Name name={names.of.get(pattern) ?? pattern} among={names.all} />
        </span>
        <span className={styles.rowDetail}>{NONE_YET}</span>
      </span>
    );
  }
  const shown = all ? files : files.slice(0, SHOWN_FIRST);
  return (
    <>
      {shown.map((file) => (
        <button
          key={file.path}
          type="button"
          className={styles.row}
          onClick={() => store.setState({centre: {kind: 'output', path: file.path}})}
        >
          <FileIcon size={14} />
          <span className={styles.rowName} data-tip={file.path} data-gone={!file.present}>
            <Name name={names.of.get(file.path) ?? file.path} among={names.all} />
          </span>
          <span className={styles.rowDetail}>{detailOf(file)}</span>
        </button>
      ))}
      {files.length > SHOWN_FIRST && (
        <Button look="link" className={styles.more} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show ${formatCount(files.length - SHOWN_FIRST)} more`}
        </Button>
      )}
    </>
  );
}
