import type {Page} from 'playwright-core';
import {answerFolder, nodeOf} from '../window/deskActions';
import type {Desk} from '../window/launchDesk';
import {emptyFolder} from '../window/windowStudy';

/** A state of the window: its name, and how it is come to from an open study at rest. */
export interface Scene {
  readonly name: string;
  readonly enter: (desk: Desk) => Promise<void>;
  /** Whether nothing may be pressed before it, as that would dismiss it. */
  readonly untouched?: boolean;
}

function scene(name: string, enter: (page: Page, desk: Desk) => Promise<void>): Scene {
  return {name, enter: (desk) => enter(desk.page, desk)};
}

/** Carries out a command of the palette. */
async function command(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type(title);
  await page.getByRole('option', {name: title}).first().click();
}

/** Shows a tab of a side or of the centre, whether or not the side is folded. */
async function showTab(page: Page, key: string, selector: string): Promise<void> {
  await page.keyboard.press(key);
  await page.locator(selector).first().waitFor();
}

/** Opens the plan of the main Run button, and waits until it has been worked out and is no longer dimmed. */
async function openPlan(page: Page): Promise<void> {
  await page.getByRole('group', {name: 'Run', exact: true}).getByRole('button').first().click();
  await page.getByRole('button', {name: /^Run [\d,]+ jobs?$/}).waitFor();
  await page.locator('#bottom-panel [data-loading="true"]').waitFor({state: 'detached'});
  await page.waitForTimeout(300);
}

async function select(page: Page, action: string): Promise<void> {
  await command(page, action);
  // its own node, or that of the group it is folded into
  await page.locator('[data-node][data-selected="true"]').first().waitFor({state: 'attached'});
}

const query = (page: Page) => page.getByRole('combobox', {name: 'Find or filter actions'});

/** The dialogs that a command of this title opens. */
const dialogs = (
  ['Container engines', 'Images', 'What is stored', 'Doctor', 'Add an action', 'Job queue'] as const
).map((title) =>
  scene(title.toLowerCase().replaceAll(' ', '-'), async (page) => {
    await command(page, title);
    await page.getByRole('dialog').waitFor();
    // what the engine has to say
    await page.waitForTimeout(1500);
  }),
);

/** Leaves what the scene before has opened: dialogs, menus, files, a query, a selection. */
export async function toRest({page}: Desk): Promise<void> {
  const floating = page.locator('dialog[open], [role=menu], [popover][data-placed]');
  for (let presses = 0; presses < 5 && (await floating.count()) > 0; presses += 1) {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(150);
  }
  const close = page.getByRole('button', {name: 'Close the file'});
  if (await close.isVisible()) {
    await close.click();
    const lose = page.getByRole('dialog').getByRole('button', {name: 'Discard changes'});
    if ((await lose.count()) > 0) await lose.click();
  }
  const box = query(page);
  if ((await box.count()) > 0) {
    await box.fill('');
    // closes the suggestions, then leaves the box
    for (let presses = 0; presses < 2; presses += 1) await box.press('Escape');
  }
  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Escape');
  // the graph may also be out of sight behind what was asked for, for want of room
  const graph = page.getByRole('tab', {name: 'Graph', selected: true});
  if (!(await graph.last().isVisible())) await page.keyboard.press('g');
}

/** What every study has, whatever stands in its project.yaml. */
export const ofAnyStudy = (action: string): readonly Scene[] => [
  scene('open', (page) => page.locator('.react-flow__node').first().waitFor()),
  scene('selected', (page) => select(page, action)),
  scene('query', async (page) => {
    await query(page).fill('*a*');
    await page.keyboard.press('Enter');
    // in a narrow box it is said by the list and by the Run button alone
    await page
      .getByText(/^showing [\d,]+ of [\d,]+$/)
      .first()
      .waitFor({state: 'attached'});
  }),
  scene('table', (page) => showTab(page, 't', '[role=treegrid][aria-label="Actions"] [role=row]')),
  scene('timeline', (page) => showTab(page, 'i', '#centre-view')),
  scene('plan', openPlan),
  scene('problems', (page) => showTab(page, 'e', '#bottom-panel')),
  scene('run-menu', async (page) => {
    await page.getByRole('button', {name: 'More ways to run'}).click();
    await page.getByRole('menu').waitFor();
  }),
  scene('project-file', async (page) => {
    await command(page, 'project.yaml');
    await page.locator('.cm-line').first().waitFor();
  }),
  scene('outputs', (page) => showTab(page, 'o', '[role=tree][aria-label="Outputs by tier"]')),
  scene('palette', async (page) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('ru');
    await page.getByRole('option').first().waitFor();
  }),
];

