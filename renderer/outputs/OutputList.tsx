import {Check, FileDiff, ListFilter, Search, Trash2, X} from 'lucide-react';
import {useMemo, useRef} from 'react';
import {formatPlural} from '../../shared/format';
import type {OutputEntry} from '../../shared/output';
import {TIER_LABELS} from '../../shared/sensitivity';
import {groupsOf, type GroupOf} from '../groups/similarActions';
import {TreeList} from '../lists/TreeList';
import {ask} from '../state/ask';
import {useChoice, useDesk, useDeskState, useToggled, type Desk} from '../state/deskStore';
import {OUTPUTS_OF, chosen, selectAction} from '../state/selection';
import {tierPicture} from '../status/TierPill';
import {useHeld} from '../state/useNow';
import {Button} from '../ui/Button';
import {useContextMenu, type ContextMenu} from '../ui/ContextMenu';
import {Menu, type MenuItem} from '../ui/Menu';
import {needsTwoLines} from '../ui/names';
import {EmptyState} from '../ui/Section';
import {textWidth} from '../ui/textWidth';
import {useWidth} from '../ui/useWidth';
import {countShown, outputRows, outputsOf, type OutputOrder, type OutputRow} from './outputRows';
import {membersOf, OutputRowView} from './OutputRowView';
import {createRowCounter, type RowCounter} from './rowCounter';
import styles from './OutputList.module.css';

const GROUPINGS = [
  {id: 'action', label: 'By action'},
  {id: 'folder', label: 'By folder'},
] as const;

const ORDERS = [
  {id: 'name', label: 'Name (A–Z)'},
  {id: 'newest', label: 'Newest first'},
  {id: 'largest', label: 'Largest first'},
] as const;

function orderOf(text: string): OutputOrder {
  return ORDERS.find(({id}) => id === text)?.id ?? 'name';
}

function Chosen({on}: {readonly on: boolean}) {
  return <Check aria-label={on ? 'chosen' : undefined} opacity={on ? 1 : 0} />;
}

/** What can be done with a file, by its menu. */
function fileMenu(desk: Desk, {path, tier}: OutputEntry): readonly MenuItem[] {
  const show = (view?: 'compare') => () =>
    desk.store.setState({centre: {kind: 'output', path, ...(view === undefined ? {} : {view})}});
  return [
    {id: 'open', label: 'Open', detail: TIER_LABELS[tier].toLowerCase(), onChoose: show()},
    {id: 'compare', label: 'Compare with an earlier version', onChoose: show('compare')},
    {
      id: 'open-with',
      label: 'Open with default program',
      separated: true,
      onChoose: () => void ask(desk, 'outputs:openWith', {path}),
    },
    {
      id: 'folder',
      label: 'Show in folder',
      onChoose: () => void ask(desk, 'project:showInFolder', {path}),
    },
    {
      id: 'copy',
      label: 'Copy path',
      onChoose: () => void navigator.clipboard.writeText(path).catch(() => undefined),
    },
  ];
}

/** What of the outputs is listed, and in which order, as chosen by the user. */
function useOutputChoices() {
  const [ofText, setOf] = useChoice(OUTPUTS_OF, '');
  const [filter, setFilter] = useChoice('outputs.filter', '');
  const [grouping, setGrouping] = useChoice('outputs.grouping', 'action');
  const [order, setOrder] = useChoice('outputs.order', 'name');
  return {ofText, setOf, filter, setFilter, grouping, setGrouping, order, setOrder};
}

type OutputChoices = ReturnType<typeof useOutputChoices>;

