import {FlaskConical} from 'lucide-react';
import {useDeskState} from '../state/deskStore';
import styles from './Banner.module.css';

/** Says so when the window runs on the Electron copy for development and trying out. */
export function RuntimeBanner() {
  const version = useDeskState((state) =>
    state.app?.developmentElectron === true ? state.app.electronVersion : null,
  );
  if (version === null) return null;
  return (
    <div role="note" className={styles.banner} data-tone="stale" data-size="small">
      <FlaskConical size={14} aria-hidden="true" />
      <p className={styles.words}>
        This window runs on a development copy of Electron {version}, for development and trying the
        sample. Use an installed Study Desk for real work.
      </p>
    </div>
  );
}
