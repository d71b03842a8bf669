import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {JobEvent} from '../../queue/engine';
import type {PostedJob} from '../../queue/jobServer/protocolV2';
import {jobIdOf, openHosts, openSite, until, type Hosts, type Site} from '../../queue/site';

let hosts: Hosts;
let site: Site;

beforeAll(async () => {
  hosts = await openHosts();
  site = await openSite(hosts);
  site.start();
});

afterAll(async () => {
  await site.close();
  await hosts.close();
});

/** `a`, `b` that needs it and `c` that needs that, each with its own script. */
function chain(scripts: Readonly<Record<string, string>> = {}) {
  const script = (name: string): string => `${scripts[name] ?? ''}\ndate > output/${name}.csv`;
  return hosts.study({
    a: {script: script('a')},
    b: {script: script('b'), needs: ['a']},
    c: {script: script('c'), needs: ['b']},
  });
}

/** One runner takes all of these at once, each in a workspace of its own. */
describe.concurrent('a request', () => {
  it('Q01: is told as pending jobs, that wait for each other and then run', async () => {
    const request = site.ask({
      study: chain({a: 'sleep 1'}),
      actions: ['b'],
      workspace: space('q01'),
    });
    expect(await site.ended(request)).toEqual(['a: succeeded', 'b: succeeded']);
    const history = (action: string) => site.server.v2.jobHistory(jobIdOf(request, action));
    // both are told of before either begins
    const untouched = {status: 'pending', started_at: null, completed_at: null};
    expect(history('a')[0]).toMatchObject({...untouched, status_code: ''});
    expect(history('b')[0]).toMatchObject({...untouched, status_code: 'waiting_on_dependencies'});
    const firstPost = site.server.recording.calls
      .filter(({method, body}) => method === 'POST' && body.includes(request))
      .map(({body}) => JSON.parse(body.toString('utf8')) as readonly PostedJob[])[0];
    const first = firstPost?.filter(({job_request_id}) => job_request_id === request);
    expect(first?.map(({action, status}) => `${action} ${status}`)).toEqual([
      'a pending',
      'b pending',
    ]);
    const [done] = eventsOf(space('q01'), 'a', 'die');
    const [begun] = eventsOf(space('q01'), 'b', 'start');
    expect(done?.at).toBeLessThan(begun?.at ?? 0);
    for (const action of ['a', 'b'])
      expect(site.job(request, action)).toMatchObject({
        started_at: expect.stringMatching(/Z$/) as string,
        completed_at: expect.stringMatching(/Z$/) as string,
      });
  });

  it('Q02: makes its jobs once, with the ids that everybody gives them', async () => {
    expect(jobIdOf('jr0001', 'make_chart')).toBe('seajb3o3e2zsubw3');
    expect(jobIdOf('7', 'run_model')).toBe('35mf7ukgi4uyk5j4');
    const request = site.ask({
      study: chain({a: 'sleep 1'}),
      actions: ['a'],
      workspace: space('q02'),
    });
    site.server.v2.repeat(request, 2);
    await site.ended(request);
    await site.polls(2);
    const jobs = site.server.v2.jobsOf(request).map(({identifier}) => identifier);
    expect(jobs).toEqual([jobIdOf(request, 'a')]);
    expect(site.server.v2.jobHistory(jobIdOf(request, 'a'))).not.toContain(null);
    expect(startsOf(space('q02'))).toEqual(['a']);
  });

  it('Q03: leaves alone what has run and whose files are there, and makes the rest', async () => {
    const study = chain();
    const workspace = space('q03');
    await site.ended(site.ask({study, actions: ['a'], workspace}));
    const second = site.ask({study, actions: ['b'], workspace});
    expect(await site.ended(second)).toEqual(['b: succeeded']);
    await rm(join(site.high, 'workspaces', workspace, 'output/a.csv'));
    const third = site.ask({study, actions: ['b'], workspace});
    expect(await site.ended(third)).toEqual(['a: succeeded', 'b: succeeded']);
    expect(site.server.v2.jobHistory(jobIdOf(third, 'b'))[0]).toMatchObject({
      status: 'pending',
      status_code: 'waiting_on_dependencies',
    });
    expect(startsOf(workspace)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('Q04: waits for what another request already runs', async () => {
    const study = chain({a: 'sleep 3'});
    const workspace = space('q04');
    const first = site.ask({study, actions: ['a'], workspace});
    await site.reaches(first, 'a', 'running');
    const second = site.ask({study, actions: ['b'], workspace});
    await until('b waits', () => site.job(second, 'b') !== undefined);
    expect(await site.ended(second)).toEqual(['b: succeeded']);
    const codes = site.server.v2.jobHistory(jobIdOf(second, 'b')).map((job) => job?.status_code);
    expect(codes).toContain('waiting_on_dependencies');
    expect(startsOf(workspace)).toEqual(['a', 'b']);
    const [done] = eventsOf(workspace, 'a', 'die');
    const [begun] = eventsOf(workspace, 'b', 'start');
    expect(done?.at).toBeLessThan(begun?.at ?? 0);
  });

  it('Q06: fails what needs a failed action, without starting it', async () => {
    const workspace = space('q06');
    const request = site.ask({study: chain({a: 'exit 1'}), actions: ['c'], workspace});
    expect(await site.ended(request)).toEqual([
      'a: failed nonzero_exit',
      'b: failed dependency_failed',
      'c: failed dependency_failed',
    ]);
    for (const action of ['b', 'c']) {
      const job = site.job(request, action);
      expect(job?.started_at).toBeNull();
      expect(job?.status_message).toContain(`(ref os-job-${jobIdOf(request, action)})`);
    }
    expect(startsOf(workspace)).toEqual(['a']);
  });

  it('Q07: of everything has one job that says so where all has succeeded', async () => {
    const study = chain();
    const workspace = space('q07');
    const first = site.ask({study, actions: ['run_all'], workspace});
    expect(await site.ended(first)).toEqual(['a: succeeded', 'b: succeeded', 'c: succeeded']);
    const second = site.ask({study, actions: ['run_all'], workspace});
    expect(await site.ended(second)).toEqual(['run_all: succeeded']);
    expect(startsOf(workspace)).toEqual(['a', 'b', 'c']);
  });

  it('Q08: runs what it needs again where it says so', async () => {
    const study = chain();
    const workspace = space('q08');
    await site.ended(site.ask({study, actions: ['b'], workspace}));
    const more = {force_run_dependencies: true};
    const second = site.ask({study, actions: ['b'], workspace, more});
    expect(await site.ended(second)).toEqual(['a: succeeded', 'b: succeeded']);
    expect(startsOf(workspace)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('Q14: is taken whatever stands beside it in the list', async () => {
    const study = chain();
    const first = site.ask({study, actions: ['a'], workspace: space('q14')});
    site.server.v2.addMalformed({identifier: 17, requested_actions: 'all of them'});
    site.server.v2.addMalformed(null);
    const second = site.ask({study, actions: ['a'], workspace: space('q14b')});
    expect(await site.ended(first)).toEqual(['a: succeeded']);
    expect(await site.ended(second)).toEqual(['a: succeeded']);
    await until('the bad one is answered', () => site.job('17', '__error__')?.status === 'failed');
  });

  it('Q17: can be cancelled while it waits or runs, at first sight too, and not once it is done', async () => {
    const workspace = space('q17');
    const study = hosts.study({
      done: {script: 'date > output/done.csv'},
      runs: {script: 'sleep 60; date > output/runs.csv', needs: ['done']},
      waits: {script: 'date > output/waits.csv', needs: ['runs']},
      after: {script: 'date > output/after.csv', needs: ['waits']},
    });
    const request = site.ask({study, actions: ['after'], workspace});
    await site.reaches(request, 'runs', 'running');
    site.server.v2.cancel(request, 'done', 'runs', 'waits');
    expect(await site.ended(request, 20_000)).toEqual([
      'done: succeeded',
      'runs: failed cancelled_by_user',
      'waits: failed cancelled_by_user',
      'after: failed dependency_failed',
    ]);
    const more = {cancelled_actions: ['done']};
    const atOnce = site.ask({study, actions: ['done'], workspace, more});
    expect(await site.ended(atOnce)).toEqual(['done: failed cancelled_by_user']);
    expect(startsOf(workspace)).toEqual(['done', 'runs']);
  });

  it('Q25: on the database is refused with stale codelists, and any other is not', async () => {
    const study = hosts.study({
      extract: {
        script: '',
        run: 'ehrql:v1 generate-dataset analysis/extract.sh --output output/extract.csv',
      },
      other: {script: 'date > output/other.csv'},
    });
    const workspace = space('q25');
    const more = {codelists_ok: false};
    const refused = site.ask({study, actions: ['extract'], workspace, more});
    const runs = site.ask({study, actions: ['other'], workspace, more});
    expect(await site.ended(refused)).toEqual(['__error__: failed']);
    expect(site.job(refused, '__error__')?.status_message).toMatch(/codelists.*out of date/);
    expect(await site.ended(runs)).toEqual(['other: succeeded']);
  });

  it('Q19: for code that may not be used is refused, and nothing is asked of anybody', async () => {
    const study = hosts.study({a: {script: 'date > output/a.csv'}});
    const name = study.repo.split('/').at(-1) ?? '';
    const addresses = [
      `https://github.com.evil/opensafely/${name}`,
      `git@github.com:opensafely/${name}.git`,
      `https://github.com:8443/opensafely/${name}`,
      `https://someone@github.com/opensafely/${name}`,
      `https://github.com/opensafely/${name}/more`,
      `https://github.com/opensafely/${name}?a=b`,
      `https://github.com/others/${name}`,
      `http://github.com/opensafely/${name}`,
    ];
    const refusals = addresses.map((repo) =>
      site.ask({study: {...study, repo}, actions: ['a'], workspace: space('q19')}),
    );
    const why = (request: string) => site.job(request, '__error__')?.status_message;
    for (const request of refusals) {
      expect(await site.ended(request)).toEqual(['__error__: failed']);
      expect(why(request)).toMatch(/^RepoNotAllowedError: /);
    }
    expect(hosts.git.recording.calls.filter(({url}) => url.includes(name))).toEqual([]);
    const hidden = study.pullRequest({'analysis/a.sh': 'echo evil'});
    const pull = site.ask({
      study: {...study, sha: hidden},
      actions: ['a'],
      workspace: space('q19'),
    });
    expect(await site.ended(pull)).toEqual(['__error__: failed']);
    expect(why(pull)).toMatch(/^CommitNotFoundError: /);
    // the very same request from a commit of the branch is fine
    const good = site.ask({study, actions: ['a'], workspace: space('q19')});
    expect(await site.ended(good)).toEqual(['a: succeeded']);
  });
});

it('keeps each list of jobs whole, and no request longer than it is under way', async () => {
  await site.polls(2);
  expect(site.server.v2.active()).toEqual([]);
  const posts = site.server.recording.calls.filter(({method}) => method === 'POST');
  // the server is strict: a split group, a field too many or a wrong time would have been refused
  const refused = posts.filter(({status}) => status !== 200);
  expect(refused.map(({body}) => body.toString())).toEqual([]);
});

/** A workspace of a test's own. */
function space(name: string): string {
  return `${site.workspace}-${name}`;
}

/** What happened to the containers of an action in a workspace. */
function eventsOf(workspace: string, action: string, kind: JobEvent['kind']): readonly JobEvent[] {
  return hosts.engine.of(workspace).filter((each) => each.action === action && each.kind === kind);
}

/** The actions whose containers were started in a workspace, in order. */
function startsOf(workspace: string): readonly string[] {
  const events = hosts.engine.of(workspace);
  return events.filter(({kind}) => kind === 'start').map(({action}) => action);
}
