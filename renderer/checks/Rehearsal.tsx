import {useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import {formatCount, formatPlural} from '../../shared/format';
import type {DraftGroup} from '../../shared/release';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {runChecks} from '../state/releaseChecks';
import {showingBottom} from '../state/sides';
import {TierPill} from '../status/TierPill';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Callout, EmptyState} from '../ui/Section';
import {ViewHead} from '../ui/ViewHead';
import styles from './Checks.module.css';
import {GroupForm} from './GroupForm';

/** A release as it would be asked for: files in groups with what a checker is told, and what a checker sees of them. */
export function Rehearsal() {
  const desk = useDesk();
  const {host, store} = desk;
  const draft = useDeskState((state) => state.releaseDraft);
  const [error, setError] = useState<AppError | null>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
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

  const keep = (groups: readonly DraftGroup[]): void => {
    if (draft !== null) store.setState({releaseDraft: {...draft, groups}});
  };
  const save = async (format: 'markdown' | 'json'): Promise<void> => {
    if (draft === null) return;
    const groups = draft.groups.filter(({files}) => files.length > 0);
    const path = await ask(desk, 'release:saveDraft', {draft: {...draft, groups}, format});
    if (path !== undefined && path !== null) setSaved(path);
  };
  const saveReport = async (): Promise<void> => {
    setBusy(true);
    const path = await ask(desk, 'release:saveReport', {});
    setBusy(false);
    if (path !== undefined && path !== null) setSaved(path);
  };

  const files = draft?.groups.reduce((sum, group) => sum + group.files.length, 0) ?? 0;
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
        note="What you would ask output checkers for. Only they decide what may be released."
        closeLabel="Close the rehearsal"
        onClose={() => store.setState({centre: {kind: 'graph'}})}
      >
        <div className={styles.acts}>
          <Button look="quiet" disabled={draft === null} onClick={() => setAsking(true)}>
            Start again…
          </Button>
          <Button disabled={files === 0} onClick={() => void save('markdown')}>
            Save as Markdown…
          </Button>
          <Button disabled={files === 0} onClick={() => void save('json')}>
            Save as JSON…
          </Button>
          <Button
            disabled={busy}
            tip="Graph, plan, runs and moderately sensitive outputs as one page, without anything highly sensitive"
            onClick={() => void saveReport()}
          >
            {busy ? 'Writing the report…' : 'Save a report…'}
          </Button>
        </div>
      </ViewHead>
      <div className={styles.groups}>
        {saved !== null && (
          <Callout tone="accent" live>
            Saved as {saved}
          </Callout>
        )}
        {draft === null && error === null && <EmptyState title="Looking at outputs and code…" />}
        {error !== null && (
          <Callout tone="fail">
            <strong>{error.message}</strong> {error.why} {error.hint}
          </Callout>
        )}
        {draft !== null && (
          <>
            <Questions />
            {files === 0 && (
              <EmptyState title="There is nothing to be asked for yet">
                Moderately sensitive outputs that level 4 would take are listed here once they are
                made.
              </EmptyState>
            )}
            {draft.groups.map((group, at) => (
              <GroupForm
                key={at}
                group={group}
                others={draft.groups.map(({name}) => name)}
                onChange={(next) =>
                  keep(draft.groups.map((each, place) => (place === at ? next : each)))
                }
                onMove={(path, name) => keep(moved(draft.groups, path, name))}
              />
            ))}
            {draft.leftOut.length > 0 && (
              <section className={styles.group} aria-label="Can’t be asked for">
                <h3>{formatPlural(draft.leftOut.length, 'file')} that can’t be asked for</h3>
                {draft.leftOut.map(({path, reason}) => (
                  <p key={path}>
                    <code>{path}</code> <span className={styles.dim}>{reason}</span>
                  </p>
                ))}
              </section>
            )}
          </>
        )}
      </div>
      {asking && (
        <Dialog
          title="Write the draft anew"
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>Keep this draft</Button>
              <Button
                look="primary"
                onClick={() => {
                  setAsking(false);
                  store.setState({releaseDraft: null});
                }}
              >
                Write it anew
              </Button>
            </>
          }
        >
          <p>
            It is made again from the outputs and the code as they are now. What you have typed
            goes.
          </p>
        </Dialog>
      )}
    </article>
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
      <strong>
        {formatCount(questions)} likely {questions === 1 ? 'question' : 'questions'} to answer
        first.
      </strong>{' '}
      <Button look="link" onClick={() => store.setState((state) => showingBottom(state, 'checks'))}>
        Show {questions === 1 ? 'it' : 'them'}
      </Button>
    </Callout>
  );
}
