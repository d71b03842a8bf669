import type {Study} from '../core/study';
import type {Console} from './console';

/** Shows on the line of progress what is being downloaded, until `end`. */
export function downloadsOn(study: Study, console: Console): {readonly end: () => void} {
  const stopListening = study.subscribe((event) => {
    if (event.kind !== 'pulls-changed') return;
    const current = event.pulls.find(({state}) => state === 'under-way');
    console.progress(current === undefined ? null : `Downloading ${current.image}…`);
  });
  return {
    end: () => {
      stopListening();
      console.progress(null);
    },
  };
}
