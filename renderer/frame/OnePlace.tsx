import {Inspector} from '../inspector/Inspector';
import {ProblemCounts} from '../problems/ProblemCounts';
import {useDesk, useDeskState} from '../state/deskStore';
import {errorCount, isStudyView, type FramePlace} from '../state/sides';
import {Tabs} from '../ui/Tabs';
import {BottomPanel} from './BottomPanel';
import {Centre, LABELS} from './Centre';
import {LeftPanel} from './LeftPanel';
import styles from './Frame.module.css';

/** The places of the frame in a window with space for one: by tabs, of which the chosen one has all of it. */
export function OnePlace() {
  const {store} = useDesk();
  const place = useDeskState((state) => state.place);
  const centre = useDeskState((state) => state.centre.kind);
  const errors = useDeskState(errorCount);
  const whole = useDeskState((state) => state.wholeWindow);
  const view = isStudyView(centre) ? LABELS[centre] : 'File';
  return (
    <div className={styles.place}>
      {!whole && (
        <Tabs<FramePlace>
          label="Places"
          panelId="place"
          selected={place}
          onSelect={(next) => store.setState({place: next})}
          items={[
            {id: 'left', label: 'Study', tip: 'Actions, outputs and runs'},
            {id: 'centre', label: view, tip: 'The study as a whole, or what is opened'},
            {id: 'right', label: 'Details', tip: 'The selected action'},
            {
              id: 'bottom',
              label: 'Log',
              tip: 'Log, problems, checks and plan',
              count: errors === 0 ? undefined : <ProblemCounts errors={errors} warnings={0} />,
            },
          ]}
        />
      )}
      <div id="place" role="tabpanel" aria-label="Place" className={styles.place}>
        {place === 'left' && <LeftPanel />}
        {place === 'centre' && <Centre />}
        {place === 'right' && <Inspector />}
        {place === 'bottom' && <BottomPanel />}
      </div>
    </div>
  );
}
