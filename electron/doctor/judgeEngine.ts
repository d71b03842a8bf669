import type {EngineStatus} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import {formatBytes, formatDuration, formatList, formatMemory} from '../../shared/format';
import {readyWords} from '../../shared/engineWords';
import {type ImageListing, shortImage} from '../../shared/images';
import type {Result} from '../../shared/result';
import {CLOCK_MS, type EngineHostFacts} from '../executor/executor';
import {judgeLoad, type Load} from './resources';
import {fine, notChecked, type Judgement, warning, wrong} from './judgement';

/** The answer for everything about an engine while it does not answer. */
export const NO_ENGINE = notChecked('The engine does not answer.');

/** Jobs run without containers: an engine plays no part. */
export const NO_CONTAINERS = notChecked('Jobs run without containers.');

/** Whether the engine answers, and what will be met with it. */
export function judgeEngine(status: EngineStatus): readonly Judgement[] {
  if (status.state === 'down')
    return [
      wrong(status.message, {
        hint: status.hint,
        remedy: status.remedy ?? {kind: 'dialog', dialog: 'engines'},
        // an engine's address can name other computers
        inReport: `It can't be used: ${status.trouble}.`,
      }),
    ];
  if (status.state === 'checking') return [notChecked('The engine has not answered yet.')];
  const ready = fine(`${readyWords(status)}.`);
  const {concern} = status;
  // other checks report the others
  return concern?.kind === 'disk'
    ? [
        ready,
        warning(concern.message, {
          hint: concern.hint,
          remedy: {kind: 'dialog', dialog: 'clean-up'},
        }),
      ]
    : [ready];
}

/** Whether the engine has the memory that jobs may take, at a time and together. */
export function judgeMemory(
  status: EngineStatus,
  load: Omit<Load, 'engine'>,
  facts: Result<EngineHostFacts, AppError>,
): readonly Judgement[] {
  if (status.state !== 'ready') return [NO_ENGINE];
  const unlimited = facts.ok && !facts.value.holdsLimits ? [NO_LIMITS] : [];
  const judged = judgeLoad({engine: status, ...load});
  if (judged.result !== 'ok') return [judged, ...unlimited];
  const {together, largestMemoryBytes} = load;
  return [
    fine(
      `${formatMemory(status.memoryBytes)} for ${together === 1 ? 'one job' : `${together} jobs at a time`} of at most ${formatMemory(largestMemoryBytes)}.`,
    ),
    ...unlimited,
  ];
}

const NO_LIMITS = warning(
  'Jobs are not held to their limits here: one can take all the memory there is.',
  {
    hint: 'Engines without root limit memory only with control groups of version 2; without containers nothing does.',
  },
);

/** Whether images run on the engine's own processor. */
export function judgeArchitecture(status: EngineStatus): readonly Judgement[] {
  if (status.state !== 'ready') return [NO_ENGINE];
  const architecture = status.platform.split('/')[1] ?? 'another architecture';
  return architecture === 'amd64'
    ? [fine('amd64: no emulation needed.')]
    : [
        warning(`Images are made for amd64; this is ${architecture}, and emulates it.`, {
          hint: 'Jobs take several times as long; nothing need be done.',
        }),
      ];
}

/** Whether the engine's times can be compared with those of this computer. */
export function judgeClock(facts: EngineHostFacts): readonly Judgement[] {
  const {clockAheadMs, clockErrorMs} = facts;
  if (clockAheadMs === null) return [notChecked('The engine does not give its time.')];
  const apart = Math.abs(clockAheadMs);
  if (apart - clockErrorMs <= CLOCK_MS) {
    const most = Math.ceil((apart + clockErrorMs) / 1000);
    return [fine(`Within ${formatDuration(most)}.`)];
  }
  return [
    warning(
      `The engine’s clock is ${formatDuration(Math.round(apart / 1000))} ${clockAheadMs > 0 ? 'ahead of' : 'behind'} this computer’s.`,
      {
        hint: facts.isLocal
          ? 'Let this computer set its clock by the network.'
          : 'Restart the engine, or set the clock of the computer it runs on: times inside jobs and in their files are wrong until then.',
      },
    ),
  ];
}

/** Whether there is room in the engine. */
export function judgeEngineDisk({freeBytes}: EngineHostFacts): Judgement {
  return freeBytes === null
    ? notChecked('How much is free where the engine keeps images can’t be seen from here.')
    : fine(`${formatBytes(freeBytes)} are free where the engine keeps images.`);
}

/** Which images of the study are here. */
export function judgeImages(found: Result<ImageListing, AppError>): readonly Judgement[] {
  if (!found.ok) return [couldNot('It is not known which images are here.', found.error)];
  const {images, notYetKnown, registry} = found.value;
  const missing = images.filter(({present}) => !present);
  const judgements: Judgement[] = [];
  if (images.length > 0)
    judgements.push(
      missing.length === 0
        ? fine(`${images.length === 1 ? 'The image is' : `All ${images.length} images are`} here.`)
        : warning(
            `To be downloaded before a run: ${formatList(missing.map(({image}) => shortImage(image, registry)))}.`,
            {
              hint: 'Download them now, or load them from a file.',
              remedy: {kind: 'dialog', dialog: 'images'},
              inReport: `${missing.length} of ${images.length} images are not here.`,
            },
          ),
    );
  if (notYetKnown.length > 0)
    judgements.push(
      notChecked(
        `Which image ${formatList(notYetKnown)} needs is known once the reusable action has been fetched.`,
        {
          inReport: 'The images of reusable actions that have not been fetched are not known.',
        },
      ),
    );
  return judgements.length > 0 ? judgements : [fine('No image is needed.')];
}

/** Whether the registry answers this computer; null where it was not asked. */
export function judgeRegistry(asked: Result<string, AppError> | null): readonly Judgement[] {
  if (asked === null)
    return [notChecked('Not checked: it needs the network.', {remedy: {kind: 'ask-registry'}})];
  if (asked.ok)
    return [
      fine(
        `${asked.value} answers this computer. Downloads are made by the engine, by its own way to the network.`,
        {inReport: 'It answers this computer.'},
      ),
    ];
  const {message, why, hint} = asked.error;
  return [
    warning([message, why].filter((part) => part !== undefined).join(' '), {
      hint: hint ?? 'Check your network connection.',
      inReport: 'It does not answer this computer.',
    }),
  ];
}

/** What could not be found out, with the reason. */
export function couldNot(message: string, error: AppError): Judgement {
  return notChecked(`${message} ${error.message}`, {
    ...(error.hint === undefined ? {} : {hint: error.hint}),
    inReport: message,
  });
}
