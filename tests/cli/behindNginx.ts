import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {connect, createServer, type AddressInfo} from 'node:net';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {slowLink, type LinkLimits} from './slowLink';
import {serveWindow, type Served} from './webClient';

const NGINX = '/usr/sbin/nginx';

/** Why the window can't be served behind nginx here; null where it can. */
export const noNginx = existsSync(NGINX)
  ? null
  : 'nginx is not installed: `apt-get install nginx-light`, then try again.';

/** As a proxy on a shared server has it: TLS, a path of its own, buffering, and one process. */
const config = (folder: string, nginx: number, desk: number): string => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  include /etc/nginx/mime.types;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${nginx} ssl;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    location /desk/ {
      proxy_pass http://127.0.0.1:${desk};
      proxy_http_version 1.1;
      proxy_buffering on;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
    }
  }
}
`;

/** The window served below /desk/ behind nginx with TLS, reached over a link; `folder` is for files of nginx. */
export async function serveBehindNginx(
  args: readonly string[],
  folder: string,
  limits: LinkLimits,
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Served & {readonly close: () => Promise<void>}> {
  mkdirSync(folder, {recursive: true});
  const [nginxPort, deskPort] = [await freePort(), await freePort()];
  execFileSync(
    'openssl',
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout key.pem -out cert.pem'.split(
      ' ',
    ),
    {cwd: folder, stdio: 'ignore'},
  );
  writeFileSync(join(folder, 'nginx.conf'), config(folder, nginxPort, deskPort));
  const nginx = spawn(NGINX, ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
    stdio: 'inherit',
  });
  const link = await slowLink(nginxPort, limits);
  const served = await serveWindow(
    [
      ...['--port', String(deskPort), '--base-path', '/desk/', '--behind-proxy'],
      ...['--trusted-origin', `https://127.0.0.1:${link.port}`, ...args],
    ],
    env,
    cwd,
  );
  while (!(await answers(nginxPort))) await delay(20);
  return {
    ...served,
    async close() {
      link.close();
      const gone = new Promise((resolve) => nginx.once('exit', resolve));
      nginx.kill('SIGTERM');
      served.call.child.kill('SIGKILL');
      await Promise.all([gone, served.call.end]);
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const {port} = server.address() as AddressInfo; // what a server on a port has
      server.close(() => resolve(port));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
