import {memo} from 'react';
import {formatPlural} from '../../shared/format';
import {STATE_WORDS} from '../../shared/status';
import {useRowCount, type RowCounter} from '../outputs/rowCounter';
import {useDeskState} from '../state/deskStore';
import {namedOutputs} from '../state/namedOutputs';
import {outputAt} from '../state/selectors';
import {useNow} from '../state/useNow';
import {StateIcon} from '../status/StateIcon';
import {stateColor, stateStyle} from '../status/stateGlyph';
import {shortReason, stateOf} from '../status/stateWords';
import styles from './VariantGrid.module.css';

/** What a cell of a grid of variants is given. */
interface CellProps {
  readonly id: string;
  /** Its row and column, from 0. */
  readonly 'data-at': string;
  readonly 'data-cursor': boolean;
  /** Null where there is none. */
  readonly action: string | null;
  /** The names of its row and column. */
  readonly labels: string;
  /** Where it is selected, the sides at which the selection ends; null where it is not. */
  readonly edges: string | null;
  /** Not filtered out by the query. */
  readonly isFound: boolean;
  /** There is space for its rows too. */
  readonly isWide: boolean;
  readonly counter: RowCounter;
}

/** A cell of a grid of variants: an action's state by mark, colour and word, with its time, or nothing. */
export const VariantCell = memo(function VariantCell(props: CellProps) {
  const {action, labels, id, 'data-at': at, 'data-cursor': isHere} = props;
  const place = {
    ...{id, 'data-at': at, 'data-cursor': isHere, role: 'gridcell'},
    'aria-colindex': Number(at.split(' ')[1]) + 2,
  };
  if (action !== null) return <ActionCell {...props} place={place} action={action} />;
  return <span {...place} aria-label={`${labels}, no action`} className={styles.none} />;
});

const QUIET: readonly string[] = ['line', 'faint', 'dim'];

function ActionCell(props: CellProps & {readonly action: string; readonly place: object}) {
  const {action, labels, edges, isFound, isWide, counter, place} = props;
  const status = useDeskState(({statuses}) => statuses.get(action));
  const state = stateOf(status);
  const now = useNow(state === 'running' ? 1000 : 60_000);
  const output = useDeskState((desk) => {
    const [path] = namedOutputs(desk, action).values();
    return path === undefined ? undefined : outputAt(desk, path);
  });
  const rows = useRowCount(counter, output);
  const counted = typeof rows === 'number' ? formatPlural(rows, 'row') : null;
  const reason = shortReason(status, now);
  const stateWords = STATE_WORDS[state];
  const facts = [
    stateWords,
    reason === stateWords.toLowerCase() ? null : reason,
    counted === null ? null : `${counted} in ${output?.path}`,
  ];
  // the mark shows that it runs, or that something changed
  const words = reason.replace(/^running /, '').replace(/ changed\b/, '');
  return (
    <span
      aria-selected={edges !== null}
      data-edges={edges ?? undefined}
      aria-label={[labels, action, ...facts].filter(Boolean).join(', ')}
      className={styles.cell}
      data-found={isFound}
      data-quiet={QUIET.includes(stateColor(state))}
      data-tip={`${action}: ${facts.filter(Boolean).join(' · ')}`}
      style={stateStyle(state)}
      {...place}
    >
      <StateIcon state={state} />
      <span className={styles.words}>{words}</span>
      {isWide && counted !== null && <span className={styles.rows}>{counted}</span>}
    </span>
  );
}
