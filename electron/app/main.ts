import {app, protocol} from 'electron';
import {startDesk} from './startDesk';
import {readArguments} from './commandLine';
import {outliveFileLimit} from '../files/writeAtomically';
import {OUTPUT_SCHEME} from './security';
import {userFolder} from './userFolder';

app.setName('Study Desk');
// the packages of the other systems declare it
if (process.platform === 'win32' && app.isPackaged) app.setAsDefaultProtocolClient('study-desk');
// Windows shows notifications only of programs it knows by the id of their installation (build/electron-builder.yml)
if (process.platform === 'win32') app.setAppUserModelId('org.studydesk.desk');
// no page of ours has business on the network, not even a name to look up; Node's own connections are not Chromium's
app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
// scripts of an output may name a computer by its number: every way out leads to a proxy that is not there
app.commandLine.appendSwitch('proxy-server', 'http://127.0.0.1:1');
app.commandLine.appendSwitch('proxy-bypass-list', '<-loopback>');
// a graphics process that ends for the sixth time would take this one with it, and so every run
app.commandLine.appendSwitch('disable-gpu-process-crash-limit');
protocol.registerSchemesAsPrivileged([
  {
    scheme: 'app',
    privileges: {standard: true, secure: true, supportFetchAPI: true, codeCache: true},
  },
  {scheme: OUTPUT_SCHEME, privileges: {standard: true, secure: true}},
]);

/** The folder it was started in; the user's own where that has been deleted. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    process.chdir(app.getPath('home'));
    return process.cwd();
  }
}

outliveFileLimit();
const asked = readArguments(process.argv.slice(1), currentFolder());
const user = userFolder(app.getPath('userData'));
if (user.fault !== null) app.setPath('userData', user.path);
app.on('quit', () => user.remove());
// one process for all windows: a second start hands its folder over and ends
if (app.requestSingleInstanceLock({...asked})) void startDesk(asked, user.fault);
else app.quit();
