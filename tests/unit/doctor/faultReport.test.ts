import {expect, it} from 'vitest';
import {writeReport} from '../../../electron/doctor/supportReport';

const setting = {
  version: '0.1.0',
  electronVersion: '45.4.1',
  system: 'linux 6.1 x64',
  engine: 'Docker 26.1.5, linux/amd64',
};
const redaction = {
  userName: 'jdoe',
  hostName: 'lab-17.example.org',
  homeDir: '/var/home/jdoe',
  studyDir: '/var/home/jdoe/asthma',
  appDir: '/opt/study-desk',
};

it('the report of an error says what ran where and what went wrong, and nothing of the user', () => {
  const error = {
    kind: 'file-system',
    message: 'The file /var/home/jdoe/asthma/output/a.csv could not be read.',
    why: 'jdoe may not read it.',
    hint: 'Check its permissions.',
    detail: 'EACCES: permission denied, open "/var/home/jdoe/secret.txt"\n12,F,asthma,2020',
  } as const;
  expect(writeReport(error, setting, redaction)).toBe(
    [
      ...['Study Desk 0.1.0, Electron 45.4.1, linux 6.1 x64'],
      ...['Engine: Docker 26.1.5, linux/amd64', 'Kind: file-system'],
      ...['The file study:output/a.csv could not be read.', 'Why: [user] may not read it.'],
      ...['What to do: Check its permissions.', ''],
      ...['EACCES: permission denied, open "[path outside the study]"'],
      ...['[line with data removed]', ''],
    ].join('\n'),
  );
});

it('the report of an error leaves out what is not known', () => {
  expect(writeReport({kind: 'bug', message: 'It failed.'}, setting, redaction)).toMatch(
    /Kind: bug\nIt failed\.\n$/,
  );
});