/** Its largest group, selected and unfolded. */
export const ofGroups: readonly Scene[] = [
  // of a study none of whose groups has one, its smallest group selected
  scene('grid', async (page) => {
    await page.keyboard.press('g');
    const groups = page.getByRole('button', {name: /, group of [\d,]+ actions/});
    await groups.first().waitFor();
    const sizeOf = (label: string) => Number(/group of (\d+)/.exec(label)?.[1] ?? 0);
    const labels = await groups.evaluateAll((nodes) =>
      nodes.map((node) => node.getAttribute('aria-label') ?? ''),
    );
    const tab = page.getByRole('tab', {name: 'Grid'});
    for (const label of labels.sort((one, other) => sizeOf(other) - sizeOf(one))) {
      const group = page.getByRole('button', {name: label, exact: true});
      await group.evaluate((node: HTMLElement) => node.click());
      if ((await tab.getAttribute('aria-disabled')) !== 'true') break;
    }
    // with large text the details of what is selected may be in the place of the tabs
    await page.keyboard.press('v');
    await page.waitForTimeout(1000);
  }),
  scene('group-selected', async (page) => {
    const group = page.getByRole('button', {name: /, group of [\d,]+ actions/}).first();
    // in a small window with large text it may have to be panned to
    await group.evaluate((node: HTMLElement) => node.click());
    // their summary may have no room beside the graph
    await page.locator('[data-node][data-selected="true"]').first().waitFor({state: 'attached'});
  }),
  scene('group-unfolded', async (page) => {
    const group = page.locator('.react-flow__node [aria-expanded="false"]').first();
    await group.evaluate((header: HTMLElement) => header.click());
    await page.locator('.react-flow__node [aria-expanded="true"]').first().waitFor();
    await page.waitForTimeout(500);
  }),
];

/** Menus and dialogs, as they are before anything has run. */
export const ofWindow: readonly Scene[] = [
  scene('exported', async (page, desk) => {
    await answerFolder(desk, await emptyFolder());
    await openPlan(page);
    await page.getByRole('button', {name: 'Export…'}).click();
    await page.getByRole('menuitem', {name: 'For Snakemake…'}).click();
    await page.getByText(/exported to/).waitFor();
  }),
  scene('study-menu', async (page) => {
    await page.locator('header').getByRole('button').first().click();
    await page.getByRole('menu').waitFor();
  }),
  scene('node-menu', async (page) => {
    await nodeOf(page, 'write_report').click({button: 'right'});
    await page.getByRole('menu').waitFor();
  }),
  scene('keys', async (page) => {
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
  }),
  scene('help', async (page) => {
    await page.keyboard.press('F1');
    await page.getByRole('dialog', {name: 'Help'}).getByText('Troubleshooting').waitFor();
  }),
  scene('help-found', async (page) => {
    await page.keyboard.press('F1');
    await page.getByRole('searchbox', {name: 'Search the help'}).fill('moderately sensitive');
    await page.getByRole('region', {name: 'Glossary'}).waitFor();
  }),
  scene('tour', async (page) => {
    await command(page, 'Take the tour');
    await page.getByText('1 of 4').waitFor();
  }),
  scene('new-in-study-desk', async (page) => {
    await command(page, 'What is new in Study Desk');
    await page.getByRole('dialog').waitFor();
  }),
  scene('move-image', async (page) => {
    await select(page, 'count_by_region');
    await command(page, 'Try the selected action on another image');
    await page.getByRole('dialog').waitFor();
  }),
  scene('settings', async (page) => {
    await page.keyboard.press('Control+,');
    await page.getByRole('dialog').waitFor();
  }),
  ...dialogs,
  scene('codelists', async (page) => {
    await command(page, 'Codelists');
    await page.getByRole('article', {name: 'Codelists'}).getByRole('table').waitFor();
  }),
  scene('support-report', async (page) => {
    await command(page, 'Doctor');
    await page.getByRole('button', {name: 'Create support report…'}).click();
    await page.getByLabel('Report', {exact: true}).waitFor();
  }),
  scene('editor', async (page) => {
    await command(page, 'project.yaml');
    await page.locator('.cm-content').click();
    // wherever the middle of it is, which differs with the size of the window
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('wrong: 1\n');
    await page.getByText(/^Not saved · \d error/).waitFor();
  }),
];