/** The chosen outputs, null while they are being checked, as rows that unfold. */
function useOutputRows({ofText, filter, grouping, order}: OutputChoices) {
  // files that arrive in a run move the rows; not those that a hand is about to click
  const {shown: all, hold} = useHeld(useDeskState((state) => state.outputs));
  const listing = useMemo(
    () => (all === null || ofText === '' ? all : outputsOf(all, new Set(ofText.split('\n')))),
    [all, ofText],
  );
  const [toggled, toggle] = useToggled('outputs.toggled');
  const groupOf = useDeskState((state) => groupsOf(state.study));
  const rows = useMemo(
    () =>
      listing === null
        ? []
        : outputRows(listing, {
            filter,
            toggled,
            grouping: grouping === 'folder' ? 'folder' : 'action',
            order: orderOf(order),
            groupOf,
          }),
    [listing, filter, toggled, grouping, order, groupOf],
  );
  return {listing, rows, groupOf, toggle, hold};
}

/** All outputs by tier and action, with size and time; what is expected but not there; what nothing makes any more. */
export function OutputList() {
  const choices = useOutputChoices();
  const {ofText, setOf, filter} = choices;
  const {listing, rows, groupOf, toggle, hold} = useOutputRows(choices);
  const {host} = useDesk();
  const counter = useMemo(() => createRowCounter(host), [host]);
  const context = useContextMenu();

  if (listing === null) return <EmptyState title="Checking outputs…" />;
  return (
    <>
      <div className={styles.top}>
        <OutputFilter {...choices} />
        {ofText !== '' && (
          <Button
            className={styles.of}
            icon={<X />}
            tip={`${ofText.split('\n').join(', ')}: click to show the outputs of all actions`}
            onClick={() => setOf('')}
          >
            <span className={styles.ofWords}>Outputs of {actionsWords(ofText.split('\n'))}</span>
          </Button>
        )}
        {filter !== '' && (
          <p className={styles.shown} role="status">
            {countShown(listing, filter)}
          </p>
        )}
      </div>
      <EarlierOutputs />
      {rows.length === 0 ? (
        <EmptyState title={filter === '' ? 'No outputs yet' : 'No matches'}>
          {filter === ''
            ? 'Files that actions produce are listed here under their sensitivity tier.'
            : `Nothing matches “${filter}”.`}
        </EmptyState>
      ) : (
        <OutputTree
          {...{rows, groupOf, counter, toggle, hold}}
          openMenu={context.open}
          shows={choices.order === 'largest' ? 'size' : 'rows'}
        />
      )}
      {context.menu}
      {listing.orphans.length > 0 && <OrphansNote count={listing.orphans.length} />}
    </>
  );
}

/** The filter by name, and how the outputs are grouped and sorted. */
function OutputFilter(props: OutputChoices) {
  const {filter, setFilter, grouping, setGrouping, order, setOrder} = props;
  return (
    <div className={styles.filter}>
      <Search size={14} />
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
      <Menu
        look="quiet"
        align="right"
        icon={<ListFilter />}
        aria-label="Group and sort"
        items={[
          ...GROUPINGS.map(({id, label}) => ({
            id,
            label,
            icon: <Chosen on={grouping === id} />,
            onChoose: () => setGrouping(id),
          })),
          ...ORDERS.map(({id, label}, at) => ({
            id,
            label,
            separated: at === 0,
            icon: <Chosen on={order === id} />,
            onChoose: () => setOrder(id),
          })),
        ]}
      />
    </div>
  );
}

/** Ways to the outputs of before: what the last run changed, and what the cache can give back. */
function EarlierOutputs() {
  const {store} = useDesk();
  const restorable = useDeskState((state) => state.restorable.length);
  const hasRunTwice = useDeskState((state) => state.runs.length > 1);
  return (
    <>
      {hasRunTwice && (
        <p className={styles.since}>
          <Button
            look="link"
            icon={<FileDiff />}
            onClick={() => store.setState({centre: {kind: 'changes', runId: null}})}
          >
            What changed since the last run
          </Button>
        </p>
      )}
      {restorable > 0 && (
        <p className={styles.offer}>
          <span>
            Earlier outputs of {formatPlural(restorable, 'action')}, made from the same code, can be
            restored.
          </span>
          <Button look="link" onClick={() => store.setState({dialog: {kind: 'restore'}})}>
            Restore…
          </Button>
        </p>
      )}
    </>
  );
}

