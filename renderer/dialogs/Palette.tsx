import {FileCode2, Search} from 'lucide-react';
import {useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode} from 'react';
import {COMMAND_IDS, commandEntry, type CommandId} from '../../shared/commandTable';
import type {OutputEntry} from '../../shared/output';
import type {Action} from '../../shared/project';
import {runCommand, usableCommands} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {runItems, selectionItems} from '../commands/selectionMenu';
import {useDesk, useDeskState, type Desk} from '../state/deskStore';
import {openPath} from '../state/openPath';
import {chosen, selectAction} from '../state/selection';
import {RUN_COMMANDS} from '../state/runScopes';
import {actionsOf, stateOfAction} from '../state/selectors';
import {StateIcon} from '../status/StateIcon';
import {TierIcon} from '../status/TierPill';
import {Dialog} from '../ui/Dialog';
import {Name} from '../ui/Name';
import styles from './Palette.module.css';

interface Found {
  readonly key: string;
  readonly words: string;
  /** Other words that it is found by. */
  readonly also?: string;
  readonly detail: string;
  readonly icon: ReactNode;
  readonly choose: () => void;
}

const MOST_SHOWN = 50;
const NO_OUTPUTS: readonly OutputEntry[] = [];

/** What can be done with the selection, then all ways to run, then the other commands. */
function doable(desk: Desk): readonly Found[] {
  const items = [...selectionItems(desk), ...runItems(desk)].filter(
    ({id, disabled}, index, all) =>
      disabled !== true && all.findIndex((other) => other.id === id) === index,
  );
  const listed = new Set<string>([...items.map(({id}) => id), ...RUN_COMMANDS, 'command-palette']);
  const wordsOf = (wanted: string) => COMMAND_IDS.filter((id) => id === wanted).map(commandWords);
  return [
    ...items.map(({id, label, keys = '', onChoose}) => ({
      key: `command ${id}`,
      words: label,
      also: wordsOf(id).join(' '),
      detail: keys,
      icon: null,
      choose: onChoose,
    })),
    ...usableCommands(desk.store.getState())
      .filter((id) => !listed.has(id))
      .map((id) => ({
        key: `command ${id}`,
        words: commandWords(id),
        detail: keysOf(id),
        icon: null,
        choose: () => void runCommand(desk, id),
      })),
  ];
}

function commandWords(id: CommandId): string {
  return commandEntry(id).words;
}

/** Actions, scripts, outputs and commands whose words hold all that was typed, the closest first. */
function find(
  desk: Desk,
  actions: readonly Action[],
  outputs: readonly OutputEntry[],
  text: string,
): readonly Found[] {
  const {statuses, study} = desk.store.getState();
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const score = ({words, also = ''}: Found) => {
    const lower = words.toLowerCase();
    if (!wanted.every((word) => `${lower} ${also.toLowerCase()}`.includes(word))) return -1;
    return lower === text.toLowerCase() ? 2 : lower.startsWith(wanted[0] ?? '') ? 1 : 0;
  };
  const all: Found[] = [
    ...doable(desk),
    ...actions.map((action) => ({
      key: `action ${action.name}`,
      words: action.name,
      detail: `${action.run.imageName}:${action.run.imageTag}`,
      icon: <StateIcon state={stateOfAction(statuses, action.name)} named />,
      choose: () => selectAction(desk.store, action.name),
    })),
    ...[...new Set(study?.scripts.values())].map((path) => ({
      key: `script ${path}`,
      words: path,
      detail: 'script',
      icon: <FileCode2 size={16} />,
      choose: () => void openPath(desk, path, null),
    })),
    ...outputs.map((output) => ({
      key: `output ${output.path}`,
      words: output.path,
      detail: output.action,
      icon: <TierIcon tier={output.tier} />,
      choose: () =>
        desk.store.setState({
          centre: {kind: 'output', path: output.path},
          ...chosen(output.action),
        }),
    })),
  ];
  return all
    .map((item) => ({item, score: score(item)}))
    .filter((entry) => entry.score >= 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_SHOWN)
    .map((entry) => entry.item);
}

/** Everything by its name: actions, scripts, outputs, commands. */
export function Palette({onClose}: {readonly onClose: () => void}) {
  const desk = useDesk();
  const id = useId();
  const [text, setText] = useState('');
  const [index, setIndex] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const actions = useDeskState(actionsOf);
  const outputs = useDeskState((state) => state.outputs?.outputs ?? NO_OUTPUTS);
  const found = useMemo(() => find(desk, actions, outputs, text), [desk, text, actions, outputs]);

  const choose = (item: Found | undefined) => {
    if (item === undefined) return;
    onClose();
    item.choose();
  };
  const goTo = (next: number) => {
    const to = Math.max(0, Math.min(found.length - 1, next));
    setIndex(to);
    list.current?.children[to]?.scrollIntoView({block: 'nearest'});
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') goTo(index + 1);
    else if (event.key === 'ArrowUp') goTo(index - 1);
    else if (event.key === 'Enter') choose(found[index]);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title="Find anything" onClose={onClose}>
      <div className={styles.field}>
        <Search size={14} />
        <input
          data-autofocus
          role="combobox"
          aria-label="Find actions, scripts, outputs and commands"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={found.length === 0 ? undefined : `${id}-${index}`}
          placeholder="Action, output or command"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setIndex(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul ref={list} id={id} role="listbox" aria-label="Found" className={styles.list}>
        {found.map((item, at) => (
          <li
            key={item.key}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === index}
            className={styles.item}
            onPointerMove={() => setIndex(at)}
            onClick={() => choose(item)}
          >
            <span className={styles.icon}>{item.icon}</span>
            <Name name={item.words} />
            <span className={styles.detail}>{item.detail}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={styles.none}>Nothing has “{text}” in its name.</p>}
    </Dialog>
  );
}
