import {KEY_BINDINGS, keysOf} from '../commands/keys';
import {Dialog} from '../ui/Dialog';
import styles from './KeySheet.module.css';

const GROUPS = ['Everywhere', 'Go to', 'Run', 'Graph'] as const;

/** Every key of the window, by what it is for. */
export function KeySheet({onClose}: {readonly onClose: () => void}) {
  return (
    <Dialog title="Keys" onClose={onClose} width="wide">
      {/* has the keyboard, so that arrows scroll it where it is higher than the window */}
      <div className={styles.groups} tabIndex={0} data-autofocus>
        {GROUPS.map((group) => (
          <section key={group} aria-label={group}>
            <h3 className={styles.heading}>{group}</h3>
            <dl className={styles.list}>
              {KEY_BINDINGS.filter((binding) => binding.group === group).map((binding) => (
                <div key={binding.id} className={styles.row}>
                  <dt>{binding.does}</dt>
                  <dd>
                    <kbd className={styles.keys}>{keysOf(binding.id)}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
