import {useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import {ErrorWords} from '../errors/ErrorWords';
import {ask} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Callout} from '../ui/Section';
import {DiffLines} from './DiffLines';

/** What changed in a file since the action's last success. */
export function StaleDiffDialog(props: {
  readonly action: string;
  readonly path: string;
  readonly onClose: () => void;
}) {
  const {action, path, onClose} = props;
  const desk = useDesk();
  const [diff, setDiff] = useState<string | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  useEffect(() => {
    void desk.host.request('stale:diff', {action, path}).then((answer) => {
      if (answer.ok) setDiff(answer.value);
      else setError(answer.error);
    });
  }, [desk, action, path]);

  return (
    <Dialog
      title={`${path} since the last success of ${action}`}
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button onClick={() => desk.store.setState({dialog: {kind: 'mark-up-to-date', action}})}>
            Mark as up to date…
          </Button>
          <Button onClick={() => void ask(desk, 'study:open-in-editor', {path, line: null})}>
            Open in the editor
          </Button>
        </>
      }
    >
      {error !== null ? (
        <Callout tone="fail">
          <ErrorWords error={error} />
        </Callout>
      ) : diff === null ? (
        <p>Comparing…</p>
      ) : (
        <DiffLines diff={diff} />
      )}
    </Dialog>
  );
}
