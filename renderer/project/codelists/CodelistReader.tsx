import {useId, useMemo, useState} from 'react';
import {CODING_SYSTEMS, type CodelistContent} from '../../../shared/codelist';
import {formatCount, formatPlural} from '../../../shared/format';
import {AnswerView} from '../../errors/ErrorWords';
import type {GridRange} from '../../lists/gridRange';
import {GridTable} from '../../lists/GridTable';
import {columnLooks, noWidths, widened} from '../../outputs/viewers/columnLooks';
import {cellLines, copyLines} from '../../outputs/viewers/copyCells';
import {useAnswer} from '../../state/ask';
import {useDesk} from '../../state/deskStore';
import {leavingReading} from '../../state/sides';
import {Button} from '../../ui/Button';
import {Check} from '../../ui/Field';
import {FilterBar} from '../../ui/FilterBar';
import {Name} from '../../ui/Name';
import {EmptyState} from '../../ui/Section';
import {Tabs} from '../../ui/Tabs';
import {ViewHead} from '../../ui/ViewHead';
import {asFile, asTree, hasTree, sideBySide, type ListGrid, type Part} from './listRows';
import {OwnListDialog} from './OwnListDialog';
import styles from './CodelistsView.module.css';

/** Rows that the widths of columns are measured by. */
const ROWS_MEASURED = 500;
/** In place of the path of another list: the same one before the last update, or as a commit has it. */
const EARLIER = 'earlier';
const COMMIT = /^[0-9a-f]{40,}$/;

/** One codelist in the grid, searched, as a tree, or beside another list or its version before. */
export function CodelistReader({path, find}: {readonly path: string; readonly find: string}) {
  const desk = useDesk();
  const [beside, setBeside] = useState('');
  const [text, setText] = useState(find);
  const [list] = useAnswer('codelists:read', {file: path, version: 'now'});
  const isVersion = beside === EARLIER || COMMIT.test(beside);
  const [other, age] = useAnswer(
    'codelists:read',
    beside === '' ? null : {file: isVersion ? path : beside, version: isVersion ? beside : 'now'},
  );
  const content = list?.ok === true ? list.value : null;
  return (
    <article className={styles.view} aria-label={path}>
      <ViewHead
        title={<Name name={path} />}
        tip={path}
        note={content === null ? 'Reading…' : noteOf(content)}
        closeLabel="Close the codelist"
        onClose={() => desk.store.setState(leavingReading)}
      >
        <span className={styles.acts}>
          <Button onClick={() => desk.store.setState({centre: {kind: 'codelists'}})}>
            All codelists
          </Button>
          <Button
            onClick={() => desk.store.setState({centre: {kind: 'code-file', path, line: null}})}
          >
            As text
          </Button>
          <BesideChoice
            path={path}
            hasEarlier={content?.hasEarlier === true}
            beside={beside}
            onChoose={setBeside}
          />
        </span>
      </ViewHead>
      <AnswerView answer={list} waiting="Reading the list…">
        {(here) =>
          beside === '' ? (
            <Rows
              key="one"
              {...{path, text}}
              list={here}
              there={null}
              origin={path}
              onText={setText}
            />
          ) : (
            <AnswerView answer={age === 'other' ? null : other} waiting="Reading the list…">
              {(there) => (
                <Rows
                  key={beside}
                  {...{path, list: here, there, text}}
                  onText={setText}
                  origin={`${path} and ${nameOf(beside)}`}
                />
              )}
            </AnswerView>
          )
        }
      </AnswerView>
    </article>
  );
}

/** What a list is beside, in words. */
function nameOf(beside: string): string {
  if (beside === EARLIER) return 'its version before the last update';
  return COMMIT.test(beside) ? `its version of commit ${beside.slice(0, 7)}` : beside;
}

function noteOf({codingSystem, rows, origin}: CodelistContent): string {
  return [
    codingSystem === null ? 'Coding system not known' : CODING_SYSTEMS[codingSystem],
    formatPlural(rows.length, 'row'),
    ...(origin === null ? [] : [origin.trim().replaceAll('\n', ' ')]),
  ].join(' · ');
}

