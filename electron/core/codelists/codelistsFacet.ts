import type {codelistRequests} from '../../../shared/contract/codelistRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {appError, type AppError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {codelistProblems, type Refusal} from '../../codelists/codelists';
import {listCodelists} from '../../codelists/listCodelists';
import type {StudyState} from '../studyState';
import {findCodelistUse} from './codelistUse';

/** The study's codelists, beside its actions. */
export type CodelistsFacet = FacetOf<typeof codelistRequests>;

/** Creates it for a study. */
export function createCodelistsFacet({dir, context, snapshot}: StudyState): CodelistsFacet {
  return {
    async list() {
      const use = await findCodelistUse(dir, snapshot().project?.actions ?? []);
      const base = context.settings().codelistServer;
      const listed = await listCodelists({studyDir: dir, base, use, now: context.now()});
      return listed.ok ? listed : err(refusalError(listed.error));
    },
    problems: async () => ok(await codelistProblems(dir)),
  };
}

/** Everything that was in the way, as one error. */
export function refusalError(refusal: Refusal): AppError {
  const [first, ...others] = refusal;
  const why = others.map(({message}) => message).join(' ');
  return appError('file-system', first?.message ?? 'The codelists can’t be read.', {
    ...(why === '' ? {} : {why}),
    ...(typeof first?.hint === 'string' ? {hint: first.hint} : {}),
  });
}
