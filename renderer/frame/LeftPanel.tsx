import {formatCount, formatPlural} from '../../shared/format';
import {ActionList} from '../actions/ActionList';
import {keysOf} from '../commands/keys';
import {HistoryList} from '../history/HistoryList';
import {OutputList} from '../outputs/OutputList';
import {useDesk, useDeskState} from '../state/deskStore';
import {actionsOf} from '../state/selectors';
import {joinClasses} from '../ui/joinClasses';
import {Tabs} from '../ui/Tabs';
import styles from './Panels.module.css';

/** The left list: actions, outputs or runs. */
export function LeftPanel() {
  const {store} = useDesk();
  const tab = useDeskState((state) => state.leftTab);
  const actions = useDeskState((state) => actionsOf(state).length);
  const outputs = useDeskState((state) => state.outputs?.outputs.length);
  return (
    <nav className={joinClasses(styles.panel, styles.lists)} aria-label="Study">
      <Tabs
        label="Lists"
        panelId="left-list"
        selected={tab}
        onSelect={(leftTab) => store.setState({leftTab})}
        items={[
          {
            id: 'actions',
            label: 'Actions',
            count: formatCount(actions),
            tip: `${formatPlural(actions, 'action')} by state`,
            keys: keysOf('show-actions'),
          },
          {
            id: 'outputs',
            label: 'Outputs',
            count: outputs === undefined ? '…' : formatCount(outputs),
            tip:
              outputs === undefined
                ? 'Outputs by tier'
                : `${formatPlural(outputs, 'output')} by tier`,
            keys: keysOf('show-outputs'),
          },
          {id: 'history', label: 'History', tip: 'Runs, newest first'},
        ]}
      />
      <div id="left-list" role="tabpanel" aria-label={tab} className={styles.body}>
        {tab === 'actions' && <ActionList />}
        {tab === 'outputs' && <OutputList />}
        {tab === 'history' && <HistoryList />}
      </div>
    </nav>
  );
}
