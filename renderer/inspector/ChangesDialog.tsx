import {AnswerView} from '../errors/ErrorWords';
import {ask, useAnswer} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {openInEditorWords} from '../state/settings';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {DiffLines} from '../ui/DiffLines';

/** What changed in a file since the action's last success. */
export function ChangesDialog(props: {
  readonly action: string;
  readonly path: string;
  readonly onClose: () => void;
}) {
  const {action, path, onClose} = props;
  const desk = useDesk();
  const openWords = useDeskState(openInEditorWords);
  const [answer] = useAnswer('provenance:changes', {action, path});
  const line = useDeskState(({statuses}) => {
    const provenance = statuses.get(action)?.provenance;
    const reasons = provenance?.kind === 'out-of-date' ? provenance.reasons : [];
    return reasons.find((reason) => reason.path === path)?.line ?? null;
  });
  return (
    <Dialog
      title={`Changes in ${path} since ${action} last succeeded`}
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button
            onClick={() =>
              desk.store.setState({dialog: {kind: 'mark-up-to-date', actions: [action]}})
            }
          >
            Mark as up to date…
          </Button>
          <Button onClick={() => void ask(desk, 'project:openInEditor', {path, line})}>
            {openWords}
          </Button>
        </>
      }
    >
      <AnswerView answer={answer} waiting="Comparing…">
        {(diff) => <DiffLines diff={diff} />}
      </AnswerView>
    </Dialog>
  );
}
