import {describe, it} from 'vitest';
import {nodeOf, openOutput, runAll, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow, takePicture} from './launchDesk';
import {sampleStudy} from './windowStudy';

const sizes = [
  {width: 1280, height: 800, theme: 'light'},
  {width: 1920, height: 1080, theme: 'dark'},
] as const;

/** Pictures for people to look at, made from what the window shows in passing a real run. */
describe.skipIf(noWindow || noEngine)('pictures', () => {
  it.each(sizes)('of the sample study at $width × $height, $theme', async (look) => {
    const desk = await launchDesk({...look, dir: await sampleStudy()});
    const {page} = desk;
    const name = (what: string): string => `${what}-${look.theme}`;
    await waitForState(page, 'write_report', 'never-run');
    await nodeOf(page, 'count_by_month').click();
    await runAll(page);
    await page.getByRole('tab', {name: /^Log/}).click();
    await waitForState(page, 'count_by_month', 'running', 'up-to-date');
    await takePicture(desk, name('running'));

    await waitForState(page, 'write_report', 'up-to-date');
    await openOutput(page, 'reviews_by_region.csv');
    await page
      .getByRole('article')
      .getByText(/^Showing/)
      .waitFor();
    await takePicture(desk, name('outputs'));
  });

  it('of the start page', async () => {
    const desk = await launchDesk({theme: 'light'});
    await desk.page.getByText(/is ready/).waitFor();
    await takePicture(desk, 'start-light');
  });
});
