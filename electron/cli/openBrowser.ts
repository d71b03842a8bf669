import {spawn} from 'node:child_process';

/** How a browser is opened on each system. */
const COMMANDS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  // an ampersand would end the command: our addresses have none
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens an address in the user's browser; false where there is nothing to open it with. */
export function openBrowser(address: string): Promise<boolean> {
  const [command = '', ...args] = COMMANDS[process.platform] ?? [
    process.env['BROWSER'] || 'xdg-open',
  ];
  return new Promise((resolve) => {
    const child = spawn(command, [...args, address], {stdio: 'ignore', detached: true});
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    child.once('spawn', () => {
      child.unref();
      // one that stays is the browser itself
      setTimeout(() => resolve(true), STAYS_MS).unref();
    });
  });
}

const STAYS_MS = 1500;
