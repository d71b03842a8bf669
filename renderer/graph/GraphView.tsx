import {ReactFlowProvider} from '@xyflow/react';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {ErrorBoundary} from '../ui/ErrorBoundary';
import {GraphSurface} from './GraphSurface';
import styles from './GraphView.module.css';

/** The study as a graph; a fault in it stays in it. */
export function GraphView() {
  const study = useDeskState((state) => state.study);
  if (study === null) return null;
  if (study.project === null || study.project.actions.length === 0) return <EmptyGraph />;
  return (
    <ErrorBoundary
      fallback={(error, retry) => (
        <div className={styles.empty} role="alert">
          <h3>The graph could not be drawn</h3>
          <p>Table, logs and outputs work without it. {error.message}</p>
          <Button onClick={retry}>Draw it again</Button>
        </div>
      )}
    >
      <ReactFlowProvider>
        <GraphSurface />
      </ReactFlowProvider>
    </ErrorBoundary>
  );
}

/** What will be here, and the one thing to do. */
function EmptyGraph() {
  const {store} = useDesk();
  const broken = useDeskState((state) => state.study?.reading.valid === false);
  return (
    <div className={styles.empty}>
      <h3>{broken ? 'No graph until project.yaml is valid' : 'No actions yet'}</h3>
      <p>
        {broken
          ? 'The actions and what they need will be drawn here as soon as project.yaml can be read.'
          : 'The actions of project.yaml and what they need will be drawn here.'}
      </p>
      {broken ? (
        <Button onClick={() => store.setState({bottomTab: 'problems'})}>Show the problems</Button>
      ) : (
        <Button onClick={() => store.setState({dialog: {kind: 'add-action'}})}>
          Add an action…
        </Button>
      )}
    </div>
  );
}
