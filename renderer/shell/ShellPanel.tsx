import {CircleHelp, X} from 'lucide-react';
import {SHELL_DIFFERENCES, type Shell} from '../../shared/shell';
import {visibleText} from '../../shared/visibleText';
import {ErrorCallout} from '../errors/ErrorWords';
import {useDesk, useDeskState} from '../state/deskStore';
import {closeShell} from '../state/shells';
import {Button, IconButton} from '../ui/Button';
import {Popover} from '../ui/Popover';
import {Callout} from '../ui/Section';
import {Tabs} from '../ui/Tabs';
import styles from './Shell.module.css';
import {ShellView} from './ShellView';

/** The shells that are open, one of them on screen. */
export function ShellPanel() {
  const {store} = useDesk();
  const shells = useDeskState((state) => state.shells);
  const shownId = useDeskState((state) => state.shownShell);
  const opening = useDeskState((state) => state.shellOpening);
  const shown = shells.find(({id}) => id === shownId) ?? shells.at(-1) ?? null;
  return (
    <div className={styles.panel}>
      {shells.length > 1 && (
        <Tabs
          label="Shells"
          panelId="shell"
          look="boxed"
          selected={shown?.id ?? null}
          onSelect={(id) => store.setState({shownShell: id})}
          items={shells.map((shell, index) => ({
            id: shell.id,
            label: `${index + 1} · ${visibleText(shell.action)}`,
          }))}
        />
      )}
      {opening !== null && (
        <p role="status" className={styles.line}>
          Opening a shell for {visibleText(opening)}: preparing its image, code and inputs…
        </p>
      )}
      {shown !== null && <ShownShell key={shown.id} shell={shown} />}
    </div>
  );
}

function ShownShell({shell}: {readonly shell: Shell}) {
  const desk = useDesk();
  const {id, action, image, command, notices, ended} = shell;
  const type = () => {
    void desk.host.request('shells:write', {id, text: command});
    document.querySelector<HTMLElement>('#shell .xterm-helper-textarea')?.focus();
  };
  return (
    <div id="shell" className={styles.shell} role="group" aria-label={`Shell for ${action}`}>
      <div className={styles.bar}>
        <span className={styles.command}>
          Its command: <code>{visibleText(command)}</code>
        </span>
        <Button disabled={ended !== null} onClick={type}>
          Type command
        </Button>
        <Popover
          look="quiet"
          align="right"
          icon={<CircleHelp />}
          aria-label="How this differs from a run"
          panel={() => (
            <ul className={styles.differences}>
              <li>Its image is {visibleText(image)}.</li>
              {SHELL_DIFFERENCES.map((difference) => (
                <li key={difference}>{difference}</li>
              ))}
            </ul>
          )}
        />
        <IconButton
          icon={<X />}
          label="Close the shell"
          onClick={() => void closeShell(desk, id)}
        />
      </div>
      {notices.map((notice) => (
        <Callout key={notice} tone="stale">
          {visibleText(notice)}
        </Callout>
      ))}
      <ShellView shell={shell} />
      <p className={styles.line} role="status">
        {ended === null
          ? 'This is a copy: changes are discarded when the shell ends. Press F6 to leave the shell.'
          : endWords(ended)}
      </p>
      <ErrorCallout error={ended?.error ?? null} />
    </div>
  );
}

function endWords({exitCode}: NonNullable<Shell['ended']>): string {
  return exitCode === null
    ? 'The shell has ended.'
    : `The shell has ended with exit code ${exitCode}. Its copy is gone.`;
}
