import {ChevronDown, ChevronRight, CircleDashed, File as FileIcon, FileWarning} from 'lucide-react';
import {
  formatBytes,
  formatCount,
  formatDayTime,
  formatPlural,
  formatWhen,
} from '../../shared/format';
import type {OutputEntry, RowCount} from '../../shared/output';
import {TIER_LABELS} from '../../shared/sensitivity';
import {STATE_WORDS, type ActionState} from '../../shared/status';
import {GroupName} from '../groups/GroupName';
import type {GroupOf} from '../groups/similarActions';
import {useDeskState} from '../state/deskStore';
import {stateOfAction} from '../state/selectors';
import {useNow} from '../state/useNow';
import {TierPill} from '../status/TierPill';
import {Name} from '../ui/Name';
import styles from './OutputList.module.css';
import type {OutputRow} from './outputRows';
import {useRowCount, type RowCounter} from './rowCounter';

type GroupRow = Extract<OutputRow, {readonly kind: 'group'}>;

/** What stands behind a pattern that no file matches yet, and where there are none at all. */
const NONE_YET = 'none yet';

/** How many files stand below a heading. */
function filesWords(count: number): string {
  return count === 0 ? NONE_YET : formatPlural(count, 'file');
}

/** What stands behind an action's name: how many files it has, or how they stand once these are listed. */
function headDetail(row: GroupRow, state: ActionState, now: Date) {
  if (row.expanded !== true) return filesWords(row.count);
  if (state !== 'up-to-date') return STATE_WORDS[state].toLowerCase();
  return row.producedAt === null ? '' : formatWhen(row.producedAt, now);
}

/** Rows of a table in words; null for what is no table, or not yet known to be one. Never a number that was not counted. */
function rowWords(rows: RowCount | undefined): string | null {
  if (rows === undefined || rows === 'no table') return null;
  return rows === 'not counted' ? '— rows' : formatPlural(rows, 'row');
}

/** What stands behind the name of a file that is not there. */
const GONE = 'gone from disk';

/** One row of the tree of outputs. */
export function OutputRowView(props: {
  readonly row: OutputRow;
  readonly groupOf: GroupOf;
  readonly counter: RowCounter;
  readonly lines: 1 | 2;
}) {
  const {row, groupOf, counter, lines} = props;
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
        <FolderHead row={row} lines={lines} />
      ) : (
        <ActionHead row={row} action={row.action} members={membersOf(row, groupOf)} lines={lines} />
      );
    case 'like':
      return (
        <>
          <GroupName
            name={row.words}
            count={row.actions.length}
            expanded={row.expanded === true}
            lines={lines}
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
          <CircleDashed size={14} className={styles.mark} />
          <span
            className={styles.none}
            data-tip={`${row.pattern.pattern} of ${row.pattern.action}, ${TIER_LABELS[row.pattern.tier].toLowerCase()}: no file matches yet`}
          >
            <Name name={row.name} among={row.among} lines={lines} />
          </span>
          <span className={styles.detail}>{NONE_YET}</span>
        </>
      );
    case 'file':
      return <FileRow row={row} counter={counter} lines={lines} />;
  }
}

/** Those of the group of an action that stands below the heading of that. */
export function membersOf(row: OutputRow, groupOf: GroupOf): readonly string[] | undefined {
  return row.kind === 'group' && row.level === 3 && row.action !== null
    ? groupOf.get(row.action)?.members
    : undefined;
}

function Fold({open}: {readonly open: boolean}) {
  return open ? (
    <ChevronDown size={14} className={styles.mark} />
  ) : (
    <ChevronRight size={14} className={styles.mark} />
  );
}

function FolderHead({row, lines}: {readonly row: GroupRow; readonly lines: 1 | 2}) {
  return (
    <>
      <Fold open={row.expanded === true} />
      <span className={styles.action} data-tip={row.name}>
        <Name name={row.name} lines={lines} />
      </span>
      <span className={styles.detail}>{filesWords(row.count)}</span>
    </>
  );
}

function ActionHead(props: {
  readonly row: GroupRow;
  readonly action: string;
  /** Those of its group, below whose heading it is. */
  readonly members: readonly string[] | undefined;
  readonly lines: 1 | 2;
}) {
  const {row, action, members, lines} = props;
  const state = useDeskState((desk) => stateOfAction(desk.statuses, action));
  const now = useNow(60_000);
  return (
    <>
      <Fold open={row.expanded === true} />
      <span className={styles.action} data-tip={action}>
        <Name name={action} members={members} lines={lines} />
      </span>
      <span className={styles.detail}>{headDetail(row, state, now)}</span>
    </>
  );
}

function FileRow(props: {
  readonly row: Extract<OutputRow, {readonly kind: 'file'}>;
  readonly counter: RowCounter;
  readonly lines: 1 | 2;
}) {
  const now = useNow(60_000);
  const {file, name, among, orphan} = props.row;
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
        <FileIcon size={14} className={styles.mark} />
      ) : (
        <FileWarning
          size={14}
          className={styles.excluded}
          role="img"
          aria-label="Not copied to level 4"
        />
      )}
      <span className={styles.file} data-tip={tip} data-gone={!file.present} data-orphan={orphan}>
        <Name name={name} among={among} lines={props.lines} />
      </span>
      <FileDetail file={file} rows={rows} />
    </>
  );
}

/** Size, and rows where it is a table; where there is no room for both, `.list` says which. */
function FileDetail(props: {readonly file: OutputEntry; readonly rows: RowCount | undefined}) {
  const {file, rows} = props;
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
