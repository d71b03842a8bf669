import {FileDiff} from 'lucide-react';
import {changeBehind} from '../../shared/outOfDateReason';
import type {OutOfDateReason} from '../../shared/status';
import {useDesk} from '../state/deskStore';
import {selectAction} from '../state/selection';
import {Button, IconButton} from '../ui/Button';

/** The way from a reason to what is behind it: the lines that changed, or the action upstream; in a row an icon. */
export function ShowChange(props: {
  readonly action: string;
  readonly reason: OutOfDateReason;
  readonly icon?: boolean;
}) {
  const {action, reason, icon = false} = props;
  const {store} = useDesk();
  const {path, action: upstream} = reason;
  const words =
    upstream !== undefined
      ? {link: `Show ${upstream}`, show: () => selectAction(store, upstream)}
      : path !== null && changeBehind(reason) !== null
        ? {
            link: 'Show the change',
            show: () => store.setState({dialog: {kind: 'changes', action, path}}),
          }
        : null;
  if (words === null) return null;
  return icon ? (
    <IconButton
      icon={<FileDiff />}
      label={`${words.link} (${action})`}
      tip={words.link}
      onClick={words.show}
    />
  ) : (
    <Button look="link" onClick={words.show}>
      {words.link}
    </Button>
  );
}
