import type {CheckReport, Waiver} from '../../shared/check';
import {appError} from '../../shared/errors';
import {err} from '../../shared/result';
import {checkStudy} from './checkStudy';
import {createFileChecks} from './readChecked';
import {tieredFiles} from './sensitiveFiles';
import type {Answer} from './studyContext';
import type {StudyState} from './studyState';
import {addWaiver, readWaivers, removeWaiver, type WaiverPlace} from './waivers';

/** What is done before outputs are asked for: checks as a checker would make them, and reasons for what they find. */
export interface ReleaseFacet {
  /**
   * Checks the moderately sensitive outputs, or the outputs named, of any tier. How far it is is told as
   * `check-progress`; the check before it is stopped.
   */
  check(paths: readonly string[] | null): Answer<CheckReport>;
  stopCheck(): void;
  waivers(): Answer<readonly Waiver[]>;
  waive(place: WaiverPlace, reason: string): Answer<readonly Waiver[]>;
  unwaive(place: WaiverPlace): Answer<readonly Waiver[]>;
}

/** Creates it for a study. */
export function createReleaseFacet(state: StudyState): ReleaseFacet {
  const {context, dir, folder, history, snapshot} = state;
  const checks = createFileChecks(dir, context.tables);
  let underWay = new AbortController();

  return {
    async check(paths) {
      underWay.abort();
      const stop = (underWay = new AbortController());
      const waivers = await readWaivers(folder);
      if (!waivers.ok) return waivers;
      const outputs = await tieredFiles(dir, snapshot().project, history);
      const unknown = paths?.find((path) => !outputs.some((file) => file.path === path));
      if (unknown !== undefined)
        return err(
          appError('not-found', `"${unknown}" is not an output of this study.`, {
            why: 'Only files that an action lists under its outputs, and that are there, are checked.',
            hint: '`study-desk outputs` lists them.',
          }),
        );
      return checkStudy({
        snapshot: snapshot(),
        // what project.yaml no longer knows is not made again on the server
        files: outputs.filter(({path, tier, expected}) =>
          paths === null
            ? tier === 'moderately_sensitive' && (expected || snapshot().project === null)
            : paths.includes(path),
        ),
        waivers: waivers.value,
        checks,
        now: context.now(),
        signal: stop.signal,
        onProgress: (progress) => {
          if (!stop.signal.aborted) state.tell({kind: 'check-progress', progress});
        },
      });
    },
    stopCheck: () => underWay.abort(),
    waivers: () => readWaivers(folder),
    waive: (place, reason) =>
      addWaiver(folder, {...place, reason, at: new Date(context.now()).toISOString()}),
    unwaive: (place) => removeWaiver(folder, place),
  };
}
