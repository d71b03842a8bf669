/** Endings that a system takes for a program, a script or a way to one. */
const PROGRAMS: readonly string[] = [
  ...['.exe', '.com', '.bat', '.cmd', '.msi', '.scr', '.pif', '.cpl', '.ps1', '.psm1', '.vbs'],
  ...['.vbe', '.js', '.jse', '.wsf', '.wsh', '.hta', '.reg', '.lnk', '.url', '.inf', '.jar', '.py'],
  ...['.pyw', '.sh', '.bash', '.zsh', '.command', '.tool', '.app', '.desktop', '.appimage'],
  ...['.terminal', '.workflow', '.action', '.scpt', '.applescript', '.pkg', '.dmg', '.r', '.pl'],
];

/** Whether the system would run a file instead of showing it, by its ending and, but for Windows, its mode. */
export function runsWhenOpened(
  extension: string,
  mode: number,
  platform: NodeJS.Platform,
): boolean {
  if (PROGRAMS.includes(extension.toLowerCase())) return true;
  return platform !== 'win32' && (mode & 0o111) !== 0;
}
