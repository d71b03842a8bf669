import {formatCount} from '../../shared/format';
import {plainText} from '../../shared/logText';
import {visibleText} from '../../shared/visibleText';
import {useAnswer} from '../state/ask';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import styles from './LogPanel.module.css';

/** All of a line that is too long for the log. */
export function LongLine(props: {
  readonly jobId: string;
  readonly seq: number;
  readonly onClose: () => void;
}) {
  const {jobId, seq, onClose} = props;
  const [answer] = useAnswer('logs:line', {jobId, seq});
  const line = answer?.ok === true ? answer.value : null;
  const text = line === null ? '' : visibleText(plainText(line.text));
  return (
    <Dialog
      title={`Line ${formatCount(seq + 1)}`}
      width="wide"
      onClose={onClose}
      footer={
        <Button disabled={line === null} onClick={() => void navigator.clipboard.writeText(text)}>
          Copy the line
        </Button>
      }
    >
      {line?.cut === true && (
        <p>
          Showing the first {formatCount(line.text.length)} characters; save the log to see all.
        </p>
      )}
      <pre className={styles.longLine}>
        {answer === null ? 'Reading…' : answer.ok ? text : answer.error.message}
      </pre>
    </Dialog>
  );
}
