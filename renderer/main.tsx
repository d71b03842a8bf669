import {createRoot} from 'react-dom/client';
import './ui/tokens.css';
import './ui/base.css';
import {App} from './App';
import {hostOfWindow} from './bridge/host';
import {runCommand} from './frame/commands';
import {preloadGraph} from './graph/preloadGraph';
import {keepPlanInStep} from './plan/planTray';
import {connectHost} from './state/connectHost';
import {createDeskStore, DeskContext, type Desk} from './state/deskStore';
import {keepInStep, startDesk} from './state/openStudy';
import {followTheme} from './settings/followTheme';
import {preloadFonts} from './ui/preloadFonts';

const desk: Desk = {store: createDeskStore(), host: hostOfWindow()};
followTheme(desk);
// before the first request: what the host says in between must not be missed
connectHost(desk, (command) => runCommand(desk, command));
keepInStep(desk);
keepPlanInStep(desk);
preloadGraph(desk.store);
const endLook = desk.store.subscribe(({opening}) => {
  if (opening === null) return;
  endLook();
  // once the host has been asked, while it reads the study
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
