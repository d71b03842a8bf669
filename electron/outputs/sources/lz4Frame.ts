/** The bytes are no LZ4 frame, or a damaged one. */
class Lz4Fault extends Error {}

const MAGIC = 0x184d2204;
/** Bits of a frame's first byte. */
const FLAGS = {blockChecksums: 0x10, contentSize: 0x08, dictionary: 0x01};
const UNCOMPRESSED = 0x80000000;
const SHORTEST_MATCH = 4;

/** Unpacks one LZ4 frame; checksums are not looked at. */
export function unpackLz4Frame(packed: Uint8Array): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (packed.length < 7 || view.getUint32(0, true) !== MAGIC) throw new Lz4Fault('no LZ4 frame');
  const flags = view.getUint8(4);
  let at = 6;
  let out = new Uint8Array(packed.length * 3);
  let length = 0;
  if ((flags & FLAGS.contentSize) !== 0) at += 8;
  if ((flags & FLAGS.dictionary) !== 0) throw new Lz4Fault('a frame with a dictionary');
  at += 1;

  const reserve = (more: number): void => {
    if (length + more <= out.length) return;
    const larger = new Uint8Array(Math.max(out.length * 2, length + more));
    larger.set(out.subarray(0, length));
    out = larger;
  };
  const take = (from: number, count: number): void => {
    if (from + count > packed.length) throw new Lz4Fault('cut off');
    reserve(count);
    out.set(packed.subarray(from, from + count), length);
    length += count;
  };
  /** A length in a block goes on while its bytes are 255. */
  const longer = (short: number, from: number): readonly [count: number, next: number] => {
    if (short < 15) return [short, from];
    let count = short;
    let next = from;
    for (;;) {
      const byte = packed[next];
      if (byte === undefined) throw new Lz4Fault('cut off');
      next += 1;
      count += byte;
      if (byte !== 255) return [count, next];
    }
  };
  const unpackBlock = (from: number, end: number): void => {
    let next = from;
    while (next < end) {
      const token = packed[next] ?? 0;
      const [literals, literalsAt] = longer(token >> 4, next + 1);
      take(literalsAt, literals);
      next = literalsAt + literals;
      // the last literals have no match behind them
      if (next >= end) return;
      const distance = view.getUint16(next, true);
      const [rest, behind] = longer(token & 15, next + 2);
      next = behind;
      const count = rest + SHORTEST_MATCH;
      if (distance === 0 || distance > length) throw new Lz4Fault('a match before the beginning');
      reserve(count);
      // a match may run into what it makes
      for (let done = 0; done < count; done += 1, length += 1)
        out[length] = out[length - distance] ?? 0;
    }
  };

  for (;;) {
    if (at + 4 > packed.length) throw new Lz4Fault('cut off');
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) return out.subarray(0, length);
    const size = head % UNCOMPRESSED;
    if (at + size > packed.length) throw new Lz4Fault('cut off');
    if (head >= UNCOMPRESSED) take(at, size);
    else unpackBlock(at, at + size);
    at += size + ((flags & FLAGS.blockChecksums) === 0 ? 0 : 4);
  }
}