/** The rows as a tree: a file opens in the centre, has a menu and can be dragged out. */
function OutputTree(
  props: Pick<ReturnType<typeof useOutputRows>, 'rows' | 'groupOf' | 'toggle' | 'hold'> & {
    readonly counter: RowCounter;
    readonly openMenu: ContextMenu['open'];
    /** What stands behind a file's name where there is space for one thing. */
    readonly shows: 'size' | 'rows';
  },
) {
  const {rows, groupOf, counter, toggle, hold, openMenu, shows} = props;
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place, 0);
  const desk = useDesk();
  const shown = useDeskState((state) =>
    state.centre.kind === 'output' ? state.centre.path : null,
  );
  const tall = useMemo(() => tallRows(rows, groupOf, width), [rows, groupOf, width]);

  const open = (row: OutputRow) => {
    if (row.kind === 'file') {
      desk.store.setState({
        centre: {kind: 'output', path: row.file.path},
        ...(row.orphan ? {} : chosen(row.file.action)),
      });
    } else if (row.kind === 'pattern') selectAction(desk.store, row.pattern.action);
  };
  return (
    <div ref={place} className={styles.list} data-shows={shows}>
      <TreeList
        label="Outputs by tier"
        scrollKey="outputs"
        rows={rows}
        selectedKey={shown}
        onSelect={open}
        onToggle={(row) => toggle(row.key)}
        onPoint={hold}
        onMenu={(row, event) => {
          if (row.kind === 'file')
            openMenu(event, {label: row.file.path, items: fileMenu(desk, row.file)});
        }}
        drag={{
          may: (row) => row.kind === 'file' && row.file.present,
          begin: (row) => {
            if (row.kind !== 'file') return;
            const {path, tier} = row.file;
            void ask(desk, 'outputs:drag', {path, picture: tierPicture(tier)});
          },
        }}
        isTall={(row) => tall.has(row.key)}
        renderRow={(row) => (
          <OutputRowView
            row={row}
            groupOf={groupOf}
            counter={counter}
            lines={tall.has(row.key) ? 2 : 1}
          />
        )}
      />
    </div>
  );
}

/** Pixels of a row beside its name: at its edges with a scroll bar and for its mark, of its level, and behind the name. */
const BESIDE = {row: 54, level: 16, size: 46, none: 62, time: 75} as const;
/** No letter is wider, so that short names need not be measured. */
const WIDEST_LETTER = 13;

/** The rows whose names fit on two lines only. */
function tallRows(
  rows: readonly OutputRow[],
  groupOf: GroupOf,
  width: number,
): ReadonlySet<string> {
  const tall = rows.filter((row) => {
    const name = 'name' in row ? row.name : row.kind === 'like' ? row.words : '';
    const behind = BESIDE[row.kind === 'group' ? 'time' : row.kind === 'pattern' ? 'none' : 'size'];
    const space = width - BESIDE.row - BESIDE.level * (row.level - 1) - behind;
    if (width === 0 || name.length * WIDEST_LETTER <= space) return false;
    return needsTwoLines(name, membersOf(row, groupOf), (text) => textWidth(text, 'row') <= space);
  });
  return new Set(tall.map(({key}) => key));
}

/** Files that no action produces any more, and the way to clear them. */
function OrphansNote({count}: {readonly count: number}) {
  const {store} = useDesk();
  return (
    <p className={styles.bottom}>
      <span>{formatPlural(count, 'file')} from removed actions</span>
      <Button
        look="link"
        icon={<Trash2 />}
        tip="Lists the files and their sizes first"
        onClick={() => store.setState({dialog: {kind: 'clear-outputs'}})}
      >
        Clear…
      </Button>
    </p>
  );
}

/** One action by its name, several by their number. */
function actionsWords(names: readonly string[]): string {
  const [first = ''] = names;
  return names.length === 1 ? first : formatPlural(names.length, 'action');
}
