import {useState} from 'react';
import {AnswerView} from '../errors/ErrorWords';
import {ask, useAnswer} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Callout} from '../ui/Section';
import styles from './Doctor.module.css';

/** The report for support, to be read before it goes anywhere. */
export function SupportReport(props: {readonly onBack: () => void; readonly onClose: () => void}) {
  const {onBack, onClose} = props;
  const desk = useDesk();
  const [answer] = useAnswer('doctor:report', {asksRegistry: false});
  const text = answer?.ok === true ? answer.value : null;
  const [said, setSaid] = useState<string | null>(null);
  const save = async (content: string) => {
    const suggestedName = 'study-desk-support.txt';
    const path = await ask(desk, 'app:export', {suggestedName, content});
    if (path !== undefined && path !== null) setSaid(`Saved as ${path}.`);
  };
  return (
    <Dialog
      title="Support report"
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onBack}>Back</Button>
          {text !== null && (
            <>
              <Button
                onClick={() => {
                  void navigator.clipboard.writeText(text).then(() => setSaid('Copied.'));
                }}
              >
                Copy
              </Button>
              <Button look="primary" onClick={() => void save(text)}>
                Save…
              </Button>
            </>
          )}
        </>
      }
    >
      <div className={styles.page}>
        <p>
          Contains no data or passwords, not your name or this computer’s, and no names or paths of
          the study. Read it before you share it: Study Desk sends nothing.
        </p>
        {said !== null && (
          <Callout tone="ok" live>
            {said}
          </Callout>
        )}
        <AnswerView answer={answer} waiting="Checking everything…">
          {(report) => (
            <pre className={styles.report} tabIndex={0} aria-label="Report">
              {report}
            </pre>
          )}
        </AnswerView>
      </div>
    </Dialog>
  );
}
