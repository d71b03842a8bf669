import {describe, expect, it} from 'vitest';
import {redactReport, type Redaction} from '../../../electron/doctor/redact';

const LINUX: Redaction = {
  userName: 'jdoe',
  hostName: 'lab-17.example.org',
  homeDir: '/var/home/jdoe',
  studyDir: '/var/home/jdoe/My Studies/asthma',
  appDir: '/opt/Study Desk/resources/app.asar',
};
const MAC: Redaction = {
  userName: 'jane.doe',
  hostName: 'lab-17.example.org',
  homeDir: '/Users/jane.doe',
  studyDir: '/Users/jane.doe/studies/asthma',
  appDir: '/Applications/Study Desk.app/Contents/Resources/app.asar',
};
const WINDOWS: Redaction = {
  userName: 'Jane Doe',
  hostName: 'lab-17.example.org',
  homeDir: 'C:\\Users\\Jane Doe',
  studyDir: 'D:\\Studies\\asthma',
  appDir: 'C:\\Program Files\\Study Desk\\resources\\app.asar',
};

describe('a report', () => {
  it.each([
    [LINUX, 'Read /var/home/jdoe/My Studies/asthma/output/a.csv', 'Read study:output/a.csv'],
    [LINUX, 'In /var/home/jdoe/My Studies/asthma.', 'In study.'],
    [MAC, 'Read /Users/jane.doe/studies/asthma/project.yaml', 'Read study:project.yaml'],
    [WINDOWS, 'Read D:\\Studies\\asthma\\output\\a.csv', 'Read study:output\\a.csv'],
    [WINDOWS, 'Read d:/studies/Asthma/output/a.csv', 'Read study:output/a.csv'],
  ])('keeps paths inside the study, relative to it (%#)', (redaction, text, expected) => {
    expect(redactReport(text, redaction)).toBe(expected);
  });

  it.each([
    [LINUX, 'open /var/home/jdoe/My Studies/asthma-secret/x.csv'],
    [LINUX, 'open /var/home/jdoe/Private letters/to anna.txt'],
    [LINUX, 'open "/mnt/shared drive/jane/data one.csv" failed'],
    [LINUX, "ENOENT: no such file or directory, open '/srv/data/patients of x.csv'"],
    [LINUX, 'file:///var/home/jdoe/Documents/x'],
    [LINUX, 'open ~jdoe /var/home/jdoe'],
    [MAC, 'open /Users/jane.doe/Library/Application Support/x'],
    [MAC, 'open /Volumes/NHS/trust/x.csv'],
    [WINDOWS, 'open C:\\Users\\Jane Doe\\Documents\\letter.docx'],
    [WINDOWS, 'open c:/users/jane doe/Documents/letter.docx'],
    [WINDOWS, 'open \\\\nhs-server\\share\\patients\\letter.docx'],
    [WINDOWS, 'EPERM: operation not permitted, rename "E:\\data\\trust\\x.csv"'],
  ])('names no path outside the study (%#)', (redaction, text) => {
    const redacted = redactReport(text, redaction);
    expect(redacted).toMatch(/\[path outside the study\]/);
    expect(redacted).not.toMatch(
      /doe|letter|secret|anna|patients|Library|Volumes|NHS|nhs|share|trust|srv|mnt|Documents|E:/i,
    );
  });

  it('names the user nowhere, and leaves words that hold the name alone', () => {
    expect(redactReport('user jdoe (JDOE) in jdoes and ajdoe', LINUX)).toBe(
      'user [user] ([user]) in jdoes and ajdoe',
    );
    expect(redactReport('Hello Jane Doe', WINDOWS)).toBe('Hello [user]');
  });

  it('keeps file and line of our own stack frames', () => {
    const stack =
      'Error: no\n    at open (/opt/Study Desk/resources/app.asar/dist/host/main.cjs:12:34)\n' +
      '    at node:internal/process/task_queues:95:5';
    expect(redactReport(stack, LINUX)).toBe(
      'Error: no\n    at open (app:dist/host/main.cjs:12:34)\n' +
        '    at node:internal/process/task_queues:95:5',
    );
  });

  it.each([
    ...['GET https://user:hunter2@registry.example/v2', 'Authorization: Basic aHVudGVyMg=='],
    ...['authorization: "Bearer hunter2hunter2"', 'x-registry-auth=hunter2', 'password=hunter2'],
    ...['"token": "hunter2"', 'api_key: hunter2', 'ghp_hunter2hunter2hunter2'],
    ...['github_pat_hunter2hunter2hunter2', 'eyJhunter2hunter2.eyJhunter2.hunter2'],
    ...['-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----'],
  ])('holds no credentials: %j', (text) => {
    expect(redactReport(text, LINUX)).not.toMatch(/hunter2|aHVudGVy/);
  });

  it('holds no rows of data', () => {
    const text = 'ValueError: bad row\n1042,F,67,asthma,2019-04\n1043\tM\t45\tnone\nat line 3';
    expect(redactReport(text, LINUX)).toBe(
      'ValueError: bad row\n[line with data removed]\n[line with data removed]\nat line 3',
    );
  });

  it('leaves plain sentences, addresses and relative paths as they are', () => {
    const text =
      'Docker 26.1.5 did not answer and/or was stopped. See https://docs.docker.com/engine/.\n' +
      'The pattern output/*.csv of "model" matched nothing, nor did n/a.\n' +
      'Ratio 3/4, at 12:30.';
    expect(redactReport(text, LINUX)).toBe(text);
  });

  it('works where nothing is known of the user or the study', () => {
    const bare = {userName: '', hostName: '', homeDir: '', studyDir: null, appDir: ''};
    expect(redactReport('a message', bare)).toBe('a message');
    expect(redactReport('open /var/home/x/y', bare)).toBe('open [path outside the study]');
    expect(redactReport('in /', {...bare, homeDir: '/'})).toBe('in /');
  });
});
