import {
  ChevronDown,
  ChevronRight,
  CircleDashed,
  File as FileIcon,
  FileDiff,
  FileWarning,
  Search,
  Trash2,
} from 'lucide-react';
import {useMemo} from 'react';
import {
  formatBytes,
  formatCount,
  formatDayTime,
  formatPlural,
  formatWhen,
} from '../../shared/format';
import {TIER_LABELS} from '../../shared/sensitivity';
import {STATE_WORDS} from '../../shared/status';
import {visibleText} from '../../shared/visibleText';
import {TreeList} from '../lists/TreeList';
import {chosen, selectAction, useChoice, useDesk, useDeskState} from '../state/deskStore';
import {stateOfAction} from '../state/selectors';
import {useHeld} from '../state/useHeld';
import {useNow} from '../state/useNow';
import {TierPill} from '../status/TierPill';
import {Button} from '../ui/Button';
import {EmptyState} from '../ui/Section';
import {SpokenName} from '../ui/ShortNames';
import {countShown, outputRows, type OutputRow} from './outputRows';
import styles from './OutputList.module.css';

/** All outputs by tier and action, with size and time; what is expected but not there; what nothing makes any more. */
export function OutputList() {
  const desk = useDesk();
  // files that arrive in a run move the rows; not those that a hand is about to click
  const {shown: listing, hold} = useHeld(useDeskState((state) => state.outputs));
  const shown = useDeskState((state) =>
    state.centre.kind === 'output' ? state.centre.path : null,
  );
  const restorable = useDeskState((state) => state.restorable.length);
  const hasRunTwice = useDeskState((state) => state.runs.length > 1);
  const [filter, setFilter] = useChoice('outputs.filter', '');
  const [toggledText, setToggled] = useChoice('outputs.toggled', '');
  const toggled = useMemo(() => new Set(toggledText.split('\n').filter(Boolean)), [toggledText]);
  const rows = useMemo(
    () => (listing === null ? [] : outputRows(listing, filter, toggled)),
    [listing, filter, toggled],
  );

  const toggle = (row: OutputRow) => {
    const next = new Set(toggled);
    if (!next.delete(row.key)) next.add(row.key);
    setToggled([...next].join('\n'));
  };
  const open = (row: OutputRow) => {
    if (row.kind === 'file') {
      desk.store.setState({
        centre: {kind: 'output', path: row.file.path},
        ...(row.orphan ? {} : chosen(row.file.action)),
      });
    } else if (row.kind === 'pattern') selectAction(desk.store, row.pattern.action);
  };

  if (listing === null) return <EmptyState title="Checking outputs…" />;
  return (
    <>
      <div className={styles.top}>
        <label className={styles.filter}>
          <Search size={14} aria-hidden="true" />
          <input
            type="search"
            aria-label="Filter outputs"
            placeholder="Filter, e.g. *.csv"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || filter === '') return;
              event.stopPropagation();
              setFilter('');
            }}
          />
        </label>
        {filter !== '' && (
          <p className={styles.shown} role="status">
            {countShown(listing, filter)}
          </p>
        )}
      </div>
      {hasRunTwice && (
        <p className={styles.since}>
          <Button
            look="link"
            icon={<FileDiff aria-hidden="true" />}
            onClick={() => desk.store.setState({centre: {kind: 'changes', runId: null}})}
          >
            What changed since the last run
          </Button>
        </p>
      )}
      {restorable > 0 && (
        <p className={styles.offer}>
          <span>
            Earlier outputs of {formatPlural(restorable, 'action')}, made from this same code, are
            in the cache.
          </span>
          <Button look="link" onClick={() => desk.store.setState({dialog: {kind: 'restore'}})}>
            Restore…
          </Button>
        </p>
      )}
      {rows.length === 0 ? (
        <EmptyState title={filter === '' ? 'No outputs yet' : 'No output fits'}>
          {filter === ''
            ? 'Files that actions produce are listed here under their sensitivity tier.'
            : `The filter “${filter}” leaves none of ${formatPlural(listing.outputs.length, 'file')}.`}
        </EmptyState>
      ) : (
        <TreeList
          label="Outputs by tier"
          scrollKey="outputs"
          rows={rows}
          selectedKey={shown}
          onSelect={open}
          onToggle={toggle}
          onPoint={hold}
          renderRow={(row) => <Row row={row} />}
        />
      )}
      {listing.orphans.length > 0 && (
        <p className={styles.bottom}>
          <span>{formatPlural(listing.orphans.length, 'file')} no action produces any more</span>
          <Button
            look="link"
            icon={<Trash2 aria-hidden="true" />}
            tip="Shows what would go, and how much, first"
            onClick={() => desk.store.setState({dialog: {kind: 'clear-outputs'}})}
          >
            Clear…
          </Button>
        </p>
      )}
    </>
  );
}

function Row({row}: {readonly row: OutputRow}) {
  switch (row.kind) {
    case 'tier':
      return (
        <>
          <TierPill tier={row.tier} />
          <span className={styles.count}>{formatCount(row.count)}</span>
        </>
      );
    case 'action':
      return <ActionHead row={row} />;
    case 'orphans':
      return (
        <>
          <Fold open={row.expanded === true} />
          <span className={styles.action}>Files from removed actions</span>
          <span className={styles.detail}>{formatCount(row.count)}</span>
        </>
      );
    case 'pattern':
      return (
        <>
          <CircleDashed size={14} className={styles.mark} aria-hidden="true" />
          <span className={styles.none} data-tip={row.pattern.pattern}>
            {lastPart(row.pattern.pattern)}
          </span>
          <span className={styles.detail}>none yet</span>
        </>
      );
    case 'file':
      return <FileRow row={row} />;
  }
}

function Fold({open}: {readonly open: boolean}) {
  return open ? (
    <ChevronDown size={14} className={styles.mark} aria-hidden="true" />
  ) : (
    <ChevronRight size={14} className={styles.mark} aria-hidden="true" />
  );
}

function ActionHead({row}: {readonly row: Extract<OutputRow, {readonly kind: 'action'}>}) {
  const state = useDeskState((desk) => stateOfAction(desk.statuses, row.action));
  const now = useNow(60_000);
  const made = row.producedAt === null ? '' : formatWhen(row.producedAt, now);
  const words = state === 'up-to-date' ? made : STATE_WORDS[state].toLowerCase();
  return (
    <>
      <Fold open={row.expanded === true} />
      <span className={styles.action} data-tip={row.action}>
        <SpokenName name={row.action} />
      </span>
      <span className={styles.detail}>
        {row.expanded === true
          ? words
          : row.count === 0
            ? 'none yet'
            : formatPlural(row.count, 'file')}
      </span>
    </>
  );
}

function FileRow({row}: {readonly row: Extract<OutputRow, {readonly kind: 'file'}>}) {
  const now = useNow(60_000);
  const {file} = row;
  const tip = `${file.path}, ${TIER_LABELS[file.tier].toLowerCase()}, ${formatBytes(file.size)}, ${formatDayTime(file.producedAt, now)}${file.excludedReason === null ? '' : `; not copied to level 4: ${file.excludedReason}`}`;
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
      <span className={styles.file} data-tip={tip} data-gone={!file.present}>
        {lastPart(file.path)}
      </span>
      <span className={styles.detail}>
        {file.present ? formatBytes(file.size) : 'gone from disk'}
      </span>
    </>
  );
}

function lastPart(path: string): string {
  return visibleText(path.slice(path.lastIndexOf('/') + 1));
}
