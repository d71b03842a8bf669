import {useKeys} from './commands/keys';
import {ErrorBanner, RuntimeBanner} from './errors/Banners';
import {Dialogs} from './frame/Dialogs';
import {Frame} from './frame/Frame';
import {StartPage} from './frame/StartPage';
import {useDropFolder} from './frame/useDropFolder';
import {useKeptFocus} from './frame/useKeptFocus';
import {useDeskState} from './state/deskStore';
import {TooltipLayer} from './ui/TooltipLayer';
import styles from './App.module.css';

/** The window: a study's frame, or the start page. */
export function App() {
  const dir = useDeskState((state) => state.study?.dir ?? null);
  const opening = useDeskState((state) => state.opening !== null);
  useKeys();
  useKeptFocus();
  const dropping = useDropFolder();

  return (
    <div className={styles.app}>
      <RuntimeBanner />
      <ErrorBanner />
      {dir === null ? <StartPage opening={opening} /> : <Frame key={dir} />}
      <Dialogs />
      <TooltipLayer />
      {dropping && (
        <div className={styles.drop} aria-hidden="true">
          Drop the folder to open it as a study
        </div>
      )}
    </div>
  );
}
