import {useEffect, useEffectEvent, useState} from 'react';
import {
  CODELIST_STATES,
  CODING_SYSTEMS,
  type CodelistProblem,
  type CodelistSummary,
} from '../../../shared/codelist';
import {formatCount, formatPlural} from '../../../shared/format';
import {AnswerView} from '../../errors/ErrorWords';
import {ask, useAnswer, useFileChanges} from '../../state/ask';
import {useDesk, useDeskState} from '../../state/deskStore';
import {settingsNow} from '../../state/settings';
import {leavingReading} from '../../state/sides';
import {Button} from '../../ui/Button';
import {CodeText} from '../../ui/CodeText';
import {Field} from '../../ui/Field';
import {Name} from '../../ui/Name';
import {Callout, EmptyState} from '../../ui/Section';
import {ViewHead} from '../../ui/ViewHead';
import {CodelistUpdateDialog, UPDATE_ALL, type Asked} from './CodelistUpdateDialog';
import {OwnListDialog} from './OwnListDialog';
import styles from './CodelistsView.module.css';

/** The study's codelists: what each is and what is odd about it; adding, checking and updating them, when asked. */
export function CodelistsView() {
  const desk = useDesk();
  const [again, readAnew] = useFileChanges();
  // asked first: many lists take seconds to be read the first time
  const [names] = useAnswer('codelists:names', {}, again);
  const next = names === null ? null : {};
  const [listed] = useAnswer('codelists:list', next, again);
  const [problems] = useAnswer('codelists:problems', next, again);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [making, setMaking] = useState(false);
  const lists = listed?.ok === true ? listed.value : [];

  const done = (words: string) => {
    setSaid(words);
    readAnew();
  };
  const check = async () => {
    setBusy(true);
    const checked = await ask(desk, 'codelists:check', {});
    setBusy(false);
    if (checked === undefined) return;
    // those of a line are shown below
    const found = (checked?.problems ?? []).flatMap(({line, message}) =>
      line === null ? [message] : [],
    );
    const notes = checked?.notes ?? ['There is no folder codelists.'];
    done(
      [...(checked?.ok === true && notes.length === 0 ? ['Codelists OK.'] : found), ...notes].join(
        ' ',
      ),
    );
  };
  useDailyCheck(listed?.ok === true ? listed.value : null, check);
  const undo = async () => {
    const files = await ask(desk, 'codelists:undo', {});
    if (files !== undefined) done(`Undone: ${files.join(', ')}`);
  };
  return (
    <article
      className={styles.view}
      aria-label="Codelists"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) event.preventDefault();
      }}
      onDrop={(event) => {
        const {dataTransfer, target} = event;
        const add = (dataTransfer.getData('text/uri-list') || dataTransfer.getData('text')).trim();
        // a field takes it by itself
        if (add === '' || target instanceof HTMLInputElement) return;
        event.preventDefault();
        setAsked({...UPDATE_ALL, add});
      }}
    >
      <ViewHead
        title="Codelists"
        note={noteOf(lists)}
        closeLabel="Close the codelists"
        onClose={() => desk.store.setState(leavingReading)}
      >
        <span className={styles.acts}>
          <Button disabled={busy} tip="Asks the server of codelists" onClick={() => void check()}>
            {busy ? 'Checking…' : 'Check now'}
          </Button>
          <Button tip="Previews the change first" onClick={() => setAsked(UPDATE_ALL)}>
            Update all…
          </Button>
          <Button onClick={() => void undo()}>Undo last update</Button>
        </span>
      </ViewHead>
      <div className={styles.body}>
        <AddList onAdd={(add) => setAsked({...UPDATE_ALL, add})} onMake={() => setMaking(true)} />
        {said !== null && (
          <Callout tone="plain" live>
            {said}
          </Callout>
        )}
        {problems?.ok === true && <FileProblems problems={problems.value} />}
        <AnswerView<readonly Shown[]> answer={listed ?? names} waiting="Reading the lists…">
          {(value) =>
            value.length === 0 ? (
              <EmptyState title="No codelists yet">
                Add one by its address. Lists of your own belong in local_codelists.
              </EmptyState>
            ) : (
              <ListTable
                lists={value}
                again={again}
                onUpdate={(asked) => setAsked({...UPDATE_ALL, ...asked})}
              />
            )
          }
        </AnswerView>
      </div>
      {asked !== null && (
        <CodelistUpdateDialog asked={asked} onDone={done} onClose={() => setAsked(null)} />
      )}
      {making && <OwnListDialog text="" origin="" onClose={() => setMaking(false)} />}
    </article>
  );
}

