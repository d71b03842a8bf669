/** Whether the windows of these tests are pages in Chromium, served by `study-desk web`, in place of Electron's. */
export const inBrowser = process.env['STUDY_DESK_BROWSER'] !== undefined;

const CLOSING =
  'It is about closing a window: a page may only have the browser ask in its own words.';
const PROCESSES = 'It ends processes of Electron; a browser looks after its own.';
const ELECTRON = 'It looks into Electron; tests/cli/web.test.ts tries the same of the server.';
const STARTS =
  'It starts the application a second time; a second `study-desk web` is another server.';

/** The tests that a browser can't do, each with the reason. */
export const NOT_IN_BROWSER: Readonly<Record<string, string>> = {
  'asks before a window closes during a run, and stops the run when told to': CLOSING,
  'waits, is told of when the window is to close, and begins in its turn': CLOSING,
  'launches JupyterLab, finds it again after a crash, and asks what becomes of it': CLOSING,
  'goes on without its window, which a second start brings back': STARTS,
  'hands its folder to the application that runs, which opens each study once': STARTS,
  'says why the sample study could not be copied, and waits for nobody': STARTS,
  'that draws, ended again and again, leaves every run alone, and offers to be opened again and a report':
    PROCESSES,
  'may be killed eight times where it draws, and the run goes on': PROCESSES,
  'may be stopped where it shows the study, and the run goes on': PROCESSES,
  'has nothing of Node and only the one object of the contract, is refused what is not in that, and runs in a sandbox':
    ELECTRON,
  'reaches no network, runs no text as code, and stays where it is: no navigation, no new window':
    ELECTRON,
  'and all nodes stay where they are when states change':
    'It has Electron send the page states that no run has led to.',
  'lists every key that the menu binds, and the menu does what its entry says':
    'A page has no menu.',
};
