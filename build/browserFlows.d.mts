/** Names of the window's tests that the gate tries in a browser too. */
export const IN_GATE: ReadonlySet<string>;

/** The files that hold them. */
export const GATE_FILES: readonly string[];
