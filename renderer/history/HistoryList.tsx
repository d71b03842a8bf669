import {useMemo, useState} from 'react';
import {
  formatCount,
  formatDayTime,
  formatDuration,
  formatList,
  formatPlural,
} from '../../shared/format';
import type {FromCommit, RunRecord} from '../../shared/run';
import {useAnswer} from '../state/ask';
import {copyItems, earlierRun} from '../state/copyCommand';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {selectAttempt} from '../state/selection';
import {openPlan} from '../state/planTray';
import {againScope, requestWords} from '../state/runScopes';
import {endWords, stateOfRun} from '../state/runWords';
import {useNow} from '../state/useNow';
import {StateIcon} from '../status/StateIcon';
import {Button} from '../ui/Button';
import {Menu} from '../ui/Menu';
import {Name} from '../ui/Name';
import {fileNames} from '../ui/names';
import {EmptyState} from '../ui/Section';
import {DecisionRow, useDecisions} from './Decisions';
import styles from './HistoryList.module.css';

/** All runs, newest first, each with its jobs, and between them what was decided without running. */
export function HistoryList() {
  const runs = useDeskState((state) => state.runs);
  const activeRunId = useDeskState((state) => state.activeRunId);
  const decisions = useDecisions();
  const ofCommits = useRunsOfCommits();
  const [open, setOpen] = useState<string | null>(null);
  const entries = useMemo(
    () =>
      [
        ...[...runs, ...ofCommits].map((run) => ({at: run.startedAt, run, decision: null})),
        ...decisions.map((decision) => ({at: decision.at, run: null, decision})),
      ].sort((one, other) => other.at.localeCompare(one.at)),
    [runs, ofCommits, decisions],
  );
  if (entries.length === 0) {
    return (
      <EmptyState title="No runs yet">
        Each run is listed here with its jobs and its commit. Run, at the top, begins the first.
      </EmptyState>
    );
  }
  return (
    <ul className={styles.list} aria-label="Runs, newest first">
      {entries.map(({at, run, decision}) =>
        run !== null ? (
          <li key={run.id}>
            <RunRow
              run={run}
              active={run.id === activeRunId}
              open={open === run.id}
              onToggle={() => setOpen(open === run.id ? null : run.id)}
            />
          </li>
        ) : (
          <li key={`${at} ${decision.kind} ${decision.action}`}>
            <DecisionRow decision={decision} />
          </li>
        ),
      )}
    </ul>
  );
}

const NO_RUNS: readonly RunRecord[] = [];

/** Runs of commits, which no window carries out: asked for anew when a run of the study begins or ends. */
function useRunsOfCommits(): readonly RunRecord[] {
  const study = useDeskState((state) => state.study?.dir ?? null);
  const runs = useDeskState((state) => state.runs);
  const [answer] = useAnswer('runs:ofCommits', study === null ? null : {}, runs);
  return answer?.ok === true ? answer.value : NO_RUNS;
}

/** The commit that a run was made from, by its name too where that is another. */
function commitWords({ref, commit}: FromCommit): string {
  const id = commit.slice(0, 7);
  return commit.startsWith(ref) ? `Commit ${id}` : `Commit ${id} (${ref})`;
}

/** Most actions that a run is called by. */
const NAMED = 3;

/**
 * What a run was: how many of its jobs succeeded and why it ran, `7 of 7 · disclosure.py changed`. That is the few actions
 * that were chosen, else the files whose change is recorded as the reason, else what was requested.
 */
export function runTitle({jobs, request, changed = []}: RunRecord): string {
  const all = request.actions.includes('run_all');
  const why =
    changed.length > 0 && (all || request.actions.length > NAMED)
      ? `${formatList(fileNames(changed), 2)} changed`
      : all
        ? request.includeStale
          ? 'everything out of date'
          : 'run_all'
        : requestWords(request, jobs.length);
  const succeeded = jobs.filter(({state}) => state === 'succeeded').length;
  return `${formatCount(succeeded)} of ${formatCount(jobs.length)} · ${why}`;
}

function secondsOf(run: RunRecord): number | null {
  return run.endedAt === null ? null : (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000;
}

/** The same request once more, what was forced and taken out as it was. */
function PlanAgain({run}: {readonly run: RunRecord}) {
  const desk = useDesk();
  const again = (state: DeskState) =>
    againScope(state, requestWords(run.request, run.jobs.length), run.request);
  const label = useDeskState((state) => again(state).label);
  return <Button onClick={() => openPlan(desk, again(desk.store.getState()))}>{label}</Button>;
}

function RunRow(props: {
  readonly run: RunRecord;
  readonly active: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  const {run, active, open, onToggle} = props;
  const desk = useDesk();
  const now = useNow(60_000);
  const seconds = secondsOf(run);
  const title = runTitle(run);
  const failed = run.jobs.filter((job) => job.state === 'failed').map((job) => job.action);
  return (
    <>
      <button type="button" aria-expanded={open} className={styles.run} onClick={onToggle}>
        <StateIcon state={stateOfRun(run, active ? run.id : null)} named />
        <span className={styles.words}>
          <span className={styles.title}>{title}</span>
          {run.fromCommit !== undefined && (
            <span className={styles.detail}>{commitWords(run.fromCommit)}, run apart</span>
          )}
          <span className={styles.detail}>
            {formatDayTime(run.startedAt, now)}
            {seconds !== null && ` · ${formatDuration(seconds)}`}
          </span>
          {run.outcome !== 'succeeded' && (
            <span className={styles.detail}>
              {active
                ? `Running ${formatPlural(run.jobs.length, 'job')}`
                : failed.length === 0
                  ? endWords(run).words
                  : run.jobs.length === 1
                    ? run.jobs[0]?.message
                    : `Failed: ${formatList(failed, 2)}`}
            </span>
          )}
        </span>
      </button>
      {open && (
        <div className={styles.open}>
          <ul>
            {run.jobs.map((job) => (
              <li key={job.id}>
                <button
                  type="button"
                  className={styles.job}
                  data-tip={job.message}
                  onClick={() => selectAttempt(desk.store, job)}
                >
                  <StateIcon state={job.state} named />
                  <Name name={job.action} />
                  {job.exitCode !== null && job.exitCode !== 0 && (
                    <span className={styles.detail}>exit {job.exitCode}</span>
                  )}
                </button>
              </li>
            ))}
          </ul>
          {run.git !== null && (
            <p className={styles.git}>
              {run.git.branch ?? 'no branch'} <code>{run.git.commit?.slice(0, 7) ?? ''}</code>
              {run.git.dirtyFiles.length > 0 &&
                ` and ${formatPlural(run.git.dirtyFiles.length, 'changed file')}`}
            </p>
          )}
          {!active && (
            <p className={styles.again}>
              {run.fromCommit === undefined && <PlanAgain run={run} />}
              {failed.length > 1 && (
                <Button
                  tip="Reasons for failure"
                  onClick={() => desk.store.setState({dialog: {kind: 'causes', runId: run.id}})}
                >
                  Why they failed
                </Button>
              )}
              <Button
                onClick={() => desk.store.setState({centre: {kind: 'changes', runId: run.id}})}
              >
                Show what changed
              </Button>
              <Menu items={() => copyItems(earlierRun(desk.store.getState(), run))}>
                Copy as command…
              </Menu>
            </p>
          )}
        </div>
      )}
    </>
  );
}
