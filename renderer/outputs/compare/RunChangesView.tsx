import {useEffect, useMemo, useState} from 'react';
import type {OutputChange, RunChanges} from '../../../shared/comparison';
import {comparisonWords} from '../../../shared/comparisonWords';
import type {HostApi} from '../../../shared/contract/contract';
import {formatCount, formatDayTime, formatPlural} from '../../../shared/format';
import {useAnswer} from '../../state/ask';
import {useDesk, useDeskState} from '../../state/deskStore';
import {leavingReading} from '../../state/sides';
import {useNow} from '../../state/useNow';
import {TierIcon} from '../../status/TierPill';
import {Button} from '../../ui/Button';
import {Check} from '../../ui/Field';
import {EmptyState} from '../../ui/Section';
import {Name} from '../../ui/Name';
import {fileNames} from '../../ui/names';
import {ViewHead} from '../../ui/ViewHead';
import styles from './Compare.module.css';
import {loadPictures, pictureWords} from './loadPictures';
import viewer from '../OutputViewer.module.css';

/** What was found of each output that changed, in words. */
type Found = ReadonlyMap<string, string>;

const ORDER: readonly OutputChange['change'][] = ['changed', 'new', 'gone', 'same'];

/** What changed in the results since the run before: all outputs of a run at once. */
export function RunChangesView({runId}: {readonly runId: string | null}) {
  const {store} = useDesk();
  const now = useNow(60_000);
  const newest = useDeskState((state) => state.runs[0]?.endedAt ?? null);
  // another run that ended is the newest one from then on
  const [answer] = useAnswer('outputs:runChanges', {runId}, newest);
  const [showSame, setShowSame] = useState(false);
  const changes = answer?.ok === true ? answer.value : null;
  const found = useCompared(changes);
  const rows = useMemo(
    () =>
      [...(changes?.outputs ?? [])].sort(
        (one, other) => ORDER.indexOf(one.change) - ORDER.indexOf(other.change),
      ),
    [changes],
  );
  const same = rows.filter(({change}) => change === 'same').length;
  const shown = showSame || same === rows.length ? rows : rows.slice(0, rows.length - same);
  return (
    <article className={viewer.viewer} aria-label="What changed in the results">
      <ViewHead
        title="What changed in the results"
        note={
          changes !== null &&
          `run ${changes.runId} · ${formatDayTime(changes.startedAt, now)}, compared with each action’s previous success`
        }
        closeLabel="Close the list"
        onClose={() => store.setState(leavingReading)}
      />
      {answer === null ? (
        <EmptyState title="Reading the runs…" />
      ) : !answer.ok ? (
        <EmptyState title={answer.error.message}>
          Changes will be listed here once actions have run twice.
        </EmptyState>
      ) : (
        <>
          <div className={viewer.note}>
            <span role="status">{summary(rows, found)}</span>
            {same > 0 && same < rows.length && (
              <Check
                label={`Show ${formatPlural(same, 'unchanged file')}`}
                checked={showSame}
                onChange={setShowSame}
              />
            )}
          </div>
          <Changes rows={shown} found={found} />
        </>
      )}
    </article>
  );
}

/** Counts by kind, and whether cells are still being counted. */
function summary(rows: readonly OutputChange[], found: Found): string {
  if (rows.length === 0) return 'The run made no outputs.';
  const counts = ORDER.map((change) => {
    const count = rows.filter((row) => row.change === change).length;
    return count === 0 ? [] : [`${formatCount(count)} ${change}`];
  }).flat();
  const open = rows.filter((row) => isToCompare(row) && !found.has(row.path)).length;
  return `${formatPlural(rows.length, 'output')}: ${counts.join(', ')}${open > 0 ? ` · comparing ${formatCount(open)} more…` : ''}`;
}

function isToCompare({change, comparable}: OutputChange): boolean {
  return change === 'changed' && comparable;
}

/** How each output that changed differs, one after the other. */
function useCompared(changes: RunChanges | null): Found {
  const {host} = useDesk();
  const [found, setFound] = useState<Found>(new Map());
  useEffect(() => {
    let current = true;
    setFound(new Map());
    const compare = async (): Promise<void> => {
      for (const change of changes?.outputs ?? []) {
        const {path, beforeRunId} = change;
        if (changes === null || !isToCompare(change) || beforeRunId === null) continue;
        const pair = {
          path,
          old: {kind: 'run', runId: beforeRunId},
          now: {kind: 'run', runId: changes.runId},
        } as const;
        const compared = await host.request('outputs:compare', {...pair, matching: {by: 'auto'}});
        const words = !compared.ok
          ? `Changed; ${compared.error.message}`
          : compared.value.kind === 'image'
            ? await pictureChange(host, pair)
            : comparisonWords(compared.value);
        if (!current) return;
        setFound((before) => new Map(before).set(path, words));
      }
    };
    void compare();
    return () => {
      current = false;
    };
  }, [host, changes]);
  return found;
}

/** How two versions of a picture differ, in words. */
async function pictureChange(
  host: HostApi,
  pair: Parameters<typeof loadPictures>[1],
): Promise<string> {
  const urls: string[] = [];
  const loaded = await loadPictures(host, pair, urls);
  for (const url of urls) URL.revokeObjectURL(url);
  if (loaded.kind === 'loaded') return pictureWords(loaded);
  return `Changed; ${loaded.kind === 'failed' ? loaded.error.message : loaded.reason}`;
}

function Changes(props: {readonly rows: readonly OutputChange[]; readonly found: Found}) {
  const {store} = useDesk();
  const {rows, found} = props;
  const files = useMemo(() => fileNames(rows.map(({path}) => path)), [rows]);
  const open = ({path, change}: OutputChange) =>
    store.setState({
      centre: {kind: 'output', path, ...(change === 'changed' ? {view: 'compare'} : {})},
    });
  return (
    <div className={styles.changes}>
      <table>
        <thead>
          <tr>
            {['File', 'Change', 'Action'].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => {
            const words = changeWords(row, found.get(row.path));
            const name = <Name name={files[at] ?? row.path} among={files} />;
            return (
              <tr key={`${row.action} ${row.path}`}>
                <td>
                  <span className={styles.file} data-tip={row.path}>
                    <TierIcon tier={row.tier} named />
                    {row.change === 'gone' ? (
                      name
                    ) : (
                      <Button look="link" onClick={() => open(row)}>
                        {name}
                      </Button>
                    )}
                  </span>
                </td>
                <td className={styles[row.change]} data-tip={words}>
                  {words}
                </td>
                <td data-tip={row.action}>
                  <Name name={row.action} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function changeWords({change, comparable}: OutputChange, words: string | undefined): string {
  switch (change) {
    case 'same':
      return 'Unchanged';
    case 'new':
      return 'New';
    case 'gone':
      return 'Removed';
    case 'changed':
      if (!comparable) return 'Changed; the previous version is no longer kept';
      return words ?? 'Changed, comparing…';
  }
}
