import {ChevronDown, ChevronRight, CircleDashed, File as FileIcon, FileWarning} from 'lucide-react';
import {formatBytes, formatCount, formatDayTime} from '../../shared/format';
import type {OutputEntry, RowCount} from '../../shared/output';
import {baseName} from '../../shared/outputPath';
import {TIER_LABELS} from '../../shared/sensitivity';
import {GroupName} from '../groups/GroupName';
import {useDeskState} from '../state/deskStore';
import {stateOfAction} from '../state/selectors';
import {useNow} from '../state/useNow';
import {TierPill} from '../status/TierPill';
import {PathName, SpokenName} from '../ui/ShortNames';
import styles from './OutputList.module.css';
import {filesWords, GONE, headDetail, NONE_YET, rowWords} from './outputNames';
import type {OutputRow} from './outputRows';
import {useRowCount, type RowCounter} from './rowCounter';

/** One row of the tree of outputs. */
export function OutputRowView({
  row,
  label,
  counter,
}: {
  readonly row: OutputRow;
  /** What stands for its name; where nothing does, it is shortened in its middle. */
  readonly label: string | undefined;
  readonly counter: RowCounter;
}) {
  switch (row.kind) {
    case 'tier':
      return (
        <>
          <TierPill tier={row.tier} />
          <span className={styles.count}>{formatCount(row.count)}</span>
        </>
      );
    case 'group':
      return row.action === null ? (
        <FolderHead row={row} />
      ) : (
        <ActionHead row={row} action={row.action} label={label} />
      );
    case 'like':
      return (
        <>
          <GroupName
            name={row.words}
            label={label ?? row.words}
            count={row.actions.length}
            expanded={row.expanded === true}
          />
          {row.count > 0 && <span className={styles.detail}>{filesWords(row.count)}</span>}
        </>
      );
    case 'orphans':
      return (
        <>
          <Fold open={row.expanded === true} />
          <span className={styles.action}>Files from removed actions</span>
          <span className={styles.detail}>
            {formatCount(row.count)} · {row.expanded === true ? 'hide' : 'show'}
          </span>
        </>
      );
    case 'pattern':
      return (
        <>
          <CircleDashed size={14} className={styles.mark} aria-hidden="true" />
          <span
            className={styles.none}
            data-tip={`${row.pattern.pattern} of ${row.pattern.action}, ${TIER_LABELS[row.pattern.tier].toLowerCase()}: no file matches yet`}
          >
            <SpokenName name={baseName(row.pattern.pattern)} label={label} />
          </span>
          <span className={styles.detail}>{NONE_YET}</span>
        </>
      );
    case 'file':
      return <FileRow row={row} label={label} counter={counter} />;
  }
}

function Fold({open}: {readonly open: boolean}) {
  return open ? (
    <ChevronDown size={14} className={styles.mark} aria-hidden="true" />
  ) : (
    <ChevronRight size={14} className={styles.mark} aria-hidden="true" />
  );
}

type GroupRow = Extract<OutputRow, {readonly kind: 'group'}>;

function FolderHead({row}: {readonly row: GroupRow}) {
  return (
    <>
      <Fold open={row.expanded === true} />
      <span className={styles.action} data-tip={row.name}>
        <PathName path={row.name} />
      </span>
      <span className={styles.detail}>{filesWords(row.count)}</span>
    </>
  );
}

function ActionHead({
  row,
  action,
  label,
}: {
  readonly row: GroupRow;
  readonly action: string;
  readonly label: string | undefined;
}) {
  const state = useDeskState((desk) => stateOfAction(desk.statuses, action));
  const now = useNow(60_000);
  return (
    <>
      <Fold open={row.expanded === true} />
      <span className={styles.action} data-tip={action}>
        <SpokenName name={action} label={label} />
      </span>
      <span className={styles.detail}>{headDetail(row, state, now)}</span>
    </>
  );
}

function FileRow(props: {
  readonly row: Extract<OutputRow, {readonly kind: 'file'}>;
  readonly label: string | undefined;
  readonly counter: RowCounter;
}) {
  const now = useNow(60_000);
  const {file, orphan} = props.row;
  const {label} = props;
  const rows = useRowCount(props.counter, file);
  const isOutOfDate = useDeskState(
    ({statuses}) => !orphan && stateOfAction(statuses, file.action).includes('out-of-date'),
  );
  const tip = [
    file.path,
    TIER_LABELS[file.tier].toLowerCase(),
    formatBytes(file.size),
    ...(rows === 'not counted' ? ['rows not counted'] : [rowWords(rows) ?? []].flat()),
    `${file.action}, ${formatDayTime(file.producedAt, now)}`,
    file.runId === null ? 'run unknown' : `run ${file.runId}`,
    ...(isOutOfDate ? ['out of date'] : []),
    ...(orphan ? ['from a removed action'] : []),
    ...(file.excludedReason === null ? [] : [`not copied to level 4: ${file.excludedReason}`]),
  ].join(' · ');
  return (
    <>
      {file.excludedReason === null ? (
        <FileIcon size={14} className={styles.mark} aria-hidden="true" />
      ) : (
        <FileWarning
          size={14}
          className={styles.excluded}
          role="img"
          aria-label="Not copied to level 4"
        />
      )}
      <span className={styles.file} data-tip={tip} data-gone={!file.present} data-orphan={orphan}>
        <SpokenName name={baseName(file.path)} label={label} />
      </span>
      <FileDetail file={file} rows={rows} />
    </>
  );
}

/** Size, and rows where it is a table; where there is no room for both, `.list` says which. */
function FileDetail({
  file,
  rows,
}: {
  readonly file: OutputEntry;
  readonly rows: RowCount | undefined;
}) {
  if (!file.present) return <span className={styles.detail}>{GONE}</span>;
  const size = formatBytes(file.size);
  const words = rowWords(rows);
  if (words === null) return <span className={styles.detail}>{size}</span>;
  return (
    <span className={styles.detail}>
      <span className={styles.rows}>{words}</span>
      <span className={styles.dot}> · </span>
      <span className={styles.size}>{size}</span>
    </span>
  );
}
