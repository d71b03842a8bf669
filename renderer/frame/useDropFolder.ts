import {useEffect, useState} from 'react';
import {useDesk} from '../state/deskStore';
import {openStudy} from '../state/openStudy';

/** Opens a folder dropped anywhere; true while one is held over the window. */
export function useDropFolder(): boolean {
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
