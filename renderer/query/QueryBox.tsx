import {Search, X} from 'lucide-react';
import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import {formatCount} from '../../shared/format';
import type {QueryError} from '../../shared/query/parseQuery';
import {suggestQuery, type QuerySuggestion} from '../../shared/query/suggestQuery';
import {useDesk, useDeskState, type DeskStore} from '../state/deskStore';
import {selectAction} from '../state/selection';
import {queryOutcome} from '../state/queryMatches';
import {Floating} from '../ui/Floating';
import styles from './QueryBox.module.css';

const NO_SUGGESTIONS: readonly QuerySuggestion[] = [];

/** What is typed, how it could go on, and which of the ways is chosen; `input` is the box. */
function useTyping(input: RefObject<HTMLInputElement | null>) {
  const {store} = useDesk();
  const query = useDeskState((state) => state.query);
  const [open, setOpen] = useState(false);
  const [caret, setCaret] = useState(0);
  const [active, setActive] = useState(-1);
  const suggestions = useSuggestions(open, query, caret);

  const type = (text: string, at: number): void => {
    store.setState({query: text});
    setCaret(at);
    setActive(-1);
    setOpen(true);
  };
  const accept = (suggestion: QuerySuggestion): void => {
    const {from, to, insert} = suggestion;
    // a condition such as `status:` still wants its value; a name is complete
    const end = insert.endsWith(':') || query.length > to ? '' : ' ';
    const at = from + insert.length + end.length;
    type(query.slice(0, from) + insert + end + query.slice(to), at);
    requestAnimationFrame(() => input.current?.setSelectionRange(at, at));
  };
  const clear = (): void => {
    type('', 0);
    setOpen(false);
    input.current?.focus();
  };
  return {query, open, setOpen, setCaret, active, setActive, suggestions, type, accept, clear};
}

type Typing = ReturnType<typeof useTyping>;

/** The keys of the box: arrows choose a suggestion, Enter takes it or goes to the first match, Escape goes back a step. */
function useQueryKeys(typing: Typing, list: RefObject<HTMLUListElement | null>, leave: () => void) {
  const {store} = useDesk();
  const {query, open, setOpen, active, setActive, suggestions} = typing;
  const listed = open && suggestions.length > 0;
  const step = (by: 1 | -1): void => {
    const places = suggestions.length + 1;
    const to = ((active + 1 + by + places) % places) - 1;
    setActive(to);
    list.current?.children[to]?.scrollIntoView({block: 'nearest'});
  };
  return (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!listed) setOpen(true);
      else step(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' || (event.key === 'Tab' && listed && active !== -1)) {
      const chosen = listed ? suggestions[active] : undefined;
      if (chosen !== undefined) {
        event.preventDefault();
        typing.accept(chosen);
      } else {
        setOpen(false);
        selectFirstMatch(store);
      }
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (listed) setOpen(false);
      else if (query !== '') typing.clear();
      else leave();
    }
  };
}

