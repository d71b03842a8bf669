import {Command} from 'lucide-react';
import type {CommandId} from '../../shared/commandTable';
import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {goHome} from '../commands/places';
import {PartFault} from '../errors/PartFault';
import {QueryBox} from '../query/QueryBox';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Menu, type MenuItem} from '../ui/Menu';
import {Name} from '../ui/Name';
import {EngineChip} from './EngineChip';
import {GitChip} from './GitChip';
import {RunButton, StopButton} from './RunButtons';
import styles from './TopBar.module.css';

/** The top bar: study, git, query box, Stop while something runs, engine, Run. */
export function TopBar() {
  const desk = useDesk();
  const name = useDeskState((state) => state.study?.name ?? '');
  const dir = useDeskState((state) => state.study?.dir ?? '');
  const command = (id: CommandId, label: string, more: Partial<MenuItem> = {}): MenuItem => ({
    id,
    label,
    keys: keysOf(id),
    onChoose: () => void runCommand(desk, id),
    ...more,
  });

  return (
    <header className={styles.bar}>
      <div className={styles.start}>
        <h1 className={styles.title}>
          <Menu
            look="quiet"
            className={styles.study}
            tip={dir}
            menuLabel="Study"
            items={[
              command('open-study', 'Open another study…'),
              command('new-window', 'New window'),
              command('close-study', 'Close this study'),
              command('show-project-file', 'Show project.yaml', {separated: true}),
              command('show-codelists', 'Codelists'),
              command('show-uncommitted', 'Changes since the commit'),
              command('add-action', 'Add an action…'),
              command('clear-outputs', 'Clear outputs no longer produced…'),
              command('settings', 'Settings', {separated: true}),
              command('job-queue', 'Job queue, for institutions'),
              command('help', 'Help'),
              command('keyboard-help', 'List of keys'),
              command('tour', 'Take the tour'),
            ]}
          >
            <Name name={name} lines={2} />
          </Menu>
        </h1>
        <GitChip />
      </div>
      <div className={styles.query} data-place="query" role="search">
        <PartFault part="The query box">
          <QueryBox onLeave={goHome} />
        </PartFault>
        <Button
          look="quiet"
          className={styles.palette}
          icon={<Command />}
          aria-label="Find anything"
          tip="Find anything: actions, scripts, outputs, commands"
          keys={keysOf('command-palette')}
          onClick={() => void runCommand(desk, 'command-palette')}
        >
          <kbd className={styles.keys}>{keysOf('command-palette')}</kbd>
        </Button>
      </div>
      <div className={styles.end} data-place="run">
        <StopButton />
        <EngineChip />
        <RunButton />
      </div>
    </header>
  );
}
