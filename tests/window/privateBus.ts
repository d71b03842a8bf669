import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {setTimeout as delay} from 'node:timers/promises';

/** A message bus of its own, with a desktop on it that keeps what programs tell it. */
export interface PrivateBus {
  /** What a program needs to find it, and to take it for a desktop that shows progress. */
  readonly env: Readonly<Record<string, string>>;
  /** Notifications so far, as the program sent them. */
  notifications(): readonly string[];
  /** What launchers were told so far: progress and count, null while they are hidden. */
  launcher(): readonly {readonly progress: number | null; readonly count: number | null}[];
  /** Answers as if the user had clicked the notification with this number, from 1. */
  click(number: number): void;
  stop(): void;
}

const PYTHON = '/usr/bin/python3';

/** Why there can be no such bus here; null where there can. */
export function whyNoBus(): string | null {
  if (process.platform !== 'linux') return 'only Linux desktops have a message bus';
  const works = (program: string, ...args: readonly string[]): boolean =>
    spawnSync(program, args, {stdio: 'ignore'}).status === 0;
  if (!works('dbus-daemon', '--version')) return 'dbus-daemon is missing';
  if (!works(PYTHON, '-c', 'import dbusmock')) return 'python3-dbusmock is missing';
  const libraries = spawnSync('ldconfig', ['-p'], {encoding: 'utf8'}).stdout;
  for (const library of ['libnotify.so.4', 'libunity.so.9'])
    if (!libraries.includes(library)) return `${library} is missing`;
  return null;
}

/** Starts the bus, a service that records notifications, and one that stands for a launcher with progress. */
export async function startPrivateBus(): Promise<PrivateBus> {
  const children: ChildProcess[] = [];
  let complaints = '';
  const start = (program: string, args: readonly string[], env = {}): (() => string) => {
    const child = spawn(program, [...args], {
      env: {...process.env, ...env},
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaints += text;
    });
    return () => printed;
  };
  const until = async (what: string, ready: () => boolean): Promise<void> => {
    for (let tries = 0; !ready(); tries += 1) {
      if (tries > 200) throw new Error(`${what} did not come up:\n${complaints}`);
      await delay(50);
    }
  };
  const address = start('dbus-daemon', ['--session', '--nofork', '--print-address=1']);
  await until('The bus', () => address().includes('\n'));
  const bus = {DBUS_SESSION_BUS_ADDRESS: address().trim()};
  const mock = ['-u', '-m', 'dbusmock', '--session'];
  const notified = start(
    PYTHON,
    [...mock, '--template', 'notification_daemon', '-p', '{"capabilities": "body actions"}'],
    bus,
  );
  const unity = 'com.canonical.Unity';
  start(PYTHON, [...mock, unity, '/com/canonical/Unity', unity], bus);
  const watched = start('dbus-monitor', ['--session', `interface='${unity}.LauncherEntry'`], bus);
  const names = (): string =>
    spawnSync('gdbus', [...CALL, 'org.freedesktop.DBus.ListNames'], {
      env: {...process.env, ...bus},
      encoding: 'utf8',
    }).stdout;
  await until('The desktop', () => {
    const up = names();
    return up.includes(unity) && up.includes('org.freedesktop.Notifications');
  });
  return {
    env: {...bus, XDG_CURRENT_DESKTOP: 'Unity'},
    notifications: () =>
      notified()
        .split('\n')
        .filter((line) => / Notify /.test(line)),
    launcher: () =>
      watched()
        .split(/^signal /m)
        .filter((told) => told.includes('member=Update'))
        .map(launched),
    click(number) {
      const service = 'org.freedesktop.Notifications';
      const clicked = spawnSync(
        'gdbus',
        [
          ...['call', '--session', '--dest', service],
          ...['--object-path', '/org/freedesktop/Notifications'],
          ...['--method', 'org.freedesktop.DBus.Mock.EmitSignal', service, 'ActionInvoked', 'us'],
          `[<uint32 ${number}>, <'default'>]`,
        ],
        {env: {...process.env, ...bus}, encoding: 'utf8'},
      );
      if (clicked.status !== 0) throw new Error(clicked.stderr);
    },
    stop() {
      for (const child of children.reverse()) child.kill();
    },
  };
}

const CALL = [
  ...['call', '--session', '--dest', 'org.freedesktop.DBus'],
  ...['--object-path', '/org/freedesktop/DBus', '--method'],
];

/** One word to the launcher, out of what the monitor prints. */
function launched(told: string): {readonly progress: number | null; readonly count: number | null} {
  const value = (name: string, type: string): string | null =>
    new RegExp(`"${name}"\\s+variant\\s+${type} (\\S+)`).exec(told)?.[1] ?? null;
  const shown = (name: string): number | null =>
    value(`${name}-visible`, 'boolean') === 'true'
      ? Number(value(name, name === 'count' ? 'int64' : 'double'))
      : null;
  return {progress: shown('progress'), count: shown('count')};
}
