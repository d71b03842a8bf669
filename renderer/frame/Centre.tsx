import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {PartFault} from '../errors/PartFault';
import {GraphView} from '../graph/GraphView';
import {groupsOf} from '../groups/similarActions';
import {gridGroup} from '../groups/variantGrid';
import {RunChangesView} from '../outputs/compare/RunChangesView';
import {OutputViewer} from '../outputs/OutputViewer';
import {useDesk, useDeskState} from '../state/deskStore';
import {isDummyTable, PROJECT_FILE} from '../state/drafts';
import {isNewsOpen} from '../state/lastSeen';
import {isReading, isStudyView, type StudyView} from '../state/sides';
import type {CentreView} from '../state/viewState';
import {actionsOf} from '../state/selectors';
import {Button} from '../ui/Button';
import {EmptyState} from '../ui/Section';
import {Tabs, type TabItem} from '../ui/Tabs';
import {lazyPart} from '../ui/lazyPart';
import {ReadingSide} from './ReadingSide';
import {WhatIsNew} from './WhatIsNew';
import styles from './Panels.module.css';

// the graph is not among them: it is what a study opens with
const ActionTable = lazyPart(() => import('../table/ActionTable'), 'ActionTable');
const VariantGrid = lazyPart(() => import('../table/VariantGrid'), 'VariantGrid');
const Timeline = lazyPart(() => import('../timeline/Timeline'), 'Timeline');
const Rehearsal = lazyPart(() => import('../checks/Rehearsal'), 'Rehearsal');
const CodelistsView = lazyPart(() => import('../project/codelists/CodelistsView'), 'CodelistsView');
const CodelistReader = lazyPart(
  () => import('../project/codelists/CodelistReader'),
  'CodelistReader',
);
const UncommittedView = lazyPart(() => import('../project/UncommittedView'), 'UncommittedView');
const CodeFileView = lazyPart(() => import('../project/CodeFileView'), 'CodeFileView');

const DummyTableView = lazyPart(
  () => import('../inspector/dataset/DummyTableView'),
  'DummyTableView',
);

/** What each thing that the centre shows is called. */
export const LABELS: Readonly<Record<CentreView['kind'], string>> = {
  graph: 'Graph',
  table: 'Table',
  grid: 'Grid',
  timeline: 'Timeline',
  output: 'Output',
  changes: 'What changed',
  rehearsal: 'Release rehearsal',
  codelists: 'Codelists',
  uncommitted: 'Changes',
  'project-file': 'project.yaml',
  'code-file': 'Code',
};

const VIEWS: readonly TabItem<StudyView>[] = [
  {id: 'graph', label: LABELS.graph, tip: 'Actions and what they need', keys: keysOf('show-graph')},
  {id: 'table', label: LABELS.table, tip: 'Actions in a table', keys: keysOf('show-table')},
  {
    id: 'grid',
    label: LABELS.grid,
    tip: 'Similar actions by what differs',
    keys: keysOf('show-grid'),
  },
  {id: 'timeline', label: LABELS.timeline, tip: 'A run over time', keys: keysOf('show-timeline')},
];

/** The centre: graph, table, grid, timeline, or what is being looked at. */
export function Centre() {
  const {store} = useDesk();
  const view = useDeskState((state) => state.centre);
  const switchable = isStudyView(view.kind);
  const hasGroups = useDeskState(({study}) => groupsOf(study).size > 0);
  const hasGrid = useDeskState(
    (state) => state.centre.kind === 'grid' || gridGroup(state) !== null,
  );
  const reading = useDeskState(isReading);
  const covered = useDeskState(isNewsOpen);
  return (
    <main
      className={styles.panel}
      aria-label="Centre"
      data-reading={reading}
      onDoubleClick={({target}) => {
        const onHead = target instanceof Element && target.closest('[data-view-head]') !== null;
        if (onHead && !(target instanceof HTMLButtonElement))
          store.setState(({wholeWindow}) => ({wholeWindow: !wholeWindow}));
      }}
    >
      {switchable && (
        <>
          <div className={styles.views}>
            <Tabs
              look="boxed"
              label="Views"
              panelId="centre-view"
              items={VIEWS.flatMap((view) =>
                view.id === 'grid' ? gridTab(view, hasGrid, hasGroups) : [view],
              )}
              selected={view.kind}
              onSelect={(kind) => store.setState({centre: {kind}})}
            />
          </div>
          {/* the graph is a canvas under its buttons; the others start below them */}
          {view.kind !== 'graph' && <div className={styles.viewBar} />}
        </>
      )}
      <div
        id="centre-view"
        role={switchable ? 'tabpanel' : 'region'}
        aria-label={LABELS[view.kind]}
        className={styles.body}
        inert={covered}
      >
        <PartFault key={view.kind} part={LABELS[view.kind]}>
          <View view={view} />
        </PartFault>
      </div>
      <WhatIsNew />
      {reading && <ReadingSide />}
    </main>
  );
}

