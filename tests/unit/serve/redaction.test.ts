import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
  exitMessage,
  plainMessage,
  refusalMessage,
  withReference,
} from '../../../electron/serve/rules/messages';
import {appError} from '../../../shared/errors';
import {safeJobs, safeMessage} from '../../../electron/serve/rules/lastScan';
import {
  coverError,
  createSecrets,
  secretValues,
  tooShort,
} from '../../../electron/serve/rules/secrets';
import {encodeJob} from '../../../electron/serve/wire/v2';
import {servedJob} from './served';

const SECRET = 'p@ss/w+rd "é&<';

describe('a secret', () => {
  const secrets = createSecrets([SECRET]);
  const forms = {
    'as it is': SECRET,
    'in other letters': SECRET.toUpperCase(),
    'percent-encoded': encodeURIComponent(SECRET),
    'percent-encoded in small letters': encodeURIComponent(SECRET).toLowerCase(),
    'as a form has it': new URLSearchParams([['x', SECRET]]).toString(),
    'inside JSON': JSON.stringify({text: SECRET}),
    'as HTML has it': 'p@ss/w+rd &quot;é&amp;&lt;',
    'in hexadecimal': Buffer.from(SECRET).toString('hex'),
  };

  it.each(Object.entries(forms))('is found %s', (_, form) => {
    const text = `before ${form} behind`;
    expect(secrets.foundIn(text)).toBe(true);
    expect(secrets.foundIn(secrets.cover(text))).toBe(false);
    expect(secrets.cover(text)).toMatch(/^before .*\[secret\].* behind$/);
  });

  it('is found inside any base64, wherever it begins and ends in that, in both alphabets', () => {
    const text = fc.uint8Array({maxLength: 10});
    const value = fc.string({minLength: 8, maxLength: 24});
    fc.assert(
      fc.property(value, text, text, (secret, before, behind) => {
        const bytes = Buffer.concat([before, Buffer.from(secret), behind]);
        const found = createSecrets([secret]);
        expect(found.foundIn(bytes.toString('base64'))).toBe(true);
        expect(found.foundIn(bytes.toString('base64url'))).toBe(true);
      }),
    );
  });

  it('is not found in other texts, which stay as they are', () => {
    expect(secrets.foundIn('Completed successfully')).toBe(false);
    expect(secrets.cover('Completed successfully')).toBe('Completed successfully');
  });

  it('leaves no rest where one holds another', () => {
    const both = createSecrets(['mssql://u:hidden@h/d', 'hidden']);
    expect(both.cover('at mssql://u:hidden@h/d and hidden')).toBe('at [secret] and [secret]');
  });

  it('of few characters would be found anywhere: it is counted instead', () => {
    expect(tooShort(['abc', 'long enough'])).toBe(1);
    expect(createSecrets(['abc']).foundIn('abc')).toBe(false);
  });

  it('is also the password inside an address, written and meant', () => {
    const values = secretValues({
      token: 't0ken-value',
      basic: {user: 'reader', password: 'queue-pass'},
      databaseUrls: {full: 'mssql://reader:p%40ss-word@db/full'},
      gitToken: '',
      passed: {
        database: {EMIS_ORGANISATION_HASH: 'emis-hash'},
        presto: null,
        stataLicence: 'a licence of\ntwo lines or more',
      },
    });
    for (const value of [
      't0ken-value',
      'queue-pass',
      'p%40ss-word',
      'p@ss-word',
      'emis-hash',
      'two lines or more',
    ])
      expect(values).toContain(value);
    expect(values).not.toContain('');
    expect(values).not.toContain('reader');
  });
});

