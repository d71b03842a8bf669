import {expect, it} from 'vitest';
import {jobId} from '../../../electron/runs/jobId';

it.each([
  // base64.b32encode(hashlib.sha1(b"0123456789\ngenerate_dataset").digest()[:10]).decode().lower()
  ['0123456789', 'generate_dataset'],
  ['abcdef0123', 'action with spaces'],
  ['abcdef0123', 'modèle'],
])('gives 16 characters of base32 for %s and %s', (runId, action) => {
  expect(jobId(runId, action)).toMatch(/^[a-z2-7]{16}$/u);
  expect(jobId(runId, action)).toBe(jobId(runId, action));
  expect(jobId(runId, action)).not.toBe(jobId(runId, `${action}x`));
});

it('is the reference’s id of the same request and action', () => {
  expect(jobId('0123456789', 'generate_dataset')).toBe('o2i6b52q6qwpqbln');
});
