import {formatList, formatPlural, unsavedWords} from '../../shared/format';

/** What to do with a window that is to close while something of its study is still open. */
export type CloseChoice = 'background' | 'stop' | 'stop-tools' | 'close' | 'stay';

/** What is still open in a window's study. */
export interface OpenThings {
  /** Runs under way. */
  readonly active: number;
  /** Runs that wait for their turn, or for the user to decide. */
  readonly waiting: number;
  /** Files with changes in the window that are not written. */
  readonly unsaved: readonly string[];
  /** Actions with a shell that has not ended. */
  readonly shells: readonly string[];
  /** What people call the tools that run on the study. */
  readonly tools: readonly string[];
}

/** What a user is asked, and what each button chooses; the last is what closing the question chooses. */
export interface CloseQuestion {
  readonly title: string;
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
  readonly choices: readonly CloseChoice[];
}

/** What is asked before a window closes; null where nothing is open. Queue, draft and shells are not kept on disk, which is said. */
export function closeQuestion(open: OpenThings): CloseQuestion | null {
  const {active, waiting, tools} = open;
  if (active > 0) return runQuestion(open);
  const lost = lostThings(open);
  if (waiting + lost.length > 0) return lossQuestion(open, lost);
  return tools.length === 0 ? null : toolsQuestion(tools);
}

function runQuestion(open: OpenThings): CloseQuestion {
  const {waiting, tools} = open;
  const lost = lostThings(open);
  const behind =
    waiting === 0
      ? []
      : [
          `${waitingWords(waiting)} behind it: started in turn in the background, cancelled if you stop or quit.`,
        ];
  return {
    title: 'A run is under way',
    message: 'A run is under way in this study.',
    detail: [
      'It can keep running in the background; Study Desk notifies you when it ends.',
      'If you stop it, outputs of actions that have already succeeded are kept.',
      ...behind,
      ...(lost.length === 0 ? [] : [`Lost if you stop: ${formatList(lost)}.`]),
      ...toolsGoOn(tools),
    ].join(' '),
    buttons: ['Keep running in the background', 'Stop the run', 'Stay'],
    choices: ['background', 'stop', 'stay'],
  };
}

function lossQuestion(open: OpenThings, lost: readonly string[]): CloseQuestion {
  const {waiting, unsaved, shells, tools} = open;
  const all = [...(waiting === 0 ? [] : [formatPlural(waiting, 'waiting run')]), ...lost];
  const [title, message] =
    waiting > 0
      ? ['Runs are waiting', `${waitingWords(waiting)} in this study.`]
      : unsaved.length > 0
        ? ['Not saved', unsavedWords(unsaved)]
        : [
            'A shell is open',
            `${shellWords(shells)} ${shells.length === 1 ? 'is' : 'are'} still open.`,
          ];
  return {
    title,
    message,
    detail: [`Lost when the window is closed: ${formatList(all)}.`, ...toolsGoOn(tools)].join(' '),
    buttons: [
      unsaved.length > 0 && waiting === 0 ? 'Close without saving' : 'Close the window',
      'Stay',
    ],
    choices: ['close', 'stay'],
  };
}

function toolsQuestion(tools: readonly string[]): CloseQuestion {
  const names = formatList(tools);
  return {
    title: 'Tools are running',
    message: `${names} ${tools.length === 1 ? 'is' : 'are'} still running for this study.`,
    detail: toolsGoOn(tools).join(' '),
    buttons: ['Leave running', `Stop ${names}`, 'Stay'],
    choices: ['close', 'stop-tools', 'stay'],
  };
}

/** What is lost with the window, besides waiting runs. */
function lostThings({unsaved, shells}: OpenThings): readonly string[] {
  return [
    ...(unsaved.length > 0 ? [`changes to ${formatList(unsaved)} that are not saved`] : []),
    ...(shells.length === 0
      ? []
      : [
          `what was typed in ${shells.length === 1 ? 'the shell' : 'the shells'} for ${formatList(shells)}`,
        ]),
  ];
}

function waitingWords(waiting: number): string {
  return `${formatPlural(waiting, 'run')} ${waiting === 1 ? 'is' : 'are'} waiting`;
}

function shellWords(shells: readonly string[]): string {
  return `${shells.length === 1 ? 'A shell' : 'Shells'} for ${formatList(shells)}`;
}

/** What tools do without a window. */
function toolsGoOn(tools: readonly string[]): readonly string[] {
  if (tools.length === 0) return [];
  const them = tools.length === 1 ? 'it' : 'them';
  return [
    `${formatList(tools)} will keep running until you stop ${them}, here or with \`study-desk launch --stop\`.`,
  ];
}
