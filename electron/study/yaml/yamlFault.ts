/** Why a text is not a YAML document; thrown inside the reader and turned into a value at its edge. */
export class YamlFault extends Error {
  constructor(
    /** UTF-16 offset of the trouble. */
    readonly offset: number,
    message: string,
    /** What to do about it, where known. */
    readonly hint: string | null = null,
  ) {
    super(message);
    this.name = 'YamlFault';
  }
}