/** An output opened, by the end of its path. */
function output(name: string, file: string): Scene {
  return scene(name, async (page) => {
    await page.keyboard.press('o');
    const tree = page.getByRole('tree', {name: 'Outputs by tier'});
    // rows out of view are not there
    await page.getByRole('searchbox', {name: 'Filter outputs'}).fill(file);
    await tree.getByRole('treeitem', {name: file}).first().click();
    await page.getByRole('article', {name: file}).waitFor();
    await page.waitForTimeout(1000);
  });
}

/** What there is to see once the sample study has run. */
export const afterRun: readonly Scene[] = [
  scene('done', (page) => page.locator('.react-flow__node').first().waitFor()),
  scene('done-table', (page) =>
    showTab(page, 't', '[role=treegrid][aria-label="Actions"] [role=row]'),
  ),
  scene('done-timeline', (page) => showTab(page, 'i', '#centre-view')),
  scene('done-selected', (page) => select(page, 'count_by_month')),
  output('output-table', 'reviews_by_region.csv'),
  output('output-rows', 'patients.csv.gz'),
  output('output-page', 'report.html'),
  output('output-chart', 'reviews_by_region.svg'),
  output('output-picture', 'reviews_by_month.png'),
  output('output-json', 'study_size.json'),
  scene('log', async (page) => {
    await select(page, 'check_patients');
    await showTab(page, 'l', '[role=log]');
  }),
  scene('history', async (page) => {
    await command(page, 'History');
    await page.waitForTimeout(500);
  }),
  scene('checks', async (page) => {
    const tab = page.getByRole('tab', {name: /^Checks/});
    // where one place is shown at a time it is beside the log
    if (!(await tab.isVisible())) await page.keyboard.press('l');
    await tab.click();
    const check = page.getByRole('button', {name: 'Check outputs'});
    // the panel is read when it is first shown
    await check
      .or(page.getByRole('button', {name: 'Check again'}))
      .first()
      .waitFor();
    if (await check.isVisible()) await check.click();
    await page.waitForTimeout(2500);
  }),
  scene('rehearsal', async (page) => {
    await command(page, 'Rehearse the release');
    await page.getByRole('article', {name: 'Release rehearsal'}).waitFor();
    await page.waitForTimeout(500);
  }),
];

/** A run in which jobs have failed. */
export const afterFailure: readonly Scene[] = [
  scene('failed', async (page) => {
    await select(page, 'count_by_region');
    await showTab(page, 'l', '[role=log]');
  }),
  scene('failed-need', (page) => select(page, 'write_report')),
  scene('failed-table', (page) =>
    showTab(page, 't', '[role=treegrid][aria-label="Actions"] [role=row]'),
  ),
  scene('failed-timeline', (page) => showTab(page, 'i', '#centre-view')),
  scene('failed-plan', openPlan),
  scene('failed-export', async (page) => {
    await openPlan(page);
    await page.getByRole('button', {name: 'Export…'}).click();
    await page.getByRole('menu').waitFor();
  }),
];

/** A run under way, already started. */
export const underWay: readonly Scene[] = [
  scene('running', async (page) => {
    await select(page, 'check_patients');
    await showTab(page, 'l', '[role=log]');
  }),
  scene('running-table', (page) =>
    showTab(page, 't', '[role=treegrid][aria-label="Actions"] [role=row]'),
  ),
  scene('running-timeline', (page) => showTab(page, 'i', '#centre-view')),
  scene('running-waiting', async (page) => {
    await page.getByRole('button', {name: 'More ways to run'}).click();
    await page.getByRole('menu').waitFor();
  }),
];

