import type {EngineRemedy} from './engine';

/** What the doctor looks at, in the order in which it is shown: what it is called, and what is asked. */
export const DOCTOR_CHECKS = {
  computer: {title: 'This computer', asks: 'What does Study Desk run on?'},
  engine: {title: 'Container engine', asks: 'Is the engine running?'},
  memory: {title: 'Memory', asks: 'Is there enough memory for the jobs?'},
  architecture: {title: 'Processor', asks: 'Can images run without emulation?'},
  clock: {title: 'Clock', asks: 'Does the engine’s clock agree with this computer’s?'},
  disk: {title: 'Disk', asks: 'Is there room for images and outputs?'},
  images: {title: 'Images', asks: 'Are the images the study needs downloaded?'},
  registry: {title: 'Image registry', asks: 'Can images be downloaded?'},
  proxy: {title: 'Proxy', asks: 'Do this computer and the engine use the same one?'},
  git: {title: 'Git', asks: 'Is git installed, and the repository sound?'},
  permissions: {title: 'Permissions', asks: 'Can Study Desk write where it needs to?'},
  owners: {title: 'File owners', asks: 'Do the study’s files belong to you?'},
  place: {title: 'Study folder', asks: 'Is it on a local disk, not synchronised?'},
  sandbox: {title: 'Sandbox', asks: 'Is the window sandboxed?'},
  project: {title: 'Study', asks: 'Is project.yaml there, and valid?'},
  records: {title: 'Records', asks: 'Can all records of earlier runs be read?'},
  leftovers: {
    title: 'Unfinished files',
    asks: 'Are unfinished files left beside yours?',
  },
  definitions: {title: 'Definitions', asks: 'Would the server accept the ehrQL definitions?'},
  run: {title: 'Run', asks: 'Could all actions run now?'},
} as const;

/** One of them. */
export type DoctorCheck = keyof typeof DOCTOR_CHECKS;

/** All of them, in their order. */
export const DOCTOR_CHECK_NAMES = Object.keys(DOCTOR_CHECKS) as readonly DoctorCheck[]; // the keys of that very table

/** What can be done about something that the doctor found, as a button. */
export type DoctorRemedy =
  | EngineRemedy
  /** A dialog of the window that puts it right. */
  | {readonly kind: 'dialog'; readonly dialog: 'engines' | 'images' | 'clean-up' | 'settings'}
  /** Asking the registry, which is not done unasked. */
  | {readonly kind: 'ask-registry'}
  /** Putting aside what is damaged. */
  | {readonly kind: 'repair'};

/** What was found at one check; a check may find several things. */
export interface DoctorFinding {
  readonly check: DoctorCheck;
  /** `not-checked`: it is not known, which is no good sign and no bad one. */
  readonly result: 'ok' | 'warning' | 'wrong' | 'not-checked';
  /** In a sentence; where it was not checked, why. */
  readonly message: string;
  /** What to do about it; null where nothing need be done. */
  readonly hint: string | null;
  readonly remedy: DoctorRemedy | null;
  /** The same for somebody else to read: without names, paths and anything else of the user's or the study's. */
  readonly inReport: string;
}

/** What may be done besides looking. */
export interface DoctorLeave {
  /** Ask the registry of images, over the network. */
  readonly asksRegistry: boolean;
  /** Put aside what of the study's records is damaged. */
  readonly repairs: boolean;
}

/** Results in words. */
export const DOCTOR_RESULTS: Readonly<Record<DoctorFinding['result'], string>> = {
  ok: 'passed',
  warning: 'warning',
  wrong: 'failed',
  'not-checked': 'not checked',
};

/** The gravest result of several; `not-checked` of none. */
export function gravestOf(findings: readonly DoctorFinding[]): DoctorFinding['result'] {
  const results = findings.map(({result}) => result);
  return (
    (['wrong', 'warning', 'not-checked', 'ok'] as const).find((each) => results.includes(each)) ??
    'not-checked'
  );
}
