import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';

/** What the health server shows of a runner. Numbers and words of ours only: no names of studies, files or people. */
export interface HealthFacts {
  readonly backend: string;
  /** Seconds since 1970 of the last good poll; null before the first. */
  readonly lastGoodPoll: number | null;
  readonly now: number;
  readonly pollSeconds: number;
  /** The server does not accept the credentials. */
  readonly denied: boolean;
  readonly jobs: Readonly<Record<'pending' | 'running' | 'succeeded' | 'failed', number>>;
  readonly polls: {readonly good: number; readonly failed: number};
  readonly maxWorkers: number;
  readonly paused: boolean;
  readonly maintenance: boolean;
}

/** Polls that may be missed before a runner counts as not well. */
const POLLS_MISSED = 12;
const LEAST_SECONDS = 60;

/** Whether a runner is well, and what is wrong where it is not. */
export function healthOf(facts: HealthFacts): {
  readonly ok: boolean;
  readonly problem: string | null;
} {
  const {lastGoodPoll, now, pollSeconds, denied} = facts;
  if (denied) return {ok: false, problem: 'the job server does not accept the credentials'};
  const patience = Math.max(LEAST_SECONDS, POLLS_MISSED * pollSeconds);
  if (lastGoodPoll === null) return {ok: false, problem: 'no poll has succeeded yet'};
  if (now - lastGoodPoll > patience)
    return {ok: false, problem: `no poll has succeeded for ${Math.round(now - lastGoodPoll)} s`};
  return {ok: true, problem: null};
}

/** The same as Prometheus reads it. */
export function metricsOf(facts: HealthFacts): string {
  const lines: string[] = [];
  const metric = (
    name: string,
    type: 'gauge' | 'counter',
    help: string,
    values: readonly (readonly [labels: string, value: number])[],
  ): void => {
    lines.push(`# HELP study_desk_${name} ${help}`, `# TYPE study_desk_${name} ${type}`);
    for (const [labels, value] of values) lines.push(`study_desk_${name}${labels} ${value}`);
  };
  const flag = (value: boolean): number => (value ? 1 : 0);
  metric('up', 'gauge', 'Whether the runner is well.', [['', flag(healthOf(facts).ok)]]);
  metric(
    'jobs',
    'gauge',
    'Jobs that are known, by state.',
    Object.entries(facts.jobs).map(([state, count]) => [`{state="${state}"}`, count] as const),
  );
  metric('polls_total', 'counter', 'Polls of the job server since the start, by result.', [
    ['{result="good"}', facts.polls.good],
    ['{result="failed"}', facts.polls.failed],
  ]);
  metric('last_good_poll_timestamp_seconds', 'gauge', 'When the last good poll was; 0 before it.', [
    ['', facts.lastGoodPoll ?? 0],
  ]);
  metric('max_workers', 'gauge', 'Sum of weights of jobs that may run at a time.', [
    ['', facts.maxWorkers],
  ]);
  metric('paused', 'gauge', 'Whether an operator has paused the runner.', [
    ['', flag(facts.paused)],
  ]);
  metric('database_maintenance', 'gauge', 'Whether database jobs wait for maintenance.', [
    ['', flag(facts.maintenance)],
  ]);
  return `${lines.join('\n')}\n`;
}

/** Answers on this computer alone: `/healthz` and `/metrics`. */
export type HealthServer = Awaited<ReturnType<typeof startHealthServer>>;

/** Starts to answer on 127.0.0.1; port 0 takes any that is free. */
export async function startHealthServer(port: number, facts: () => HealthFacts) {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    const answer = (status: number, type: string, text: string): void => {
      response.writeHead(status, {'content-type': type, 'cache-control': 'no-store'});
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    // a page in a browser of this computer must not reach it under a name of its own
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? ''))
      return answer(403, 'text/plain', 'Ask for 127.0.0.1.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(405, 'text/plain', 'Only GET.\n');
    if (path === '/healthz') {
      const now = facts();
      const {ok, problem} = healthOf(now);
      const shown = {status: ok ? 'ok' : 'failing', problem, backend: now.backend};
      return answer(ok ? 200 : 503, 'application/json', `${JSON.stringify(shown)}\n`);
    }
    if (path === '/metrics') return answer(200, 'text/plain; version=0.0.4', metricsOf(facts()));
    return answer(404, 'text/plain', 'There are /healthz and /metrics.\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port, // it listens by TCP
    close: (): Promise<void> => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
