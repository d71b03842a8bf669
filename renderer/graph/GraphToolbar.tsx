import {ChevronsDownUp, ChevronsUpDown, Download, Focus, Maximize, ScanSearch} from 'lucide-react';
import {keysOf} from '../commands/keys';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Menu} from '../ui/Menu';
import {saveGraph} from './saveGraph';
import type {Highlight} from './tones';
import type {GraphModel} from './useGraphModel';
import styles from './GraphView.module.css';

/** The buttons above the graph: fit, focus, fold, export. */
export function GraphToolbar({
  model,
  highlight,
  onHighlight,
  focused,
  onFocus,
  onFit,
  onZoom,
}: {
  readonly model: GraphModel | null;
  readonly highlight: Highlight;
  readonly onHighlight: (next: Highlight) => void;
  readonly focused: boolean;
  readonly onFocus: () => void;
  readonly onFit: () => void;
  readonly onZoom: () => void;
}) {
  const desk = useDesk();
  const selected = useDeskState((state) => state.selection !== null);
  const groups = model?.shown.nodes.filter(({kind}) => kind === 'group') ?? [];
  const allUnfolded = groups.length > 0 && groups.every(({id}) => model?.unfolded.has(id));
  const foldWords = allUnfolded ? 'Fold all' : 'Unfold all';
  const foldAll = (): void =>
    desk.store.setState(({folds}) => {
      const next = new Map(folds);
      for (const {id} of groups) {
        if (allUnfolded) next.delete(id);
        else next.set(id, false);
      }
      return {folds: next};
    });

  return (
    <div className={styles.toolbar} role="toolbar" aria-label="Graph">
      {selected && highlight !== 'both' && (
        <Button tip="Highlight both sides of the selection" onClick={() => onHighlight('both')}>
          {highlight === 'upstream' ? 'Upstream only' : 'Downstream only'} ×
        </Button>
      )}
      <div className={styles.segment}>
        <Button
          className={styles.worded}
          icon={<Maximize aria-hidden="true" />}
          aria-label="Fit"
          tip="Show the whole graph"
          keys={keysOf('graph-fit')}
          onClick={onFit}
        >
          <span>Fit</span>
        </Button>
        <Button
          className={styles.zoom}
          icon={<ScanSearch size={15} aria-hidden="true" />}
          aria-label="Zoom to the selection"
          keys={keysOf('graph-zoom')}
          disabled={!selected}
          onClick={onZoom}
        />
        <Button
          className={styles.worded}
          icon={<Focus aria-hidden="true" />}
          aria-label="Focus"
          tip="Show the selection and its neighbours only"
          keys={keysOf('graph-focus')}
          aria-pressed={focused}
          disabled={!selected && !focused}
          onClick={onFocus}
        >
          <span>Focus</span>
        </Button>
        {groups.length > 0 && (
          <Button
            className={`${styles.worded} ${styles.fold}`}
            icon={
              allUnfolded ? (
                <ChevronsDownUp aria-hidden="true" />
              ) : (
                <ChevronsUpDown aria-hidden="true" />
              )
            }
            aria-label={foldWords}
            tip={`${foldWords} groups`}
            onClick={foldAll}
          >
            <span>{foldWords}</span>
          </Button>
        )}
        <Menu
          aria-label="Export the graph"
          menuLabel="Export the graph"
          align="right"
          icon={<Download size={14} />}
          items={[
            {id: 'svg', label: 'Picture (SVG)…'},
            {id: 'png', label: 'Picture (PNG)…'},
            {id: 'dot', label: 'Graphviz (DOT)…'},
            {id: 'mermaid', label: 'Mermaid text…'},
          ].map((item) => ({
            ...item,
            onChoose: () => {
              if (model !== null) void saveGraph(desk, model, item.id);
            },
          }))}
        />
      </div>
    </div>
  );
}