/** What the list is put beside. */
function BesideChoice(props: {
  readonly path: string;
  readonly hasEarlier: boolean;
  readonly beside: string;
  readonly onChoose: (beside: string) => void;
}) {
  const {path, hasEarlier, beside, onChoose} = props;
  const id = useId();
  const [names] = useAnswer('codelists:names', {});
  const [commits] = useAnswer('codelists:commits', {file: path});
  const others = names?.ok === true ? names.value.filter((name) => name !== path) : [];
  return (
    <span className={styles.beside}>
      <label htmlFor={id}>Side by side with</label>
      <select id={id} value={beside} onChange={(event) => onChoose(event.target.value)}>
        <option value="">nothing</option>
        {hasEarlier && <option value={EARLIER}>this list before the last update</option>}
        {commits?.ok === true && commits.value.length > 0 && (
          <optgroup label="This list as committed">
            {commits.value.map(({commit, date, subject}) => (
              <option key={commit} value={commit}>
                {date.slice(0, 10)} {commit.slice(0, 7)} {subject}
              </option>
            ))}
          </optgroup>
        )}
        {others.length > 0 && (
          <optgroup label="Other lists">
            {others.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </optgroup>
        )}
      </select>
    </span>
  );
}

const PARTS: readonly (readonly [Part | 'all', string])[] = [
  ['all', 'All'],
  ['here', 'Only here'],
  ['there', 'Only there'],
  ['both', 'Both'],
];

function Rows(props: {
  readonly path: string;
  readonly list: CodelistContent;
  /** What it is beside; null for nothing. */
  readonly there: CodelistContent | null;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** What the rows are of, for a list that is made of them. */
  readonly origin: string;
}) {
  const {path, list, there, text, onText, origin} = props;
  const [part, setPart] = useState<Part | 'all'>('all');
  const [tree, setTree] = useState(false);
  const [range, setRange] = useState<GridRange | null>(null);
  const [making, setMaking] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const grid = useMemo(
    (): ListGrid => (there !== null ? sideBySide(list, there) : tree ? asTree(list) : asFile(list)),
    [list, there, tree],
  );
  const looks = useMemo(() => looksOf(grid), [grid]);
  const wanted = text.trim().toLowerCase();
  const shown = useMemo(
    () =>
      grid.rows.filter(
        (row) => (part === 'all' || row.part === part) && row.plain.includes(wanted),
      ),
    [grid, part, wanted],
  );
  const [first, last] = range?.rows ?? [0, 0];
  // one cell is always the current one
  const chosen = last > first ? shown.slice(first, last + 1) : shown;
  const linesOf = (rows: ListGrid['rows'], columns = looks) => cellLines(columns, rows);
  const which = [
    ...(last > first ? [`${formatCount(chosen.length)} selected rows`] : []),
    ...(part === 'all' ? [] : [(PARTS.find(([id]) => id === part)?.[1] ?? '').toLowerCase()]),
    ...(wanted === '' ? [] : [`rows with “${text.trim()}”`]),
  ];
  return (
    <>
      <FilterBar
        label="Find in the list"
        placeholder="A code or a word"
        text={text}
        onText={onText}
      >
        <span role="status">
          {said ?? `${formatCount(shown.length)} of ${formatPlural(grid.rows.length, 'row')}`}
        </span>
        {there === null && hasTree(list) && (
          <Check label="As a tree" checked={tree} onChange={setTree} />
        )}
        {there !== null && (
          <Tabs
            look="boxed"
            label="Codes"
            panelId="codelist-rows"
            items={PARTS.map(([id, label]) => ({
              ...{id, label},
              count: formatCount(
                id === 'all' ? grid.rows.length : grid.rows.filter((row) => row.part === id).length,
              ),
            }))}
            selected={part}
            onSelect={setPart}
          />
        )}
        <Button
          disabled={chosen.length === 0}
          tip="A list of your own, in local_codelists, of the selected rows or of all that are shown"
          onClick={() => setMaking(pasteable(linesOf(chosen), there !== null))}
        >
          {last > first ? `Make a list of ${formatCount(chosen.length)} rows…` : 'Make a list…'}
        </Button>
      </FilterBar>
      <div id="codelist-rows" className={styles.grid}>
        {shown.length === 0 ? (
          <EmptyState title={grid.rows.length === 0 ? 'The list is empty' : 'No row fits'} />
        ) : (
          <GridTable
            key={`${wanted} ${part} ${tree}`}
            label={`Rows of ${path}`}
            columns={looks}
            rowCount={shown.length}
            longestNumber={formatCount(grid.rows.length + 1)}
            rowAt={(index) => shown[index]}
            onView={() => undefined}
            onSelect={setRange}
            onCopy={({columns, rows: [from, to]}) =>
              void copyLines(
                linesOf(shown.slice(from, to + 1), looks.slice(columns[0], columns[1] + 1)),
                'codes',
              ).then(setSaid)
            }
          />
        )}
      </div>
      {making !== null && (
        <OwnListDialog
          text={making}
          origin={[origin, ...which].join(', ')}
          onClose={() => setMaking(null)}
        />
      )}
    </>
  );
}

function looksOf({columns, rows}: ListGrid) {
  const sample = rows.slice(0, ROWS_MEASURED).map(({values}) => ({row: 0, values}));
  const widths = widened(noWidths(columns.length), sample);
  // codes of digits are no numbers
  return columnLooks(
    columns.map((name) => ({name, type: null})),
    {...widths, numeric: columns.map(() => false)},
    {sort: null},
  );
}

/** Rows as they are pasted: of two lists each code with one term. */
function pasteable(lines: readonly (readonly string[])[], isBeside: boolean): string {
  const plain = lines.map((line) => line.map((cell) => cell.replace(/\s+/g, ' ').trim()));
  const [, ...rows] = plain;
  const kept = isBeside
    ? [['code', 'term'], ...rows.map(([code = '', here = '', there = '']) => [code, here || there])]
    : plain;
  return kept.map((line) => line.join('\t')).join('\n');
}
