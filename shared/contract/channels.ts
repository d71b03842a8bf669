/** Channel on which the preload says that it has handed a log batch to the page. */
export const LOG_BATCH_TAKEN = 'log:batch-taken';

/**
 * How the host tells the preload the names of the contract: an argument of its process, since the preload holds no
 * decoders and so not the contract itself.
 */
export const CONTRACT_ARGUMENT = '--study-desk-contract=';

/** The names a page may use. */
export interface ContractNames {
  readonly requests: readonly string[];
  readonly events: readonly string[];
}

/** The names as the host told them among the arguments of the preload's process; none where it told nothing. */
export function contractNames(argv: readonly string[]): ContractNames {
  const told = argv.find((word) => word.startsWith(CONTRACT_ARGUMENT));
  // written by our own host
  return told === undefined
    ? {requests: [], events: []}
    : (JSON.parse(told.slice(CONTRACT_ARGUMENT.length)) as ContractNames);
}
