const SESSION = 'study-desk-session';

/**
 * The secret of this tab's session: the one it has, or one for the token in the address, which leaves the address bar at once.
 * Null where there is neither, or where the token is used or too old.
 */
export async function enter(): Promise<string | null> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  // also a folder to open, which was read before
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  const known = sessionStorage.getItem(SESSION);
  if (token === null) return known;
  try {
    const response = await fetch(new URL('session', document.baseURI), {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({token}),
    });
    if (!response.ok) return known;
    // written by our own host
    const {session} = (await response.json()) as {readonly session: string};
    sessionStorage.setItem(SESSION, session);
    return session;
  } catch {
    return known;
  }
}
