import {CircleDashed, File as FileIcon} from 'lucide-react';
import {useMemo, useState} from 'react';
import {formatBytes, formatCount} from '../../shared/format';
import type {OutputEntry} from '../../shared/output';
import type {Action} from '../../shared/project';
import {TIERS} from '../../shared/sensitivity';
import {useDesk, useDeskState} from '../state/deskStore';
import {TierPill} from '../status/TierPill';
import {Button} from '../ui/Button';
import {Section} from '../ui/Section';
import {PathName} from '../ui/ShortNames';
import styles from './Inspector.module.css';

const SHOWN_FIRST = 6;

/** An action's outputs by tier: the files that are there, and the patterns that stand for none yet. */
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
  if (action.outputs.length === 0) return null;

  return (
    <Section label="Outputs">
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
                  files={files.flatMap((path) => byPattern.entries.get(path) ?? [])}
                />
              );
            })}
          </div>
        );
      })}
    </Section>
  );
}

function PatternFiles(props: {readonly pattern: string; readonly files: readonly OutputEntry[]}) {
  const {pattern, files} = props;
  const {store} = useDesk();
  const [all, setAll] = useState(false);
  if (files.length === 0) {
    return (
      <span className={styles.row} data-empty="true">
        <CircleDashed size={14} aria-hidden="true" />
        <span className={styles.rowName} data-tip={pattern}>
          <PathName path={pattern} />
        </span>
        <span className={styles.rowDetail}>none yet</span>
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
          <FileIcon size={14} aria-hidden="true" />
          <span className={styles.rowName} data-tip={file.path} data-gone={!file.present}>
            <PathName path={file.path} />
          </span>
          <span className={styles.rowDetail}>
            {file.present ? formatBytes(file.size) : 'gone from disk'}
          </span>
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
