import {useEffect, useState} from 'react';
import {useKeys} from './commands/keys';
import {ErrorBanner, RuntimeBanner, UpdatedBanner} from './errors/Banners';
import {Dialogs} from './frame/Dialogs';
import {Frame} from './frame/Frame';
import {StartPage} from './frame/StartPage';
import {useKeptFocus} from './frame/useKeptFocus';
import {studyNames} from './groups/similarActions';
import {useDesk, useDeskState} from './state/deskStore';
import {openStudy} from './state/openStudy';
import {NamesTogether} from './ui/Name';
import {TooltipLayer} from './ui/TooltipLayer';
import styles from './App.module.css';

/** The window: a study's frame, or the start page. */
export function App() {
  const dir = useDeskState((state) => state.study?.dir ?? null);
  const opening = useDeskState((state) => state.opening !== null);
  const names = useDeskState((state) => studyNames(state.study));
  useKeys();
  useKeptFocus();
  const dropping = useDropFolder();

  return (
    <div className={styles.app}>
      <RuntimeBanner />
      <UpdatedBanner />
      <ErrorBanner />
      <NamesTogether value={names}>
        {dir === null ? <StartPage opening={opening} /> : <Frame key={dir} />}
        <Dialogs />
      </NamesTogether>
      <TooltipLayer />
      {dropping && (
        <div className={styles.drop} aria-hidden="true">
          Drop the folder to open it as a study
        </div>
      )}
    </div>
  );
}

/** Opens a folder dropped anywhere; true while one is held over the window. */
function useDropFolder(): boolean {
  const desk = useDesk();
  const [over, setOver] = useState(false);

  useEffect(() => {
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const onOver = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const file = event.dataTransfer?.files[0];
      const dir = file === undefined ? '' : desk.host.pathOfFile(file);
      if (dir !== '') void openStudy(desk, dir);
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, [desk]);
  return over;
}
