import {useEffect, useMemo, useState} from 'react';
import type {AppError} from '../../shared/errors';
import {formatPlural} from '../../shared/format';
import type {DraftGroup, ReleaseDraft} from '../../shared/release';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {runChecks} from '../state/releaseChecks';
import {leavingReading, showingBottom} from '../state/sides';
import {TierPill} from '../status/TierPill';
import {Button} from '../ui/Button';
import {AskDialog} from '../ui/Dialog';
import {Menu, type MenuItem} from '../ui/Menu';
import {Callout, EmptyState} from '../ui/Section';
import {Tabs} from '../ui/Tabs';
import {ViewHead} from '../ui/ViewHead';
import styles from './Checks.module.css';
import {GroupForm} from './GroupForm';

/** The draft, requested while there is none, and why it can't be made. */
function useDraft() {
  const desk = useDesk();
  const {host, store} = desk;
  const draft = useDeskState((state) => state.releaseDraft);
  const [error, setError] = useState<AppError | null>(null);
  useEffect(() => {
    if (draft !== null) return undefined;
    let current = true;
    void host.request('release:draft', {}).then((answer) => {
      if (!current) return;
      if (answer.ok) store.setState({releaseDraft: answer.value});
      else setError(answer.error);
      // what a checker sees comes with the checks; the draft has just made them, so this takes no time
      void runChecks(desk);
    });
    return () => {
      current = false;
    };
  }, [host, desk, store, draft]);
  return {draft, error};
}

/** A release as it would be requested: files in groups with their context, and what a checker sees of them. */
export function Rehearsal() {
  const {store} = useDesk();
  const {draft, error} = useDraft();
  const [saved, setSaved] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  return (
    <article
      className={styles.rehearsal}
      aria-label="Release rehearsal"
      onKeyDown={(event) => {
        // a step out of a field is no step out of the rehearsal
        if (event.key !== 'Escape' || !(event.target instanceof HTMLElement)) return;
        if (!event.target.matches('input, textarea, select')) return;
        event.stopPropagation();
        event.target.blur();
      }}
    >
      <ViewHead
        mark={<TierPill tier="moderately_sensitive" />}
        title="Release rehearsal"
        note="What you would ask for. Output checkers decide what may be released."
        closeLabel="Close the rehearsal"
        onClose={() => store.setState(leavingReading)}
      >
        <RehearsalActs draft={draft} onSaved={setSaved} onStartAgain={() => setAsking(true)} />
      </ViewHead>
      {saved !== null && (
        <Callout tone="accent" live>
          Saved as {saved}
        </Callout>
      )}
      {draft === null && error === null && <EmptyState title="Reading outputs and code…" />}
      {error !== null && (
        <Callout tone="fail">
          <strong>{error.message}</strong> {error.why} {error.hint}
        </Callout>
      )}
      {draft !== null && <DraftGroups draft={draft} />}
      {asking && <StartAgain onClose={() => setAsking(false)} />}
    </article>
  );
}

function countFiles(draft: ReleaseDraft | null): number {
  return draft?.groups.reduce((sum, group) => sum + group.files.length, 0) ?? 0;
}

/** Starts the draft again, and saves it or a report of the study; `onSaved` gets the path. */
function RehearsalActs(props: {
  readonly draft: ReleaseDraft | null;
  readonly onSaved: (path: string) => void;
  readonly onStartAgain: () => void;
}) {
  const {draft, onSaved, onStartAgain} = props;
  const desk = useDesk();
  const [busy, setBusy] = useState(false);
  const nothing = countFiles(draft) === 0;

  const save = async (format: 'markdown' | 'json'): Promise<void> => {
    if (draft === null) return;
    const groups = draft.groups.filter(({files}) => files.length > 0);
    const path = await ask(desk, 'release:saveDraft', {draft: {...draft, groups}, format});
    if (path !== undefined && path !== null) onSaved(path);
  };
  const saveReport = async (): Promise<void> => {
    setBusy(true);
    const path = await ask(desk, 'release:saveReport', {});
    setBusy(false);
    if (path !== undefined && path !== null) onSaved(path);
  };
  const items: readonly MenuItem[] = [
    {
      id: 'markdown',
      label: 'Save as Markdown…',
      disabled: nothing,
      onChoose: () => void save('markdown'),
    },
    {id: 'json', label: 'Save as JSON…', disabled: nothing, onChoose: () => void save('json')},
    {
      id: 'report',
      label: 'Save report…',
      tip: 'One page with the graph, plan, runs and moderately sensitive outputs; nothing highly sensitive',
      separated: true,
      onChoose: () => void saveReport(),
    },
    {
      id: 'reset',
      label: 'Reset draft…',
      disabled: draft === null,
      separated: true,
      onChoose: onStartAgain,
    },
  ];
  return (
    <Menu disabled={busy} menuLabel="Save" align="right" items={() => items}>
      {busy ? 'Writing the report…' : 'Save…'}
    </Menu>
  );
}