/** project.yaml with errors, in part or as a whole. */
export const withErrors: readonly Scene[] = [
  scene('errors', async (page) => {
    const problems = page.getByRole('tree', {name: 'Problems'});
    if (!(await problems.isVisible())) await page.keyboard.press('e');
    await problems.waitFor();
  }),
  scene('errors-selected', (page) => select(page, 'count_regions')),
  scene('errors-table', (page) =>
    showTab(page, 't', '[role=treegrid][aria-label="Actions"] [role=row]'),
  ),
  scene('errors-plan', (page) => showTab(page, 'p', '#bottom-panel')),
  scene('errors-file', async (page) => {
    await page.keyboard.press('F8');
    await page.locator('.cm-line').first().waitFor();
  }),
];

/** The details of the selected action, which have a tab of their own where one place is shown at a time. */
async function showDetails(page: Page): Promise<void> {
  const details = page.getByRole('tab', {name: 'Details', exact: true});
  if (await details.isVisible()) await details.click();
}

/** A dataset definition in ehrQL with its assurance tests, of the action `extract`. */
export const ofDefinition = (path: string): readonly Scene[] => {
  const dataset = async (page: Page) => {
    await select(page, 'extract');
    await showDetails(page);
    const section = page.getByRole('region', {name: 'Dataset'});
    await section.getByText('generated by ehrQL').first().waitFor();
    return section;
  };
  return [
    scene('dataset', async (page) => {
      await dataset(page);
    }),
    scene('dataset-tried', async (page) => {
      const section = await dataset(page);
      await section.getByRole('button', {name: 'Show what it selects'}).click();
      await section.getByText(/generated by ehrQL, \d+ patients/).waitFor({timeout: 60_000});
    }),
    scene('dataset-tests', async (page) => {
      const section = await dataset(page);
      await section.getByRole('button', {name: 'Run tests'}).click();
      const result = section.getByText(/\d of \d patients right/);
      await result.waitFor({timeout: 60_000});
      await result.scrollIntoViewIfNeeded();
    }),
    scene('dataset-new-test', async (page) => {
      const section = await dataset(page);
      await section.getByRole('button', {name: 'New test…'}).click();
      await page.getByRole('dialog').getByText('ehrQL reads the definition').waitFor();
      await page
        .getByText('ehrQL reads the definition')
        .waitFor({state: 'detached', timeout: 60_000});
    }),
    scene('dataset-editor', async (page) => {
      const section = await dataset(page);
      await section.getByRole('button', {name: path}).first().click();
      await page.locator('.cm-line').first().waitFor();
      await page.getByRole('button', {name: 'Try', exact: true}).click();
      await page.getByText(/^On \d+ patients/).waitFor({timeout: 60_000});
    }),
  ];
};

/** A dummy table of the action `extract` and its editor, and the dialog that repeats it. */
export const ofTables = (table: string): readonly Scene[] => [
  scene('repeat', async (page) => {
    await select(page, 'extract');
    await command(page, 'Repeat for');
    await page.getByLabel('Last date').fill('2020-12-31');
    await page.getByText(/^10 actions: /).waitFor();
  }),
  scene('repeat-change', async (page) => {
    await select(page, 'extract');
    await command(page, 'Repeat for');
    await page.getByLabel('Last date').fill('2020-12-31');
    await page.getByRole('button', {name: 'Show the change…'}).click();
    await page.getByRole('button', {name: 'Back'}).waitFor();
  }),
  // last, as what is typed would be asked about
  scene('table-edited', async (page) => {
    await select(page, 'extract');
    await showDetails(page);
    await page.getByRole('button', {name: table}).click();
    await page.getByRole('article', {name: table}).getByRole('gridcell').nth(1).click();
    await page.keyboard.type('wom');
  }),
];

/** The view of codelists, as the server answers or, where it can’t be reached, does not. */
const codelists = async (page: Page): Promise<void> => {
  await command(page, 'Codelists');
  await page.getByText('Newer version published').waitFor();
};

