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

/** A cell of a grid of variants: an action's state by mark, colour and word, with its time, or nothing. */
export const VariantCell = memo(function VariantCell(props: {
  readonly id: string;
  readonly 'data-at': string;
  readonly 'data-cursor': boolean;
  /** Null where there is none. */
  readonly action: string | null;
  /** The names of its row and column. */
  readonly labels: string;
  /** Where it is selected, the sides at which the selection ends; null where it is not. */
  readonly edges: string | null;
  /** There is space for its rows too. */
  readonly isWide: boolean;
  readonly counter: RowCounter;
}) {
  const {action, labels, edges, isWide, counter, ...attributes} = props;
  const column = Number(attributes['data-at'].split(' ')[1]) + 2;
  if (action === null)
    return (
      <span
        role="gridcell"
        aria-colindex={column}
        aria-label={`${labels}, no action`}
        className={styles.none}
        {...attributes}
      />
    );
  return (
    <ActionCell
      {...{action, labels, edges, isWide, counter}}
      attributes={{...attributes, column}}
    />
  );
});

const QUIET: readonly string[] = ['line', 'faint', 'dim'];

function ActionCell(props: {
  readonly action: string;
  readonly labels: string;
  readonly edges: string | null;
  readonly isWide: boolean;
  readonly counter: RowCounter;
  readonly attributes: {readonly id: string; readonly column: number};
}) {
  const {action, labels, edges, isWide, counter} = props;
  const {column, ...attributes} = props.attributes;
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
  const told = [
    stateWords,
    reason === stateWords.toLowerCase() ? null : reason,
    counted === null ? null : `${counted} in ${output?.path}`,
  ];
  // the mark shows that it runs, or that something changed
  const words = reason.replace(/^running /, '').replace(/ changed\b/, '');
  return (
    <span
      role="gridcell"
      aria-colindex={column}
      aria-selected={edges !== null}
      data-edges={edges ?? undefined}
      aria-label={[labels, action, ...told].filter(Boolean).join(', ')}
      className={styles.cell}
      data-quiet={QUIET.includes(stateColor(state))}
      data-tip={`${action}: ${told.filter(Boolean).join(' · ')}`}
      style={stateStyle(state)}
      {...attributes}
    >
      <StateIcon state={state} />
      <span className={styles.words}>{words}</span>
      {isWide && counted !== null && <span className={styles.rows}>{counted}</span>}
    </span>
  );
}