/** The files in their groups, listed at the left and filled in one by one, and those that can't be asked for. */
function DraftGroups({draft}: {readonly draft: ReleaseDraft}) {
  const {store} = useDesk();
  const {groups, leftOut} = draft;
  const [wanted, setWanted] = useState('0');
  const names = useMemo(() => groups.map(({name}) => name), [groups]);
  const keep = (next: readonly DraftGroup[]): void =>
    store.setState({releaseDraft: {...draft, groups: next}});
  const tabs = [
    ...groups.map(({name, files}, at) => ({
      id: String(at),
      label: '',
      name,
      tip: name,
      count: formatPlural(files.length, 'file'),
    })),
    ...(leftOut.length === 0
      ? []
      : [{id: LEFT_OUT, label: 'Can’t be requested', count: formatPlural(leftOut.length, 'file')}]),
  ];
  const selected = tabs.find(({id}) => id === wanted)?.id ?? tabs[0]?.id ?? null;
  const group = groups[Number(selected)];
  return (
    <div className={styles.groups}>
      <Tabs
        label="Groups"
        look="side"
        items={tabs}
        selected={selected}
        onSelect={setWanted}
        panelId="rehearsal-group"
      />
      <div id="rehearsal-group" className={styles.shownGroup}>
        <Questions />
        {countFiles(draft) === 0 && (
          <EmptyState title="Nothing to release yet">
            Moderately sensitive outputs that can be copied to level 4 will be listed here.
          </EmptyState>
        )}
        {group !== undefined && (
          <GroupForm
            group={group}
            others={names}
            onChange={(next) => keep(groups.map((each) => (each === group ? next : each)))}
            onMove={(path, name) => keep(moved(groups, path, name))}
          />
        )}
        {selected === LEFT_OUT && (
          <section className={styles.group} aria-label="Can’t be requested">
            {leftOut.map(({path, reason}) => (
              <p key={path}>
                <code>{path}</code> <span className={styles.dim}>{reason}</span>
              </p>
            ))}
          </section>
        )}
      </div>
    </div>
  );
}

/** The tab of the files that can't be requested; those of groups are called by their places. */
const LEFT_OUT = 'left-out';

/** Asks before what was typed goes. */
function StartAgain({onClose}: {readonly onClose: () => void}) {
  const {store} = useDesk();
  return (
    <AskDialog
      title="Reset the draft?"
      onClose={onClose}
      act="Reset draft"
      onAct={() => {
        onClose();
        store.setState({releaseDraft: null});
      }}
    >
      <p>
        The draft is made again from the current outputs and code. What you have typed will be lost.
      </p>
    </AskDialog>
  );
}

/** A file put into another group; a new one where there is none of that name. */
function moved(groups: readonly DraftGroup[], path: string, name: string): readonly DraftGroup[] {
  const file = groups.flatMap(({files}) => files).find((each) => each.path === path);
  if (file === undefined) return groups;
  const without = groups.map((group) => ({
    ...group,
    files: group.files.filter((each) => each !== file),
  }));
  return without.some((group) => group.name === name)
    ? without.map((group) =>
        group.name === name ? {...group, files: [...group.files, file]} : group,
      )
    : [...without, {name, files: [file], context: '', controls: ''}];
}

function Questions() {
  const {store} = useDesk();
  const questions = useDeskState(
    ({checked}) => checked?.findings.filter(({level}) => level === 'question').length ?? 0,
  );
  if (questions === 0) return null;
  return (
    <Callout tone="stale">
      <strong>{formatPlural(questions, 'finding')} likely to be queried.</strong>{' '}
      <Button look="link" onClick={() => store.setState((state) => showingBottom(state, 'checks'))}>
        Show {questions === 1 ? 'it' : 'them'}
      </Button>
    </Callout>
  );
}
