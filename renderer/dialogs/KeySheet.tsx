import {Fragment} from 'react';
import {COMMAND_IDS, commandEntry, KEY_GROUPS} from '../../shared/commandTable';
import {allKeysOf} from '../commands/keys';
import {Dialog} from '../ui/Dialog';
import styles from './KeySheet.module.css';

/** The commands of a group that have keys here. */
function keysUnder(group: (typeof KEY_GROUPS)[number]) {
  return COMMAND_IDS.filter(
    (id) => commandEntry(id).keys?.[0] === group && allKeysOf(id).length > 0,
  );
}

/** Every key of the window, by what it is for. */
export function KeySheet({onClose}: {readonly onClose: () => void}) {
  return (
    <Dialog title="Keys" onClose={onClose} width="wide">
      {/* has the keyboard, so that arrows scroll it where it is higher than the window */}
      <div className={styles.groups} tabIndex={0} data-autofocus>
        {KEY_GROUPS.map((group) => (
          <section key={group} aria-label={group}>
            <h3 className={styles.heading}>{group}</h3>
            <dl className={styles.list}>
              {keysUnder(group).map((id) => (
                <div key={id} className={styles.row}>
                  <dt>{[commandEntry(id).words, commandEntry(id).note ?? []].flat().join('; ')}</dt>
                  <dd>
                    {allKeysOf(id).map((key, at) => (
                      <Fragment key={key}>
                        {at > 0 && ' or '}
                        <kbd className={styles.keys}>{key}</kbd>
                      </Fragment>
                    ))}
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