const DAY_MS = 86_400_000;

/** Asks the server once a day where Settings say so. */
function useDailyCheck(lists: readonly CodelistSummary[] | null, check: () => Promise<void>) {
  const wanted = useDeskState((state) => settingsNow(state)?.values.checkCodelists === true);
  const times = (lists ?? []).map(({checkedAt}) => Date.parse(checkedAt ?? '') || 0);
  const isDue = wanted && times.length > 0 && Date.now() - Math.max(...times) > DAY_MS;
  const begin = useEffectEvent(() => void check());
  // once while the view is open, whatever the server answers
  useEffect(() => {
    if (isDue) begin();
  }, [isDue]);
}

function noteOf(lists: readonly CodelistSummary[]): string {
  const dayOf = (time: string) => new Date(time).toLocaleDateString();
  const checked = lists.find(({checkedAt}) => checkedAt !== null)?.checkedAt ?? null;
  const [oldest] = lists.flatMap(({downloadedAt}) => downloadedAt ?? []).sort();
  const when =
    checked !== null
      ? `the server was asked on ${new Date(checked).toLocaleString()}`
      : oldest !== undefined
        ? `downloaded since ${dayOf(oldest)}, the server not asked since`
        : 'the server was never asked';
  return lists.length === 0 ? 'None yet' : `${formatPlural(lists.length, 'list')}, ${when}`;
}

/** Adds a list by its address, pasted or dragged into the field. */
function AddList(props: {readonly onAdd: (address: string) => void; readonly onMake: () => void}) {
  const {onAdd, onMake} = props;
  const [address, setAddress] = useState('');
  const add = () => {
    if (address.trim() !== '') onAdd(address.trim());
  };
  return (
    <form
      className={styles.add}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Field
        label="Address of a codelist"
        placeholder="https://www.opencodelists.org/codelist/…"
        value={address}
        onChange={(event) => setAddress(event.target.value)}
        after={
          <>
            <Button disabled={address.trim() === ''} onClick={add}>
              Add…
            </Button>
            <Button tip="In local_codelists, of codes that you paste" onClick={onMake}>
              Make a list…
            </Button>
          </>
        }
      />
    </form>
  );
}

/** Faults of codelists.txt and codelists.json, each leading to its line. */
function FileProblems({problems}: {readonly problems: readonly CodelistProblem[]}) {
  const {store} = useDesk();
  if (problems.length === 0) return null;
  return (
    <Callout tone="stale">
      <ul className={styles.problems}>
        {problems.map(({message, hint, file, line}, index) => (
          <li key={index}>
            <CodeText text={hint === null ? message : `${message} ${hint}`} />{' '}
            <Button
              look="quiet"
              onClick={() => store.setState({centre: {kind: 'code-file', path: file, line}})}
            >
              {line === null ? `Show ${file}` : `Show line ${line}`}
            </Button>
          </li>
        ))}
      </ul>
    </Callout>
  );
}

/** Lists that are drawn at once; more are drawn when asked for. */
const LISTS_SHOWN = 100;

/** A list, or its path alone while it is being read. */
type Shown = CodelistSummary | string;

