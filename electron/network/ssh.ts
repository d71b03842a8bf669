/** How long `ssh` may take to reach the other computer, in seconds. */
const CONNECT_SECONDS = 10;

/**
 * What `ssh` is given to reach the computer of an `ssh://` address, up to the command. All else is left to the user's ssh:
 * config, agent, known hosts. It never asks anything, so that a computer it does not know is refused. Null for an address
 * that is none.
 */
export function sshTo(url: URL): readonly string[] | null {
  const name = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  if (url.protocol !== 'ssh:' || name === '') return null;
  const user = decodeURIComponent(url.username);
  return [
    '-T',
    ...['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${CONNECT_SECONDS}`],
    ...(user === '' ? [] : ['-l', user]),
    ...(url.port === '' ? [] : ['-p', url.port]),
    // a name that begins with a dash is none of its options
    ...['--', name],
  ];
}
