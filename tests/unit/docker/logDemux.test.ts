import fc from 'fast-check';
import {expect, it} from 'vitest';
import {LogDemux} from '../../../electron/docker/containerLogs';

function frame(stream: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

it('gives each stream its bytes in order, however the frames are cut into chunks', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({maxLength: 50})));
  fc.assert(
    fc.property(frames, fc.integer({min: 1, max: 20}), (all, step) => {
      const bytes = Buffer.concat(all.map(([stream, content]) => frame(stream, content)));
      const demux = new LogDemux();
      const found: Record<string, Buffer> = {stdout: Buffer.alloc(0), stderr: Buffer.alloc(0)};
      for (let at = 0; at < bytes.length; at += step) {
        for (const {stream, bytes: piece} of demux.push(bytes.subarray(at, at + step))) {
          found[stream] = Buffer.concat([found[stream] ?? Buffer.alloc(0), piece]);
        }
      }
      const expected = (stream: number): Buffer =>
        Buffer.concat(all.filter(([name]) => name === stream).map(([, content]) => content));
      expect(found['stdout']?.equals(expected(1))).toBe(true);
      expect(found['stderr']?.equals(expected(2))).toBe(true);
    }),
  );
});

it('passes a large frame on piece by piece without keeping it', () => {
  const demux = new LogDemux();
  const whole = frame(1, Buffer.alloc(1000, 'x'));
  expect([...demux.push(whole.subarray(0, 100))].map(({bytes}) => bytes.length)).toEqual([92]);
  expect([...demux.push(whole.subarray(100))].map(({bytes}) => bytes.length)).toEqual([908]);
});
