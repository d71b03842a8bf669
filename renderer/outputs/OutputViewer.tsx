import {FolderOpen, GitCompare, SquarePen} from 'lucide-react';
import {formatBytes, formatDayTime} from '../../shared/format';
import type {OutputContent, OutputEntry} from '../../shared/output';
import type {Tier} from '../../shared/sensitivity';
import {tierBanner} from '../../shared/tierPolicy';
import {ErrorBox} from '../errors/ErrorWords';
import {ask, useAnswer} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {selectAction} from '../state/selection';
import {outputAt, stateOfAction} from '../state/selectors';
import {openInEditorWords} from '../state/settings';
import {leavingReading} from '../state/sides';
import {useNow} from '../state/useNow';
import {TierPill} from '../status/TierPill';
import {Button, IconButton} from '../ui/Button';
import {Callout, EmptyState} from '../ui/Section';
import {Name} from '../ui/Name';
import {Tabs} from '../ui/Tabs';
import {ViewHead} from '../ui/ViewHead';
import {CompareView} from './compare/CompareView';
import {CONTENT_LABELS, hasText, OutputContentView} from './viewers/registry';
import {TextViewer} from './viewers/TextViewer';
import styles from './OutputViewer.module.css';

/** What of an output is shown. */
export type OutputView = 'content' | 'text' | 'compare';

/** One output: its tier, where it comes from, and its content, read again whenever it is made anew. */
export function OutputViewer(props: {
  readonly path: string;
  readonly view: OutputView;
  readonly beside?: readonly string[] | undefined;
}) {
  const {path, view, beside} = props;
  const entry = useDeskState((state) => outputAt(state, path));
  const version = entry?.sha256 ?? null;
  // the old content stays, dimmed, until the new one is here
  const [answer, age] = useAnswer('outputs:read', {path}, version);
  const content = answer?.ok === true ? answer.value : null;

  return (
    <article className={styles.viewer} aria-label={path}>
      <ViewerHead path={path} entry={entry} view={view} content={content} />
      {entry !== undefined && <TierBanner tier={entry.tier} />}
      {path.startsWith('metadata/study-desk/') && (
        <Callout tone="stale">
          <strong>No output of the study:</strong>{' '}
          {path.startsWith('metadata/study-desk/at-work/')
            ? 'a copy of what a running job had written when it was opened. The job may be in the middle of it.'
            : 'kept of an attempt that failed.'}
        </Callout>
      )}
      {(entry?.excludedReason ?? null) !== null && (
        <Callout tone="stale">
          <strong>Not copied to level 4 on the server.</strong> {entry?.excludedReason}
        </Callout>
      )}
      <div
        id="output-view"
        role="tabpanel"
        aria-label={view}
        className={styles.content}
        data-loading={view === 'content' && age !== 'new'}
      >
        {view === 'compare' ? (
          <CompareView key={`${path} ${version}`} path={path} beside={beside} />
        ) : view === 'text' ? (
          <TextViewer key={`${path} ${version}`} path={path} />
        ) : content !== null ? (
          <OutputContentView key={`${path} ${version}`} content={content} path={path} />
        ) : answer?.ok === false && age === 'new' ? (
          <ErrorBox error={answer.error} />
        ) : (
          <EmptyState title="Reading…" />
        )}
      </div>
    </article>
  );
}

/** What the tier policy wants said above a file. */
function TierBanner({tier}: {readonly tier: Tier}) {
  const banner = tierBanner(tier);
  if (banner === null) return null;
  return (
    <Callout tone="stale">
      <strong data-tip={banner.text}>{banner.title}</strong>{' '}
      <span className={styles.more}>{banner.text}</span>
    </Callout>
  );
}

function ViewerHead(props: {
  readonly path: string;
  readonly entry: OutputEntry | undefined;
  readonly view: OutputView;
  /** Null while it is not known. */
  readonly content: OutputContent | null;
}) {
  const {path, entry, view, content} = props;
  const desk = useDesk();
  const openWords = useDeskState(openInEditorWords);
  const now = useNow(60_000);
  const stale = useDeskState((state) =>
    entry === undefined
      ? false
      : stateOfAction(state.statuses, entry.action).includes('out-of-date'),
  );
  const made =
    entry === undefined ? [] : [formatDayTime(entry.producedAt, now), formatBytes(entry.size)];
  return (
    <ViewHead
      mark={entry !== undefined && <TierPill tier={entry.tier} />}
      title={<Name name={path} />}
      tip={[path, ...made].join(' · ')}
      note={
        entry !== undefined && (
          <span className={styles.facts}>
            <span>
              from{' '}
              <Button look="link" onClick={() => selectAction(desk.store, entry.action)}>
                {entry.action}
              </Button>
            </span>
            {[...made, ...(entry.runId === null ? ['run unknown'] : [])].map((fact) => (
              <span key={fact}>{` · ${fact}`}</span>
            ))}
          </span>
        )
      }
      closeLabel="Close the file"
      onClose={() => desk.store.setState(leavingReading)}
    >
      {stale && <span className={styles.stale}>Out of date</span>}
      <Tabs
        look="boxed"
        label="View"
        panelId="output-view"
        items={[
          {id: 'content', label: content === null ? 'Content' : CONTENT_LABELS[content.kind]},
          ...(content !== null && (hasText(content) || view === 'text')
            ? [{id: 'text', label: 'Text', tip: 'As plain text'} as const]
            : []),
          {id: 'compare', label: 'Compare', tip: 'With an earlier run or a commit'},
        ]}
        selected={view}
        onSelect={(id) =>
          desk.store.setState({
            centre: {kind: 'output', path, ...(id === 'content' ? {} : {view: id})},
          })
        }
      />
      <span className={styles.tools}>
        {entry !== undefined && (
          <IconButton
            icon={<GitCompare />}
            label="Since the run that made it"
            onClick={() => desk.store.setState({dialog: {kind: 'since-run', action: entry.action}})}
          />
        )}
        <IconButton
          icon={<SquarePen />}
          label={openWords}
          onClick={() => void ask(desk, 'project:openInEditor', {path, line: null})}
        />
        <IconButton
          icon={<FolderOpen />}
          label="Show in folder"
          onClick={() => void ask(desk, 'project:showInFolder', {path})}
        />
      </span>
    </ViewHead>
  );
}
