import type {Job} from '../../shared/job';
import type {RunOptions} from '../../shared/run';
import type {Core} from '../core/core';
import type {Study} from '../core/study';

/** Chooses where the sample study runs, so that it can be tried on a computer without engine or image. */
export interface SampleExecutor {
  /**
   * The options a run is carried out with: those asked for, but for a sample study the computer's own Python
   * where no engine answers or where its image could not be had before. The pre-flight says so.
   */
  optionsFor(study: Study, options: RunOptions): Promise<RunOptions>;
}

/** A job that failed before it began: its image could not be had. */
function lackedImage({startedAt, statusCode}: Job): boolean {
  return statusCode === 'internal_error' && startedAt === null;
}

/** Remembers, while the application runs, the sample studies whose image could not be had. */
export function createSampleExecutor(core: () => Promise<Core>): SampleExecutor {
  const watched = new WeakSet<Study>();
  const withoutImage = new Set<string>();

  function watch(study: Study): void {
    if (watched.has(study)) return;
    watched.add(study);
    study.subscribe((event) => {
      if (event.kind !== 'run-event' || event.event.event !== 'finished') return;
      if (event.event.jobs.some(lackedImage)) withoutImage.add(study.dir);
    });
  }

  return {
    async optionsFor(study, options) {
      const known = await core();
      if (options.executor !== 'docker' || !(await known.isSample(study.dir))) return options;
      watch(study);
      const engine = withoutImage.has(study.dir) ? null : await study.engines.check('docker');
      return engine?.state === 'ready' ? options : {...options, executor: 'process'};
    },
  };
}
