import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, describe, expect, it} from 'vitest';
import {DOCTOR_CHECK_NAMES} from '../../../shared/doctor';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {resolveSettings} from '../../../shared/settings';
import type {StudySnapshot} from '../../../shared/study';
import {createDoctor, type DoctorPorts} from '../../../electron/doctor/doctor';
import {writeSupportReport} from '../../../electron/doctor/supportReport';

const LEAVE = {asksRegistry: true, repairs: true};
const root = mkdtempSync(join(os.tmpdir(), 'study-desk-support-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

/** What is a user's or a study's, each a word that nothing else holds. */
interface Planted {
  readonly user: string;
  readonly host: string;
  readonly study: string;
  readonly action: string;
  readonly file: string;
  readonly secret: string;
  readonly place: string;
}

const word = fc.stringMatching(/^[a-z]{5}[0-9]{3}$/u).map((text) => `q${text}`);
const planted: fc.Arbitrary<Planted> = fc
  .uniqueArray(word, {minLength: 7, maxLength: 7})
  .map(([user = '', host = '', study = '', action = '', file = '', secret = '', place = '']) => ({
    ...{user, host, study, action, file, secret, place},
  }));

/** A doctor to whom everything that is told holds something of the user's. */
function ports(p: Planted, isBroken: boolean): DoctorPorts {
  const dir = join(root, p.study);
  mkdirSync(dir, {recursive: true});
  writeFileSync(join(dir, p.file), '');
  const trouble = appError(
    'network',
    `${p.action} failed at https://${p.user}:${p.secret}@${p.place}/x.`,
    {
      why: `/var/home/${p.user}/${p.file} is closed to ${p.user}@${p.host}.`,
      hint: `Ask ${p.user} for password=${p.secret}.`,
      detail: p.secret,
    },
  );
  return {
    program: 'Study Desk 0.1.0, Node 20',
    dir,
    executor: () => 'docker',
    engine: async () =>
      isBroken
        ? {
            ...{state: 'down', trouble: 'unreachable', message: trouble.message, hint: p.place},
            remedy: {kind: 'command', command: `ssh ${p.user}@${p.place}`},
          }
        : {
            ...{state: 'ready', name: 'Docker 26', platform: 'linux/arm64', cpus: 2},
            ...{memoryBytes: 1e9, engine: `context:${p.place}`},
          },
    engineHost: async () =>
      isBroken
        ? err(trouble)
        : ok({
            ...{
              isLocal: false,
              holdsLimits: true,
              clockAheadMs: 6e5,
              clockErrorMs: 1,
              freeBytes: null,
            },
            proxies: {http: '', https: `http://${p.user}:${p.secret}@${p.place}:3128`},
          }),
    load: async () => ({together: 2, largestMemoryBytes: 4e9, largestCpus: 1}),
    askRegistry: async () => (isBroken ? err(trouble) : ok(p.place)),
    git: async () => ({
      ...{version: '2.47', distrusted: true, inRepository: true, underWay: 'merge'},
      state: {branch: p.action, commit: 'abc', dirtyFiles: [p.file]},
    }),
    folders: [{what: 'Settings', path: `/proc/${p.user}`}],
    settings: () => resolveSettings({user: {editorCommand: p.secret, engine: p.place}}),
    study: {
      records: join(dir, 'metadata'),
      reload: async () => snapshot(p, isBroken),
      images: async () =>
        isBroken
          ? err(trouble)
          : ok({
              images: [
                {
                  ...{image: `${p.place}/${p.file}:v1`, present: false, id: null, sizeBytes: null},
                  ...{digest: null, createdAt: null, architecture: null, emulated: false},
                  neededBy: [p.action],
                },
              ],
              notYetKnown: [p.action],
              registry: p.place,
            }),
      planAll: async () =>
        isBroken
          ? err(trouble)
          : ok([{level: 'block', check: 'overwrites', message: p.file, hint: p.action}]),
      damage: () => [{message: p.file, isPutAside: true}],
      leftBeside: async () => (isBroken ? [] : [p.file, p.action]),
      definitions: async () => ({
        problems: [{message: p.file, file: p.action, line: 3, hint: p.place}],
        ...{lookedAt: 1, left: isBroken ? 1 : 0, why: p.place},
      }),
      repair: async () => (isBroken ? err(trouble) : ok([`${p.file} was put aside.`])),
    },
  };
}

function snapshot(p: Planted, isBroken: boolean): StudySnapshot {
  const problem = {
    ...({severity: 'error', rule: 'E-NEEDS', source: 'reference', line: 1, column: 1} as const),
    ...{from: 0, to: 1, endLine: 1, endColumn: 2, message: `${p.action} needs ${p.file}.`},
    ...{why: p.action, hint: p.file, action: p.action, fixes: []},
  };
  const project = {version: 5, actions: [], runAll: []} as unknown as StudySnapshot['project']; // not looked into
  return {
    ...{dir: join(root, p.study), name: p.study, revision: 1, text: 'x', graph: null},
    reading: {
      ...{valid: !isBroken, acceptedByReference: !isBroken, version: 5, project: null},
      problems: isBroken ? [problem] : [],
    },
    ...{project, broken: isBroken, fromBefore: false, unreadable: null, scripts: new Map()},
  };
}

describe('the report for support', () => {
  it('holds nothing of the user’s or the study’s, whatever was found', async () => {
    await fc.assert(
      fc.asyncProperty(planted, fc.boolean(), async (p, isBroken) => {
        const told = ports(p, isBroken);
        const doctor = createDoctor(told);
        const {signal} = new AbortController();
        const found = await Promise.all(
          DOCTOR_CHECK_NAMES.map((check) => doctor.check(check, LEAVE, signal)),
        );
        const findings = found.flat();
        const text = writeSupportReport(
          {findings, settings: told.settings()},
          {
            ...{userName: p.user, hostName: `${p.host}.example.org`, appDir: ''},
            ...{homeDir: `/var/home/${p.user}`, studyDir: told.dir},
          },
        );
        for (const own of Object.values(p)) expect(text).not.toContain(own);
        // everything that was checked is in it all the same
        expect(
          text.split('\n').filter((line) => /^(passed|warning|failed|not checked) /u.test(line)),
        ).toHaveLength(findings.length);
        expect(text).not.toContain('[line with data removed]');
        expect(text).toContain('editor: user');
      }),
      {numRuns: 40},
    );
  });

  it('takes out a name that got into a sentence all the same', () => {
    const finding = {
      ...({check: 'git', result: 'ok', message: '', hint: null, remedy: null} as const),
      inReport: 'jdoe on lab-17 has token=abc in /var/home/jdoe/x.',
    };
    const text = writeSupportReport(
      {findings: [finding], settings: resolveSettings({})},
      {
        ...{userName: 'jdoe', hostName: 'lab-17.example.org', homeDir: '/var/home/jdoe'},
        ...{studyDir: null, appDir: ''},
      },
    );
    expect(text).toContain('passed       Git: [user] on [computer] has token=[removed]');
    expect(text).not.toMatch(/jdoe|lab-17|abc/u);
  });

  it('is made of checks of its own', async () => {
    const p = {user: 'u', host: 'h', study: 's', action: 'a', file: 'f', secret: 'x', place: 'p'};
    const text = await createDoctor(ports(p, false)).report(LEAVE, new AbortController().signal);
    expect(text).toMatch(/^Study Desk, report for support\n/u);
    expect(text).toContain('warning      Clock: The engine’s clock is 10 m ahead');
  });

  it('says of what does not end that it was not checked', async () => {
    const stop = new AbortController();
    const p = {user: 'u', host: 'h', study: 's', action: 'a', file: 'f', secret: 'x', place: 'p'};
    const doctor = createDoctor({...ports(p, false), engine: () => new Promise(() => undefined)});
    const asked = doctor.check('engine', LEAVE, stop.signal);
    stop.abort();
    expect(await asked).toMatchObject([{check: 'engine', result: 'not-checked'}]);
    expect(await doctor.check('engine', LEAVE, stop.signal)).toMatchObject([
      {message: 'It was stopped.'},
    ]);
  });
});
