import type {Job} from '../../../shared/job';
import {newJob} from '../../../shared/newJob';
import type {Plan, PlannedJob, PlanReason, RunRequest} from '../../../shared/plan';
import type {ActionStatus} from '../../../shared/status';
import type {StudySnapshot} from '../../../shared/study';

/** Has something to do: never ran, failed, or out of date. */
function needy(status: ActionStatus | undefined): boolean {
  return status?.lastJob?.state !== 'succeeded' || status.provenance.kind.includes('out-of-date');
}

function reasonOf(
  status: ActionStatus | undefined,
  action: string,
  request: RunRequest,
): PlanReason {
  if (request.force.includes(action)) return 'forced';
  if (status?.provenance.kind === 'out-of-date') return 'out-of-date';
  if (status?.provenance.kind === 'upstream-out-of-date') return 'upstream-out-of-date';
  if ((status?.lastJob ?? null) === null) return 'never-run';
  return request.actions.includes(action) ? 'requested' : 'failed-before';
}

/** A plan much as the host would make it; `byContent` false leaves out what is only out of date. */
export function fakePlan(
  snapshot: StudySnapshot,
  statuses: readonly ActionStatus[],
  request: RunRequest,
  byContent: boolean,
): Plan {
  const statusOf = new Map(statuses.map((status) => [status.action, status]));
  const upstream = (name: string) => snapshot.graph?.upstream.get(name) ?? [];
  const downstream = (name: string) => snapshot.graph?.downstream.get(name) ?? [];
  const named = request.actions.includes('run_all')
    ? (snapshot.project?.runAll ?? []).filter((name) => needy(statusOf.get(name)))
    : request.actions;
  const wanted = new Set<string>();
  const visit = (name: string, asked: boolean) => {
    for (const need of upstream(name)) visit(need, false);
    const again = asked || request.force.includes(name) || request.forceDependencies;
    if (!request.takeOut.includes(name) && (again || needy(statusOf.get(name)))) wanted.add(name);
  };
  for (const name of [...named, ...request.force]) visit(name, true);

  const kept = (snapshot.graph?.names ?? []).filter(
    (name) =>
      wanted.has(name) &&
      (byContent ||
        statusOf.get(name)?.lastJob?.state !== 'succeeded' ||
        request.actions.includes(name)),
  );
  return {
    jobs: kept.map((action) => ({
      action,
      reason: reasonOf(statusOf.get(action), action, request),
      neededBy: downstream(action).filter((name) => kept.includes(name)),
      waitsFor: upstream(action).filter((name) => kept.includes(name)),
    })),
    skipped: request.takeOut.map((action) => ({action, reason: 'taken-out'})),
  };
}

/** A job of a plan before it starts. */
export function fakeJob(runId: string, planned: PlannedJob, createdAt: string): Job {
  const parts = {
    id: `${runId}-${planned.action}`,
    runId,
    image: 'ghcr.io/opensafely-core/r:v2',
    at: createdAt,
  };
  return {...newJob(planned, parts), message: 'Waiting'};
}
