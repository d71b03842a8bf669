// A picture of the window, for looking at it while developing:
//   node build/photograph.mjs --dir STUDY --size 1280x800 --theme dark --zoom 1.5 --out FILE.png [--run-script JS] [--wait MS]
// JS runs in the page before the picture is taken; it may be async and its result is printed.
import {resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {fail, say} from './childProcess.mjs';
import {ensureBuilt, ensureInstalled} from './ready.mjs';
import {ensureDisplay} from './virtualDisplay.mjs';

const {values} = parseArgs({
  options: {
    dir: {type: 'string'},
    size: {type: 'string', default: '1280x800'},
    theme: {type: 'string', default: 'light'},
    zoom: {type: 'string', default: '1'},
    out: {type: 'string', default: 'window.png'},
    wait: {type: 'string', default: '1500'},
    'run-script': {type: 'string'},
  },
});

async function photograph(env) {
  const {openDesk, takePicture} = await import('./openDesk.mjs');
  const [width, height] = values.size.split('x').map(Number);
  const dir = values.dir === undefined ? null : resolve(values.dir);
  const zoom = Number(values.zoom);
  const desk = await openDesk({dir, width, height, theme: values.theme, zoom, env});
  try {
    desk.page.on('console', (message) => say(`page: ${message.text()}`));
    desk.page.on('pageerror', (error) => say(`page error: ${error.message}`));
    await desk.page.waitForTimeout(Number(values.wait));
    if (values['run-script'] !== undefined) {
      const script = `(async () => { ${values['run-script']} })()`;
      const result = await desk.page.evaluate(script);
      if (result !== undefined) console.log(JSON.stringify(result, null, 2));
      await desk.page.waitForTimeout(500);
    }
    await takePicture(desk, values.out);
    if (desk.printed() !== '') say(desk.printed());
  } finally {
    await desk.close();
  }
}

let display;
try {
  await ensureInstalled();
  await ensureBuilt();
  display = await ensureDisplay();
  if (display.reason !== null) throw new Error(display.reason);
  await photograph(display.env);
} catch (error) {
  fail(error);
}
display?.stop();
process.exit();
