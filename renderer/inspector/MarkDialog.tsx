import {formatCount} from '../../shared/format';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {ReasonDialog} from '../ui/ReasonDialog';

/** Takes the outputs of actions as up to date though something changed; the reason stays in the history. */
export function MarkDialog(props: {
  readonly actions: readonly string[];
  readonly onClose: () => void;
}) {
  const {actions, onClose} = props;
  const [only] = actions;
  const which =
    actions.length === 1 && only !== undefined ? only : `${formatCount(actions.length)} actions`;
  const desk = useDesk();
  const onlyComments = useDeskState(({statuses}) =>
    actions.every((action) => {
      const provenance = statuses.get(action)?.provenance;
      return (
        provenance?.kind === 'out-of-date' &&
        provenance.reasons.every((found) => found.onlyComments === true)
      );
    }),
  );
  const mark = async (reason: string) => {
    for (const action of actions)
      if ((await ask(desk, 'provenance:mark', {action, reason})) === undefined) break;
    onClose();
  };
  return (
    <ReasonDialog
      title={`Mark ${which} as up to date`}
      note={`${actions.length === 1 ? 'Its outputs' : 'Their outputs'} will be used as they are until the next change. Only do this if the change can’t affect them, e.g. in comments.`}
      placeholder="e.g. only comments changed"
      hint="Shown in the history of this study"
      initial={onlyComments ? 'Only comments or blank lines changed' : ''}
      act="Mark as up to date"
      onReason={(reason) => void mark(reason)}
      onClose={onClose}
    />
  );
}
