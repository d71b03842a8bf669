import {File as FileIcon} from 'lucide-react';
import {useState} from 'react';
import {formatBytes, formatPlural} from '../../shared/format';
import {ErrorCallout} from '../errors/ErrorWords';
import {ask, useAnswer} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {stateOfAction} from '../state/selectors';
import {openShell} from '../state/shells';
import {Button} from '../ui/Button';
import {Name} from '../ui/Name';
import {fileNames} from '../ui/names';
import {Section} from '../ui/Section';
import styles from './Inspector.module.css';

const SHOWN = 20;

/** What the job at work has made so far, or a failed one had made: listed when asked for, read like outputs. */
export function JobFilesSection({action}: {readonly action: string}) {
  const state = useDeskState((desk) => stateOfAction(desk.statuses, action));
  const job = useDeskState((desk) => desk.statuses.get(action)?.lastJob?.jobId ?? '');
  return state === 'running' || state === 'failed' ? (
    <Listed key={`${state} ${job}`} action={action} running={state === 'running'} />
  ) : null;
}

function Listed({action, running}: {readonly action: string; readonly running: boolean}) {
  const desk = useDesk();
  const [looks, setLooks] = useState(0);
  const [answer, age] = useAnswer('outputs:jobFiles', looks === 0 ? null : {action}, looks);
  const found = answer?.ok === true ? answer.value : null;
  const files = found?.files ?? [];
  const names = fileNames(files.map(({path}) => path));
  const open = async (path: string) => {
    const shown =
      found?.of === 'failed'
        ? `${found.in}/${path}`
        : await ask(desk, 'outputs:copyJobFile', {action, path});
    if (shown !== undefined) desk.store.setState({centre: {kind: 'output', path: shown}});
  };
  return (
    <Section
      label={running ? 'Files so far' : 'Files of the failed attempt'}
      count={found === null ? undefined : files.length}
    >
      <div className={styles.tier}>
        {files.slice(0, SHOWN).map(({path, size}, at) => (
          <button key={path} type="button" className={styles.row} onClick={() => void open(path)}>
            <FileIcon size={14} />
            <span className={styles.rowName} data-tip={path}>
              <Name name={names[at] ?? path} among={names} />
            </span>
            <span className={styles.rowDetail}>{formatBytes(size)}</span>
          </button>
        ))}
        <p role="status" className={styles.dim}>
          {looks > 0 && answer === null && 'Looking…'}
          {answer?.ok === true &&
            files.length === 0 &&
            (running ? 'It has written nothing yet.' : 'None were kept.')}
          {files.length > SHOWN &&
            `and ${formatPlural(files.length - SHOWN, 'more file', 'more files')}`}
        </p>
        <ErrorCallout error={answer?.ok === false ? answer.error : null} />
        {found?.of === 'failed' && (
          <Button
            look="link"
            tip="A shell on a copy of these, the code and the inputs, without a network; nothing of it counts as a run"
            onClick={() => void openShell(desk, action, true)}
          >
            Open a shell as the job left it
          </Button>
        )}
        {(running || looks === 0) && (
          <Button
            look="link"
            disabled={looks > 0 && age !== 'new'}
            onClick={() => setLooks(looks + 1)}
          >
            {looks === 0 ? 'List them' : 'Look again'}
          </Button>
        )}
      </div>
    </Section>
  );
}
