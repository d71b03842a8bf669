// Opens the built application in Electron under Playwright, for tests, measurements and pictures.
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {_electron} from 'playwright-core';
import {electronArguments, electronEnvironment, findElectron} from './electronRuntime.mjs';
import {root} from './ready.mjs';

/** Everything below starts from an empty user folder of its own, removed at the end. */
export async function openDesk({
  dir = null,
  width = 1280,
  height = 800,
  theme = null,
  zoom = 1,
  env = {},
  executable = null,
  args = [],
  userDataDir = null,
} = {}) {
  const userData = userDataDir ?? (await mkdtemp(join(tmpdir(), 'study-desk-user-')));
  if (zoom !== 1) await writeFile(join(userData, 'settings.json'), JSON.stringify({zoom}));
  const electron = executable === null ? await findElectron() : null;
  // Without an executable Playwright finds it itself, and holds the application until it is attached
  if (electron !== null) Object.assign(process.env, electronEnvironment(electron));
  const application = await _electron.launch({
    ...(executable === null ? {} : {executablePath: executable}),
    args: [
      ...electronArguments(),
      '--disable-gpu',
      `--user-data-dir=${userData}`,
      ...(executable === null ? [root] : []),
      ...(dir === null ? [] : ['--dir', dir]),
      ...args,
    ],
    env: {...process.env, ...env},
    // Playwright would pretend a light system, whatever the application's theme
    colorScheme: null,
    timeout: 60_000,
  });
  // kept, since Playwright forgets it once it has ended
  const child = application.process();
  const printed = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => printed.push(String(chunk)));
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    if (userDataDir === null) await rm(userData, {recursive: true, force: true, maxRetries: 5});
  };
  try {
    const page = await application.firstWindow({timeout: 60_000});
    await setSize(application, {width, height, theme});
    await waitForSize(page, {width, height, zoom});
    return {application, page, close, printed: () => printed.join('')};
  } catch (error) {
    await close();
    error.message += `\nThe application printed:\n${printed.join('')}`;
    throw error;
  }
}

/**
 * Takes a picture of the whole window, in pixels of the screen, into `path`. Playwright measures a window in those of
 * the page, which are larger with larger text: its pictures then show the upper left part alone.
 */
export async function takePicture({application, page}, path) {
  // what has just changed is painted before the next frame but one
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
  const png = await application.evaluate(async ({BrowserWindow}) => {
    const [window] = BrowserWindow.getAllWindows();
    return (await window.webContents.capturePage()).toPNG().toString('base64');
  });
  await writeFile(path, Buffer.from(png, 'base64'));
}

/** Gives an open window a size in pixels of the screen, its text a size (1 as usual), and a theme. */
export async function changeLook(desk, {width, height, zoom = 1, theme = null}) {
  await setSize(desk.application, {width, height, theme, zoom});
  await waitForSize(desk.page, {width, height, zoom});
}

/** Larger text makes the same window fewer pixels of the page wide. */
function waitForSize(page, {width, height, zoom}) {
  return page.waitForFunction(
    ([w, h]) => Math.abs(innerWidth - w) <= 1 && Math.abs(innerHeight - h) <= 1,
    [width / zoom, height / zoom],
    {timeout: 20_000},
  );
}

/** Without `zoom` its text stays as the settings have it. */
function setSize(application, {width, height, theme, zoom}) {
  return application.evaluate(
    ({BrowserWindow, nativeTheme}, wanted) => {
      if (wanted.theme !== null) nativeTheme.themeSource = wanted.theme;
      const [window] = BrowserWindow.getAllWindows();
      if (wanted.zoom !== undefined) window.webContents.setZoomFactor(wanted.zoom);
      window.setContentSize(wanted.width, wanted.height);
      window.setPosition(0, 0);
    },
    {width, height, theme, zoom},
  );
}
