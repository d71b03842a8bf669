/**
 * Bytes of a buffer for reading or writing large files: with smaller ones there are more calls, with larger ones the
 * bytes leave the processor's own memory between the steps.
 */
export const BUFFER_BYTES = 1024 * 1024;

/** A fresh buffer for each piece or file is memory to be freed, which costs more than copying the bytes. */
const spare: Buffer[] = [];

/** A buffer of BUFFER_BYTES that nobody else has; its content is anything. */
export function takeBuffer(): Buffer {
  return spare.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
}

/** Hands back buffers that nothing reads from or writes to any more. */
export function giveBack(...buffers: readonly Buffer[]): void {
  spare.push(...buffers);
}