function ListTable(props: {
  readonly lists: readonly Shown[];
  readonly again: number;
  readonly onUpdate: (asked: Partial<Asked>) => void;
}) {
  const {lists, again, onUpdate} = props;
  const [text, setText] = useState('');
  const [all, setAll] = useState(false);
  const wanted = text.trim().toLowerCase();
  const fitting = lists.filter((list) =>
    (typeof list === 'string' ? [list] : [list.file, ...list.actions]).some((word) =>
      word.toLowerCase().includes(wanted),
    ),
  );
  const shown = all ? fitting : fitting.slice(0, LISTS_SHOWN);
  return (
    <>
      <Field
        label="Find"
        placeholder="A list, an action, a code or a word of any list"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {shown.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              {['List', 'State', 'System', 'Codes', 'Used by', ''].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((list) =>
              typeof list === 'string' ? (
                <tr key={list}>
                  <th scope="row">
                    <Name name={list} />
                  </th>
                  <td colSpan={5}>Reading…</td>
                </tr>
              ) : (
                <ListRow key={list.file} list={list} onUpdate={onUpdate} />
              ),
            )}
          </tbody>
        </table>
      )}
      {shown.length < fitting.length && (
        <Button onClick={() => setAll(true)}>
          Show all {formatPlural(fitting.length, 'list')}
        </Button>
      )}
      {shown.length === 0 && <p role="status">No list is called so.</p>}
      {wanted.length > 1 && <Finds text={text.trim()} again={again} />}
    </>
  );
}

/** The rows of all lists that hold a code or a word. */
function Finds({text, again}: {readonly text: string; readonly again: number}) {
  const {store} = useDesk();
  const [answer, age] = useAnswer('codelists:search', {text}, again);
  return (
    <section aria-label="In the lists" className={styles.finds}>
      <AnswerView answer={answer} waiting="Searching the lists…">
        {({finds, more}) => (
          <>
            <p role="status" data-current={age === 'new' ? text : undefined}>
              {finds.length === 0
                ? 'No list has a row with it.'
                : `${more ? 'The first ' : ''}${formatPlural(finds.length, 'row')} in ${formatPlural(new Set(finds.map(({file}) => file)).size, 'list')}:`}
            </p>
            <table className={styles.table}>
              <tbody>
                {finds.map(({file, line, code, term}) => (
                  <tr key={`${file} ${line}`}>
                    <td>
                      <code>{code}</code>
                    </td>
                    <td>{term}</td>
                    <td className={styles.list}>
                      <Button
                        look="link"
                        onClick={() =>
                          store.setState({centre: {kind: 'codelists', path: file, find: text}})
                        }
                      >
                        {file}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </AnswerView>
    </section>
  );
}

function ListRow(props: {
  readonly list: CodelistSummary;
  readonly onUpdate: (asked: Partial<Asked>) => void;
}) {
  const {store} = useDesk();
  const {file, id, state, newer, codingSystem, codes, actions, warnings} = props.list;
  return (
    <>
      <tr>
        <th scope="row" className={styles.list}>
          {codes === null ? (
            <Name name={file} />
          ) : (
            <Button
              look="link"
              onClick={() => store.setState({centre: {kind: 'codelists', path: file}})}
            >
              {file}
            </Button>
          )}
        </th>
        <td data-state={state}>
          {CODELIST_STATES[state]}
          {id !== null && newer !== null && (
            <div>
              <Button
                look="link"
                aria-label={`Take ${newer}`}
                tip="Previews the change of codelists.txt and of the codes first"
                onClick={() => props.onUpdate({version: {from: id, to: newer}})}
              >
                Take {newer.slice(newer.lastIndexOf('/') + 1)}…
              </Button>
            </div>
          )}
        </td>
        <td>{codingSystem === null ? 'Not known' : CODING_SYSTEMS[codingSystem]}</td>
        <td className={styles.number}>
          {codes === null || (codes === 0 && codingSystem === null) ? '' : formatCount(codes)}
        </td>
        <td>{actions.join(', ')}</td>
        <td>
          {id !== null && (
            <Button
              aria-label={`Update ${id}`}
              tip="Previews the change first"
              onClick={() => props.onUpdate({only: [id]})}
            >
              Update…
            </Button>
          )}
        </td>
      </tr>
      {warnings.map(({rule, message, hint, source}, index) => (
        <tr key={index} className={styles.warning}>
          <td colSpan={6}>
            {message} {hint}{' '}
            <span className={styles.source}>
              {rule}; {source.title}, {source.date}
            </span>
          </td>
        </tr>
      ))}
    </>
  );
}