/** The tab of the grid: none in a study without similar actions, and not to be pressed where no grid could be shown. */
function gridTab(
  tab: TabItem<StudyView>,
  hasGrid: boolean,
  hasGroups: boolean,
): readonly TabItem<StudyView>[] {
  if (hasGrid) return [tab];
  return hasGroups ? [{...tab, tip: NO_GRID, isDisabled: true}] : [];
}

const NO_GRID = 'Select an action that has many similar ones, to see them by what differs';

function View({view}: {readonly view: CentreView}) {
  const desk = useDesk();
  const empty = useDeskState((state) => actionsOf(state).length === 0);
  const invalid = useDeskState((state) => state.study?.reading.valid === false);
  const missing = useDeskState(
    ({study, drafts}) => study?.text === null && !drafts.has(PROJECT_FILE),
  );

  const isTable = useDeskState(
    (state) => view.kind === 'code-file' && isDummyTable(state, view.path),
  );

  if (view.kind === 'output')
    return (
      <OutputViewer
        key={view.path}
        path={view.path}
        view={view.view ?? 'content'}
        beside={view.beside}
      />
    );
  if (view.kind === 'changes') return <RunChangesView runId={view.runId} />;
  if (view.kind === 'rehearsal') return <Rehearsal />;
  if (view.kind === 'uncommitted') return <UncommittedView />;
  if (view.kind === 'codelists')
    return view.path === undefined ? (
      <CodelistsView />
    ) : (
      <CodelistReader key={view.path} path={view.path} find={view.find ?? ''} />
    );
  if (missing && (empty || view.kind === 'project-file')) return <NoProjectFile />;
  if (view.kind === 'project-file' || view.kind === 'code-file') {
    const path = view.kind === 'code-file' ? view.path : PROJECT_FILE;
    if (isTable) return <DummyTableView key={path} path={path} />;
    return <CodeFileView key={path} path={path} line={view.line} />;
  }
  if (empty) {
    return invalid ? (
      <EmptyState
        title="project.yaml has errors"
        action={
          <Button onClick={() => runCommand(desk, 'next-problem')} keys={keysOf('next-problem')}>
            Show first problem
          </Button>
        }
      >
        Fix the errors below to see the actions.
      </EmptyState>
    ) : (
      <EmptyState
        title="No actions yet"
        action={<Button onClick={() => runCommand(desk, 'add-action')}>Add an action…</Button>}
      >
        Actions from project.yaml are drawn here as a graph.
      </EmptyState>
    );
  }
  if (view.kind === 'graph') return <GraphView />;
  if (view.kind === 'table') return <ActionTable />;
  if (view.kind === 'grid') return <VariantGrid />;
  return <Timeline />;
}

/** What a folder without a project.yaml can become, or why that can't be read. */
function NoProjectFile() {
  const desk = useDesk();
  const unreadable = useDeskState(({study}) => study?.unreadable ?? null);
  if (unreadable !== null)
    return (
      <EmptyState
        title="project.yaml can’t be read"
        action={<Button onClick={() => runCommand(desk, 'open-study')}>Open another study…</Button>}
      >
        {unreadable.why ?? unreadable.detail} {unreadable.hint}
      </EmptyState>
    );
  return (
    <EmptyState
      title="This folder has no project.yaml"
      action={
        <span className={styles.ways}>
          <Button look="primary" onClick={() => runCommand(desk, 'add-action')}>
            Create it with a first action…
          </Button>
          <Button onClick={() => desk.store.setState({dialog: {kind: 'add-sample'}})}>
            Create it from the sample…
          </Button>
          <Button onClick={() => runCommand(desk, 'open-study')}>Open another study…</Button>
        </span>
      }
    >
      A study’s actions are listed in project.yaml. If you add the file, it opens at once.
    </EmptyState>
  );
}