describe('the last scan', () => {
  const secrets = createSecrets(['hush-hush']);

  it('replaces the message, tells of the job, and never leaves its state out', () => {
    const found: string[] = [];
    const jobs = [
      encodeJob(servedJob({id: 'x', message: 'it said hush-hush'}), true),
      encodeJob(servedJob({id: 'y'}), true),
    ];
    const body = safeJobs(jobs, secrets, (id) => found.push(id));
    expect(body).not.toContain('hush-hush');
    expect(JSON.parse(body)).toMatchObject([
      {
        identifier: 'x',
        status: 'pending',
        status_message: 'Internal error: the job could not be completed',
      },
      {identifier: 'y', status_message: 'Created'},
    ]);
    expect(found).toEqual(['x']);
  });

  it('replaces an action too where that holds one', () => {
    const jobs = [encodeJob(servedJob({id: 'x', action: 'hush-hush'}), true)];
    const body = safeJobs(jobs, secrets, () => undefined);
    expect(JSON.parse(body)).toMatchObject([{identifier: 'x', action: 'withheld'}]);
  });

  it('leaves everything as it is where nothing is found', () => {
    const jobs = [encodeJob(servedJob(), false)];
    expect(safeJobs(jobs, secrets, () => expect.unreachable())).toBe(JSON.stringify(jobs));
  });

  it('of protocol v1 leaves outputs out rather than the code', () => {
    const body = safeMessage(
      {status_code: 0, status_message: 'ok', outputs: [{location: 'hush-hush/x'}]},
      secrets,
      () => undefined,
    );
    expect(JSON.parse(body)).toEqual({
      status_code: 0,
      status_message: 'Internal error: the job could not be completed',
    });
  });
});

describe('a message', () => {
  it('of a failure ends with the reference, of anything else does not', () => {
    const id = 'seajb3o3e2zsubw3';
    expect(withReference({id, state: 'failed', code: 'nonzero_exit'}, 'It failed')).toBe(
      `It failed (ref os-job-${id})`,
    );
    expect(withReference({id, state: 'running', code: 'executing'}, 'It runs')).toBe('It runs');
  });

  it('has at most 1,000 characters, the reference among them, and no control characters', () => {
    const text = withReference({id: 'x', state: 'failed', code: 'job_error'}, 'y'.repeat(5000));
    expect(text).toHaveLength(1000);
    expect(text).toMatch(/ \(ref os-job-x\)$/);
    expect(plainMessage('a\u0000b\nc\u2028d\u001b[31m')).toBe('a b c d [31m');
  });

  it('has the words that servers look out for', () => {
    expect(exitMessage(137, false, 'python', 4 * 1024 ** 3)).toMatch(
      /ran out of memory \(limit was 4\.00GB\)/,
    );
    expect(exitMessage(137, false, 'python', null)).toMatch(/ran out of memory/);
    expect(exitMessage(5, true, 'ehrql', null)).toMatch(/something went wrong with the database/i);
  });

  it.each([
    [3, true, 'A transient database error'],
    [4, true, 'New data is being imported'],
    [3, false, 'exited with an error (exit code 3)'],
    [10, false, 'Error loading dataset definition'],
    [1, false, 'exited with an error (exit code 1)'],
  ])('of exit code %i, database %s, says %s', (code, database, said) => {
    expect(exitMessage(code, database, 'ehrql', null)).toContain(said);
  });

  it('of a refused repository holds no user, password, query or fragment', () => {
    const repo = 'https://me:hunter2@evil.example/x/y?token=1#z';
    const said = refusalMessage({kind: 'repo-not-allowed', repo});
    expect(said).toContain('https://evil.example/x/y');
    expect(said).not.toMatch(/hunter2|me:|token|#z/);
    expect(refusalMessage({kind: 'repo-not-allowed', repo: 'git@github.com:x/y'})).not.toContain(
      'git@',
    );
  });
});

it('what an engine says is covered wherever an error of it goes', () => {
  const error = appError('job-failed', 'network hush-hush not found', {
    why: 'hush-hush',
    hint: 'Ask.',
  });
  expect(coverError(error, createSecrets(['hush-hush']))).toEqual({
    kind: 'job-failed',
    message: 'network [secret] not found',
    why: '[secret]',
    hint: 'Ask.',
  });
});
