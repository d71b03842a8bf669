import {createHash} from 'node:crypto';
import {readdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {startDatabase, type StandInDatabase} from '../../queue/engine';
import {formsOf} from '../../queue/jobServer/recording';
import {GIT_TOKEN, jobIdOf, openHosts, openSite, until} from '../../queue/site';
import type {Hosts, Site} from '../../queue/site';

/** With characters that are written otherwise in addresses. */
const PASSWORD = 'db-p@ss/9f86d081';
const CODED = encodeURIComponent(PASSWORD);
const SLICE_PASSWORD = 'slice-pass-60303ae2';

let hosts: Hosts;
let site: Site;
let database: StandInDatabase;
let url: string;

beforeAll(async () => {
  [hosts, database] = await Promise.all([openHosts(), startDatabase()]);
  url = `mssql://reader:${CODED}@${database.host}:5000/full`;
  site = await openSite(hosts, {
    FULL_DATABASE_URL: url,
    SLICE_DATABASE_URL: `mssql://reader:${SLICE_PASSWORD}@${database.host}:5000/slice`,
    DATABASE_NETWORK: database.network,
    PRIVATE_REPO_ACCESS_TOKEN: GIT_TOKEN,
  });
  site.start();
});

afterAll(async () => {
  await site.close();
  await Promise.all([hosts.close(), database.remove()]);
});

describe.concurrent('a job', () => {
  it('Q11: has its outputs by tier, with what each is made of', async () => {
    const study = hosts.study({
      a: {
        script: 'echo high > output/high.csv; echo medium > output/medium.csv',
        outputs: {
          highly_sensitive: ['output/high.csv'],
          moderately_sensitive: ['output/medium.csv'],
        },
      },
    });
    const workspace = space('q11');
    const request = site.ask({study, actions: ['a'], workspace});
    expect(await site.ended(request)).toEqual(['a: succeeded']);
    const high = join(site.high, 'workspaces', workspace);
    const medium = join(site.medium, 'workspaces', workspace);
    expect((await readdir(join(high, 'output'))).sort()).toEqual(['high.csv', 'medium.csv']);
    expect(await readdir(join(medium, 'output'))).toEqual(['medium.csv']);
    // its log may print rows
    expect(await filesBelow(medium)).toEqual(['metadata/manifest.json', 'output/medium.csv']);
    const manifest = JSON.parse(await readFile(join(medium, 'metadata/manifest.json'), 'utf8')) as {
      readonly workspace: string;
      readonly repo: string;
      readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    expect(manifest).toMatchObject({workspace, repo: study.repo});
    expect(manifest.outputs['output/medium.csv']).toMatchObject({
      level: 'moderately_sensitive',
      job_id: jobIdOf(request, 'a'),
      job_request: request,
      action: 'a',
      commit: study.sha,
      size: 7,
      content_hash: createHash('sha256').update('medium\n').digest('hex'),
      excluded: false,
    });
    const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
    expect([await mode(join(high, 'output')), await mode(join(high, 'output/high.csv'))]).toEqual([
      0o700, 0o600,
    ]);
    expect([
      await mode(join(medium, 'output')),
      await mode(join(medium, 'output/medium.csv')),
    ]).toEqual([0o750, 0o640]);
  });

  it('has the address of its database only where it may read one, and reaches nothing else', async () => {
    const study = hosts.study({
      extract: {
        script: `printf '%s\\n' "$DATABASE_URL" > output/extract.csv\nnc ${database.host} 5000 </dev/null >> output/extract.csv`,
        run: 'ehrql:v1 generate-dataset analysis/extract.sh --output output/extract.csv',
      },
      other: {
        script: `env > output/other.csv\nif nc -w 2 ${database.host} 5000 </dev/null >> output/other.csv; then echo REACHED >> output/other.csv; fi`,
        needs: ['extract'],
      },
    });
    const workspace = space('db');
    const request = site.ask({study, actions: ['other'], workspace});
    expect(await site.ended(request)).toEqual(['extract: succeeded', 'other: succeeded']);
    const output = (name: string): Promise<string> =>
      readFile(join(site.high, 'workspaces', workspace, `output/${name}.csv`), 'utf8');
    expect(await output('extract')).toBe(`${url}\n${database.answer}\n`);
    const other = await output('other');
    expect(other).toContain('OPENSAFELY_BACKEND=tpp');
    expect(other).not.toMatch(/REACHED|DATABASE|mssql|JOB_SERVER|TOKEN/);
    site.server.recording.assertNeverSeen(PASSWORD, CODED);
  });

  it('Q20: never shows the token of private code, also where fetching fails and repeats it', async () => {
    const study = hosts.study({a: {script: 'sleep 1; date > output/a.csv'}}, {private: true});
    const echoed = `fatal: unable to access https://jobrunner-tpp:${GIT_TOKEN}@github.com/ (token ${GIT_TOKEN})`;
    hosts.git.fail(1, {status: 403, text: echoed}, study.repo);
    const lines = new Set<string>();
    const watching = watchProcesses(lines);
    const refused = site.ask({study, actions: ['a'], workspace: space('q20')});
    expect(await site.ended(refused)).toEqual(['__error__: failed']);
    const good = site.ask({study, actions: ['a'], workspace: space('q20')});
    expect(await site.ended(good)).toEqual(['a: succeeded']);
    await watching.stop();
    expect(lines.size).toBeGreaterThan(3);
    for (const form of formsOf(GIT_TOKEN)) {
      expect([...lines].filter((line) => line.includes(form))).toEqual([]);
      expect(site.printed()).not.toContain(form);
    }
    site.server.recording.assertNeverSeen(GIT_TOKEN);
    expect(await filesHolding(site.root, GIT_TOKEN)).toEqual([]);
  });

  it('Q21: tells of a failure the code and a reference, by which its log is found here', async () => {
    const said = 'NHS 943 476 5919';
    const study = hosts.study({
      a: {script: `echo '${said}'; echo '${said}' >&2; exit 3`},
      b: {script: `echo '${said}'; exit 3`},
    });
    const request = site.ask({study, actions: ['a', 'b'], workspace: space('q21')});
    expect(await site.ended(request)).toEqual(['a: failed nonzero_exit', 'b: failed nonzero_exit']);
    const id = jobIdOf(request, 'a');
    expect(site.job(request, 'a')?.status_message).toMatch(
      new RegExp(`exit code 3.* \\(ref os-job-${id}\\)$`),
    );
    site.server.recording.assertNeverSeen(said, '943 476');
    expect(await filesHolding(site.medium, said)).toEqual([]);
    expect((await site.log(id)).match(new RegExp(said, 'g'))?.length).toBeGreaterThanOrEqual(2);
    const found = await site.command('log', await distinctPart(id));
    expect(found.code).toBe(0);
    expect(found.stdout.split('\n')[0]).toMatch(new RegExp(`logs/.*/os-job-${id}/logs.txt$`));
    expect(found.stdout).toContain(said);
    const both = [...id].find((letter) => jobIdOf(request, 'b').includes(letter)) ?? '';
    const several = await site.command('log', both);
    expect(several.code).toBe(2);
    expect(`${several.stdout}${several.stderr}`).toContain(id);
    expect(`${several.stdout}${several.stderr}`).toContain(jobIdOf(request, 'b'));
    expect(several.stdout).not.toContain(said);
  });

  it('Q22: tells neither names of files nor patterns', async () => {
    const study = hosts.study({
      a: {
        script: 'echo x > output/patient-9434765919.csv',
        outputs: {highly_sensitive: ['output/patient-*.csv', 'output/missing-pattern-*.csv']},
      },
    });
    const request = site.ask({study, actions: ['a'], workspace: space('q22')});
    expect(await site.ended(request)).toEqual(['a: failed']);
    site.server.recording.assertNeverSeen('patient-', '9434765919', 'missing-pattern');
  });

  it('Q24: lets nothing into the medium tree that must not be there', async () => {
    const medium = (file: string) => ({moderately_sensitive: [`output/${file}`]});
    const study = hosts.study({
      patients: {
        script: "printf 'patient_id,age\\n1,2\\n' > output/patients.csv",
        outputs: medium('patients.csv'),
      },
      large: {
        script: 'head -c 17825792 /dev/zero | tr "\\0" x > output/large.txt',
        outputs: medium('large.txt'),
      },
      link: {
        script: `ln -s ${site.high} output/link.csv; ln -s /etc/passwd output/other.csv; echo x > output/fine.csv`,
        outputs: medium('*.csv'),
      },
    });
    const workspace = space('q24');
    const request = site.ask({study, actions: ['patients', 'large', 'link'], workspace});
    expect(await site.ended(request)).toEqual([
      'patients: succeeded',
      'large: succeeded',
      'link: succeeded',
    ]);
    const output = join(site.medium, 'workspaces', workspace, 'output');
    expect((await readdir(output)).sort()).toEqual([
      ...['fine.csv', 'large.txt.txt', 'link.csv.txt', 'other.csv.txt', 'patients.csv.txt'],
    ]);
    expect(await readFile(join(output, 'patients.csv.txt'), 'utf8')).toMatch(/patient_id/);
    const high = join(site.high, 'workspaces', workspace, 'output');
    expect((await readdir(high)).sort()).toEqual(['fine.csv', 'large.txt', 'patients.csv']);
    const outside = hosts.study({
      a: {script: 'true', outputs: {moderately_sensitive: ['../x.csv']}},
    });
    const refused = site.ask({study: outside, actions: ['a'], workspace});
    expect(await site.ended(refused)).toEqual(['__error__: failed']);
    expect(site.job(refused, '__error__')?.status_message).toMatch(/^ProjectValidationError: /);
  });

  it('is not stopped by a message that holds a secret, which is not sent', async () => {
    // the name of an action is told as it is, in the project and to the server
    const study = hosts.study({a: {script: 'exit 1'}});
    const request = site.ask({study, actions: ['a'], workspace: space('secret')});
    expect(await site.ended(request)).toEqual(['a: failed nonzero_exit']);
    const repo = `https://github.com/opensafely/${SLICE_PASSWORD}/x`;
    const odd = site.ask({study: {...study, repo}, actions: ['a'], workspace: space('secret')});
    expect(await site.ended(odd)).toEqual(['__error__: failed']);
    expect(site.job(odd, '__error__')?.status_message).not.toBe('');
    site.server.recording.assertNeverSeen(SLICE_PASSWORD);
  });
});

it('Q23: hides what an engine says where it repeats the address of a database', async () => {
  // an engine repeats the name of a network that is not there
  const secret = 'net-p-1b4f0e98';
  const own = await openSite(hosts, {
    FULL_DATABASE_URL: `mssql://reader:${secret}@nowhere:5000/full`,
    SLICE_DATABASE_URL: url,
    DATABASE_NETWORK: secret,
  });
  try {
    own.start();
    const study = hosts.study({
      extract: {
        script: 'true',
        run: 'ehrql:v1 generate-dataset analysis/extract.sh --output output/extract.csv',
      },
      other: {script: 'env > output/other.csv'},
    });
    const request = own.ask({study, actions: ['extract', 'other']});
    expect(await own.ended(request)).toEqual(['extract: failed', 'other: succeeded']);
    const job = own.job(request, 'extract');
    expect(job?.status_message).toMatch(/\(ref os-job-[a-z2-7]{16}\)$/);
    own.server.recording.assertNeverSeen(secret, PASSWORD, CODED);
    for (const form of formsOf(secret)) expect(own.printed()).not.toContain(form);
    expect(await filesHolding(own.root, secret)).toEqual([]);
    // the engine did repeat it, and the job had it in its environment
    const [month = ''] = await readdir(join(own.high, 'logs'));
    const record = join(own.high, 'logs', month, `os-job-${jobIdOf(request, 'extract')}`);
    const {job: kept, command} = JSON.parse(
      await readFile(join(record, 'metadata.json'), 'utf8'),
    ) as {job: {job: {message: string}}; command: {env: Readonly<Record<string, string>>}};
    expect(kept.job.message).toContain('[secret]');
    expect(command.env['DATABASE_URL']).toBe('[secret]');
    const other = join(own.high, 'workspaces', own.workspace, 'output/other.csv');
    expect(await readFile(other, 'utf8')).not.toContain('DATABASE');
  } finally {
    await own.close();
  }
});

/** A workspace of a test's own. */
function space(name: string): string {
  return `${site.workspace}-${name}`;
}

/** The shortest part of a job's reference, of four characters or more, that no other log of the site has. */
async function distinctPart(id: string): Promise<string> {
  const months = await readdir(join(site.high, 'logs'));
  const all = await Promise.all(months.map((month) => readdir(join(site.high, 'logs', month))));
  const others = all.flat().filter((name) => !name.endsWith(id));
  for (let length = 4; length < id.length; length += 1) {
    const part = id.slice(0, length);
    if (!others.some((name) => name.includes(part))) return part;
  }
  return id;
}

async function filesBelow(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, {recursive: true, withFileTypes: true});
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}

/** The files below a folder in which a text stands in any form. */
async function filesHolding(dir: string, text: string): Promise<readonly string[]> {
  const forms = formsOf(text);
  const found: string[] = [];
  for (const file of await filesBelow(dir)) {
    // a file that has gone since holds nothing
    const bytes = await readFile(join(dir, file)).catch(() => Buffer.alloc(0));
    if (forms.some((form) => bytes.includes(form))) found.push(file);
  }
  return found;
}

/** Collects the command lines of all processes for a while. */
function watchProcesses(lines: Set<string>): {stop(): Promise<void>} {
  let going = true;
  const looking = until(
    'the test ends',
    async () => {
      for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
        lines.add(await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''));
      return !going;
    },
    120_000,
  );
  return {
    async stop() {
      going = false;
      await looking;
    },
  };
}
