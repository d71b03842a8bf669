import {Buffer} from 'node:buffer';

/** One call as it arrived, with what was answered. */
export interface Call {
  readonly method: string;
  /** Path with its query. */
  readonly url: string;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Status of the answer; null where the connection was cut instead. */
  status: number | null;
}

/** Everything a server has received, in order. */
export interface Recording {
  readonly calls: readonly Call[];
  take(call: Call): void;
  /** The value of a header of a call, by its name in any case. */
  header(call: Call, name: string): string | null;
  /** Throws where the bytes are in anything that was received, plain, percent-encoded or in base64. */
  assertNeverSeen(...texts: readonly string[]): void;
}

/** An empty recording. */
export function createRecording(): Recording {
  const calls: Call[] = [];
  const wire = (call: Call): Buffer =>
    Buffer.concat([
      Buffer.from(`${call.method} ${call.url}\n${call.rawHeaders.join('\n')}\n\n`, 'latin1'),
      call.body,
    ]);
  return {
    calls,
    take: (call) => void calls.push(call),
    header(call, name) {
      const at = call.rawHeaders.findIndex(
        (each, index) => index % 2 === 0 && each.toLowerCase() === name.toLowerCase(),
      );
      return at < 0 ? null : (call.rawHeaders[at + 1] ?? null);
    },
    assertNeverSeen(...texts) {
      for (const text of texts)
        for (const form of formsOf(text)) {
          const seen = calls.find((call) => wire(call).includes(form));
          if (seen !== undefined)
            throw new Error(
              `${JSON.stringify(text)} was sent, as ${form}: ${wire(seen).toString('utf8').slice(0, 2000)}`,
            );
        }
    },
  };
}

/** A text as it may hide in bytes: plain, in JSON, percent-encoded, and in base64 at each of its three offsets. */
export function formsOf(text: string): readonly string[] {
  const inBase64 = [0, 1, 2].map((shift) => {
    const coded = Buffer.from('\0'.repeat(shift) + text).toString('base64');
    // the characters at both ends also depend on what stands beside them
    return coded.slice(shift === 0 ? 0 : shift + 1).replace(/.=+$/, '');
  });
  const everyByte = [...Buffer.from(text)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .join('');
  const plain = [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)];
  const long = inBase64.filter((form) => form.length >= 6);
  return [...new Set([...plain, everyByte, everyByte.toUpperCase(), ...long])];
}
