import {CUT_HERE, type LogLine} from '../../../shared/log';
import {passes, type LogFound} from '../../../shared/logSearch';
import {ok} from '../../../shared/result';
import type {RunRecord} from '../../../shared/run';
import type {FakeAnswers} from './fakeAnswers';

/** Reads and searches the lines that a fake host keeps by job; a search tells each log's finds at once. */
export function fakeLogs(
  logs: ReadonlyMap<string, readonly LogLine[]>,
  runs: () => readonly RunRecord[],
  tell: (found: LogFound) => void,
): FakeAnswers<'logs'> {
  return {
    'logs:read': async ({jobId, fromSeq, limit}) => {
      const lines = logs.get(jobId) ?? [];
      return ok({
        jobId,
        firstSeq: fromSeq,
        lines: lines.slice(fromSeq, fromSeq + limit),
        totalLines: lines.length,
        complete: false,
      });
    },
    'logs:search': async ({searchId, scope, pattern, filter}) => {
      const wanted = pattern.text.toLowerCase();
      const searched = [...logs].filter(([id]) => scope.kind !== 'job' || id === scope.jobId);
      let count = 0;
      for (const [jobId, lines] of searched) {
        const found = lines.flatMap((line, seq) =>
          line.text.toLowerCase().includes(wanted) &&
          passes(filter, line.time, line.stream, line.text)
            ? [{seq, line}]
            : [],
        );
        count += found.length;
        const run = runs().find(({jobs}) => jobs.some(({id}) => id === jobId));
        tell({
          searchId,
          jobId,
          action: run?.jobs.find(({id}) => id === jobId)?.action ?? '',
          runId: run?.id ?? '',
          count: found.length,
          lines: found.map(({seq}) => seq),
          first: found[0] ?? null,
          searched: lines.length,
        });
      }
      return ok({logs: searched.length, count, stopped: false});
    },
    'logs:readMerged': async ({jobIds, fromSeq, limit}) => {
      const all = jobIds
        .flatMap((id, of) => (logs.get(id) ?? []).map((line) => ({...line, of})))
        .sort((left, right) => (left.time < right.time ? -1 : 1));
      return ok({
        jobId: jobIds[0] ?? '',
        firstSeq: fromSeq,
        lines: all.slice(fromSeq, fromSeq + limit),
        totalLines: all.length,
        complete: false,
      });
    },
    'logs:openInEditor': async () => ok(null),
    'logs:file': async () => ok(null),
    'logs:line': async ({jobId, seq}) => {
      const text = logs.get(jobId)?.[seq]?.text.replace(CUT_HERE, '') ?? '';
      return ok({text: `${text} and the rest of it`, cut: false});
    },
    'logs:save': async ({suggestedName}) => ok(suggestedName),
    'logs:prepareSearch': async () => ok(null),
    'logs:stopSearch': async () => ok(null),
  };
}