/** The query box: filters list, graph, table and runs as you type, suggests how to go on, shows what it can't understand. Escape leaves it. */
export function QueryBox({onLeave}: {readonly onLeave: () => void}) {
  const total = useDeskState((state) => state.study?.graph?.names.length ?? 0);
  const shown = useDeskState((state) => queryOutcome(state).matches?.size ?? null);
  const error = useDeskState((state) => queryOutcome(state).error);
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const typing = useTyping(input);
  const {query, open, setOpen, active, suggestions, type} = typing;
  const onKeyDown = useQueryKeys(typing, list, () => {
    input.current?.blur();
    onLeave();
  });

  return (
    <div ref={box} className={styles.box} data-error={error !== null} data-filled={query !== ''}>
      <Search size={15} className={styles.glass} />
      <input
        ref={input}
        type="text"
        role="combobox"
        spellCheck={false}
        autoComplete="off"
        className={styles.input}
        value={query}
        placeholder="Find or filter actions, e.g. status:failed or model_*+"
        aria-label="Find or filter actions"
        aria-autocomplete="list"
        aria-expanded={open && suggestions.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={active === -1 ? undefined : `${id}-${active}`}
        aria-invalid={error !== null}
        aria-describedby={`${id}-note`}
        onChange={(event) => type(event.target.value, event.target.selectionStart ?? 0)}
        onSelect={(event) => typing.setCaret(event.currentTarget.selectionStart ?? 0)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <span id={`${id}-note`} className={styles.note} role="status">
        {shown !== null && `showing ${formatCount(shown)} of ${formatCount(total)}`}
        {error !== null && <span className="visually-hidden">{wordsOf(error)}</span>}
      </span>
      {query === '' ? (
        <kbd className={styles.keys}>/</kbd>
      ) : (
        <button
          type="button"
          className={styles.clear}
          aria-label="Clear the filter"
          data-tip="Clear the filter"
          data-keys="Esc"
          onClick={typing.clear}
        >
          <X size={14} />
        </button>
      )}
      {open && (error !== null || suggestions.length > 0) && (
        // keeps the caret in the box while the mouse chooses
        <Floating
          anchor={box.current}
          gap={6}
          className={styles.popup}
          style={{minWidth: box.current?.offsetWidth}}
          onMouseDown={(event) => event.preventDefault()}
        >
          {error !== null && <Mistake query={query} error={error} />}
          <SuggestionList {...{id, list, typing}} />
        </Floating>
      )}
    </div>
  );
}

/** The query with the place that is not understood, and what to do about it. */
function Mistake({query, error}: {readonly query: string; readonly error: QueryError}) {
  return (
    <p className={styles.error}>
      <code>
        {query.slice(0, error.from)}
        <mark className={styles.mark}>{query.slice(error.from, error.to) || '…'}</mark>
        {query.slice(error.to)}
      </code>
      <span>{wordsOf(error)}</span>
    </p>
  );
}

/** The ways to go on, of which the mouse takes one. */
function SuggestionList(props: {
  readonly id: string;
  readonly list: RefObject<HTMLUListElement | null>;
  readonly typing: Typing;
}) {
  const {id, list} = props;
  const {suggestions, active, setActive, accept} = props.typing;
  return (
    <ul
      role="listbox"
      ref={list}
      id={`${id}-list`}
      className={styles.options}
      aria-label="Suggestions"
    >
      {suggestions.map((suggestion, index) => (
        <li
          key={suggestion.label}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className={styles.option}
          onPointerMove={() => setActive(index)}
          onClick={() => accept(suggestion)}
        >
          <span className={styles.label}>{suggestion.label}</span>
          <span className={styles.detail}>{suggestion.detail}</span>
        </li>
      ))}
    </ul>
  );
}

/** Enter goes to the first action that the box means, wherever it is folded away. */
function selectFirstMatch(store: DeskStore): void {
  const [first] = queryOutcome(store.getState()).matches ?? [];
  if (first !== undefined) selectAction(store, first);
}

/** A mistake and what to do about it; backticks mark code in messages, here quotes do. */
function wordsOf(error: QueryError): string {
  return `${error.message} ${error.hint ?? ''}`.replace(/`([^`]*)`/g, '‘$1’');
}

/** Suggestions for the word at the caret, worked out only while they are on screen. */
function useSuggestions(open: boolean, query: string, caret: number): readonly QuerySuggestion[] {
  const {store} = useDesk();
  const study = useDeskState((state) => state.study);
  const [ready, setReady] = useState(NO_SUGGESTIONS);
  const context = useMemo(() => {
    if (!open || study === null || study.graph === null || study.project === null) return null;
    const {graph, project, scripts} = study;
    return {graph, project, scripts, statuses: store.getState().statuses, anywhere: true};
  }, [open, study, store]);

  useEffect(() => {
    if (context === null) {
      setReady(NO_SUGGESTIONS);
      return;
    }
    // the filtered graph is painted first: a frame asked for now is the one that paints it
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setReady(suggestQuery(query, caret, context)));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [context, query, caret]);
  return ready;
}
