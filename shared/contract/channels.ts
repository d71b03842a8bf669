/** Channel on which the preload says that it has handed a log batch to the page. */
export const LOG_BATCH_TAKEN = 'log:batch-taken';

/**
 * How the host gives the preload the names of the contract: an argument of its process, since the preload holds no
 * decoders and so not the contract itself.
 */
export const CONTRACT_ARGUMENT = '--study-desk-contract=';

/** The names a page may use. */
export interface ContractNames {
  readonly requests: readonly string[];
  readonly events: readonly string[];
}

/** The names as the host gave them among the arguments of the preload's process; none where it gave none. */
export function contractNames(argv: readonly string[]): ContractNames {
  const given = argv.find((word) => word.startsWith(CONTRACT_ARGUMENT));
  // written by our own host
  return given === undefined
    ? {requests: [], events: []}
    : (JSON.parse(given.slice(CONTRACT_ARGUMENT.length)) as ContractNames);
}
