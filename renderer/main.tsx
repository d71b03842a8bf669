import {createRoot} from 'react-dom/client';
import type {HostApi} from '../shared/contract/contract';
import {App} from './App';
import {runCommand} from './commands/commands';
import {preloadGraph} from './graph/studyLayout';
import {followTheme} from './state/settings';
import {connectHost} from './state/connectHost';
import {createDeskStore, DeskContext, type Desk} from './state/deskStore';
import {keepInStep, startDesk} from './state/openStudy';
import {keepPlanInStep} from './state/planTray';
import './ui/base.css';
import {preloadFonts} from './ui/textWidth';
import './ui/tokens.css';

/** The window has drawn the start page, and nobody can have clicked yet. */
const REST_MS = 300;

/** Shows the window, over its host. */
export function openPage(host: HostApi): void {
  const desk: Desk = {store: createDeskStore(), host};
  followTheme(desk);
  // before the first request: what the host says in between must not be missed
  connectHost(desk, (command) => runCommand(desk, command));
  keepInStep(desk);
  keepPlanInStep(desk);
  preloadGraph(desk.store);
  // while the host reads the study, or before on a start page at rest
  const fonts = setTimeout(preloadFonts, REST_MS);
  const endLook = desk.store.subscribe(({opening}) => {
    if (opening === null) return;
    endLook();
    clearTimeout(fonts);
    setTimeout(preloadFonts);
  });
  void startDesk(desk);

  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no root element.');
  createRoot(root).render(
    <DeskContext value={desk}>
      <App />
    </DeskContext>,
  );
}