/** Codelists in all their states; one of them is beside its version of a commit. */
export const ofCodelists = (list: string): readonly Scene[] => [
  scene('codelists', codelists),
  scene('codelists-found', async (page) => {
    await codelists(page);
    await page.getByRole('textbox', {name: 'Find', exact: true}).fill('asthma');
    await page.getByText(/^\d+ rows in \d+ lists:/).waitFor();
  }),
  scene('codelists-update', async (page) => {
    await codelists(page);
    await page.getByRole('button', {name: 'Update all…'}).click();
    await page.getByText(/^This makes \d action/).waitFor();
  }),
  scene('codelist', async (page) => {
    await codelists(page);
    await page.getByRole('button', {name: list}).first().click();
    await page.getByRole('article', {name: list}).getByRole('gridcell').first().waitFor();
  }),
  scene('codelist-beside', async (page) => {
    await codelists(page);
    await page.getByRole('button', {name: list}).first().click();
    const beside = page.getByLabel('Side by side with');
    await beside.selectOption(await beside.getByText(/First lists$/).innerText());
    await page.getByRole('tab', {name: /^Only there/}).click();
  }),
  scene('codelist-made', async (page) => {
    await codelists(page);
    await page.getByRole('button', {name: 'Make a list…'}).click();
    await page.getByRole('dialog').waitFor();
  }),
];

/** The same without a way to the server. */
export const ofCodelistsOffline: readonly Scene[] = [
  scene('codelists-offline', async (page) => {
    await codelists(page);
    await page.getByRole('button', {name: 'Check now'}).click();
    await page.getByText(/could not be reached/).waitFor();
  }),
];

/** What is there by itself, with nothing to be done first. */
export const asItIs: readonly Scene[] = [scene('open', (page) => page.waitForTimeout(1500))];

/** The start page, and what begins a study there. */
export const ofStart: readonly Scene[] = [
  ...asItIs,
  ...(['New study', 'Clone a study'] as const).map((title) =>
    scene(title.toLowerCase().replaceAll(' ', '-'), async (page) => {
      await page.getByRole('button', {name: `${title}…`}).click();
      await page.getByRole('dialog', {name: title}).waitFor();
    }),
  ),
  scene('follow', async (page) => {
    await follow(page);
  }),
  scene('follow-refused', async (page) => {
    const dialog = await follow(page);
    await dialog.getByLabel('Exported folder').fill('/nowhere');
    await dialog.getByRole('button', {name: 'Follow'}).click();
    await dialog.getByText('is no exported folder').waitFor();
  }),
];

/** The question for the folder of a run elsewhere. */
async function follow(page: Page) {
  await command(page, 'Follow a run elsewhere');
  const dialog = page.getByRole('dialog', {name: 'Follow a run elsewhere'});
  await dialog.waitFor();
  return dialog;
}

/** What is not committed, in a repository with another branch. */
export const ofChanges: readonly Scene[] = [
  scene('changes', async (page) => {
    await command(page, 'Changes since the commit');
    await page.getByRole('button', {name: 'analysis/count_by_region.py'}).click();
    await page.getByLabel('Changed lines', {exact: true}).waitFor();
  }),
  scene('ready', async (page) => {
    await command(page, 'Ready for the server');
    await page.getByText(/^Not ready for the server/).waitFor();
  }),
  scene('switch-branch', async (page) => {
    await command(page, 'Changes since the commit');
    await page.getByRole('button', {name: 'Switch branch…'}).click();
    await page.getByRole('menuitem', {name: 'other'}).click();
    await page.getByText('may be out of date then').waitFor();
  }),
  scene('since-run', async (page) => {
    await select(page, 'count_by_region');
    await showDetails(page);
    await page.getByRole('button', {name: 'Since the run…'}).click();
    await page.getByRole('region', {name: 'Changed since'}).waitFor();
  }),
];

/** What is new since the study was last open, until a key dismisses it. */
export const news: readonly Scene[] = [
  {
    name: 'open',
    enter: async ({page}) => {
      const place = page.getByRole('region', {name: 'What is new'});
      // a small window shows a link to it
      await place
        .or(page.getByRole('button', {name: 'What is new'}))
        .first()
        .waitFor();
      if (!(await place.isVisible())) await page.getByRole('button', {name: 'What is new'}).click();
      await page.waitForTimeout(1500);
    },
    untouched: true,
  },
];
