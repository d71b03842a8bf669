import {ask} from './ask';
import type {Desk, DeskState} from './deskStore';
import {showingBottom} from './sides';

/** The size a shell begins with, until its place on screen is known. */
const FIRST_SIZE = {columns: 80, rows: 24};

/** Opens a shell for an action and shows it; `asLeft` with the files of its failed attempt. */
export async function openShell(desk: Desk, action: string, asLeft = false): Promise<void> {
  const {store} = desk;
  if (store.getState().shellOpening !== null) return;
  store.setState((state) => ({shellOpening: action, ...showingBottom(state, 'shell')}));
  const shell = await ask(desk, 'shells:open', {action, size: FIRST_SIZE, asLeft});
  store.setState((state) =>
    shell === undefined
      ? {shellOpening: null, ...withoutEmptyTab(state, state.shells)}
      : {shellOpening: null, shells: [...state.shells, shell], shownShell: shell.id},
  );
}

/** Ends a shell where it has not ended, and takes it off the screen. */
export async function closeShell(desk: Desk, id: string): Promise<void> {
  await ask(desk, 'shells:close', {id});
  desk.store.setState((state) => {
    const shells = state.shells.filter((shell) => shell.id !== id);
    return {
      shells,
      shownShell: shells.at(-1)?.id ?? null,
      ...withoutEmptyTab(state, shells),
    };
  });
}

/** Shells that the host has kept over a reload of the page. */
export async function loadShells(desk: Desk): Promise<void> {
  const answer = await desk.host.request('shells:list', {});
  if (answer.ok && answer.value.length > 0)
    desk.store.setState({shells: answer.value, shownShell: answer.value.at(-1)?.id ?? null});
}

function withoutEmptyTab(
  state: DeskState,
  shells: DeskState['shells'],
): Partial<Pick<DeskState, 'bottomTab'>> {
  return shells.length === 0 && state.bottomTab === 'shell' ? {bottomTab: 'log'} : {};
}
