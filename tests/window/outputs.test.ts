import {execFile} from 'node:child_process';
import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {describe, expect, it} from 'vitest';
import {askHost, openOutput, waitForState} from './deskActions';
import {inBrowser} from './inBrowser';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {writeStudy} from './windowStudy';

const FILES = [
  ...['table.csv', 'moved.png', 'packed.png', 'page.html', 'drawing.svg', 'notes.md'],
  ...['model.json', 'long.txt', 'document.pdf', 'estimates.ster'],
];

/** Python that writes outputs of many kinds; files that phone home ask `PORT` of this computer. */
const script = `
import os, struct, zlib
os.makedirs("output", exist_ok=True)
EDIT = "before"
with open("output/table.csv", "w") as out:
    out.write("patient_id,sex,n\\n")
    for at in range(5000):
        n = EDIT if at in (0, 777, 4999) else at * 3
        out.write(f"{at:06d},{'FM'[at % 2]},{n}\\n")
def png(path, level, bar):
    rows = b"".join(b"\\0" + bytes(v for x in range(60) for v in ((36, 86, 214) if x < bar else (255, 255, 255))) for y in range(40))
    def chunk(kind, data):
        part = struct.pack(">I", len(data)) + kind + data
        return part + struct.pack(">I", zlib.crc32(kind + data) & 0xffffffff)
    header = struct.pack(">IIBBBBB", 60, 40, 8, 2, 0, 0, 0)
    with open(path, "wb") as out:
        out.write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, level)) + chunk(b"IEND", b""))
png("output/moved.png", 9, 30 if EDIT == "before" else 31)
png("output/packed.png", 9 if EDIT == "before" else 0, 30)
HOME = "http://127.0.0.1:PORT/"
with open("output/page.html", "w") as out:
    out.write(f"""<link rel="prefetch" href="{HOME}prefetch"><link rel="preconnect" href="{HOME}">
<meta http-equiv="refresh" content="1; url={HOME}refresh"><h1>Shown</h1><img src="{HOME}img">
<script>
document.querySelector("h1").textContent = "Scripts ran";
const tried = [];
const attempt = (name, act) => {{ try {{ act(); }} catch (error) {{ tried.push(name); }} }};
attempt("fetch", () => fetch("{HOME}fetch").catch(() => 0));
attempt("beacon", () => navigator.sendBeacon("{HOME}beacon"));
attempt("socket", () => new WebSocket("ws://127.0.0.1:PORT/socket"));
attempt("worker", () => new Worker("{HOME}worker.js"));
attempt("image", () => new Image().src = "{HOME}image");
attempt("form", () => {{ const form = document.createElement("form"); form.action = "{HOME}form"; document.body.append(form); form.submit(); }});
attempt("open", () => window.open("{HOME}open"));
attempt("rtc", () => {{
  const peer = new RTCPeerConnection({{iceServers: [{{urls: ["stun:127.0.0.1:PORT", "turn:127.0.0.1:PORT?transport=tcp"], username: "a", credential: "b"}}]}});
  peer.createDataChannel("x");
  peer.createOffer().then((offer) => peer.setLocalDescription(offer));
}});
attempt("frame", () => {{ const frame = document.createElement("iframe"); document.body.append(frame);
  frame.contentWindow.eval("fetch('{HOME}frame').catch(() => 0)"); }});
attempt("above", () => parent.document.title);
setTimeout(() => {{ location.href = "{HOME}location"; }}, 300);
</script>""")
with open("output/drawing.svg", "w") as out:
    out.write(f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="50" height="50">
<script>fetch("{HOME}svg-script"); parent.svgRan = true;</script><rect width="50" height="50" fill="#2456d6" onload="parent.svgRan = true"/>
<image href="{HOME}svg-image" width="9" height="9"/><style>@import "{HOME}svg-style";</style>
<foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="{HOME}svg-html"/></foreignObject></svg>""")
with open("output/notes.md", "w") as out:
    out.write(f"# Notes\\n\\n<script>parent.markdownRan = true</script> ![x]({HOME}md-image) [a link]({HOME}md-link)\\n")
with open("output/model.json", "w") as out:
    out.write('{"n": 12345678901234567890, "rates": [1.0, 1e-12]}')
with open("output/long.txt", "w") as out:
    for at in range(200000):
        out.write(f"line {at} of a text that is paged\\n")
PDF = "%PDF-1.4\\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI({})>>>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj 4 0 obj<</Length 37>>stream\\nBT /F1 18 Tf 20 40 Td (A page) Tj ET \\nendstream endobj trailer<</Root 1 0 R>>"
with open("output/document.pdf", "w") as out:
    out.write(PDF.format(HOME + "pdf"))
with open("output/estimates.ster", "wb") as out:
    out.write(b"Stata estimates\\0\\1\\2")
`;

describe.skipIf(noWindow || noEngine)('outputs in the window', () => {
  it('are shown in every format without a request or a script, and compared with the run before', async () => {
    const asked: string[] = [];
    const server = createServer((request, answer) => {
      asked.push(request.url ?? '');
      answer.end('x');
    });
    server.on('upgrade', (request) => asked.push(request.url ?? ''));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const {port} = server.address() as AddressInfo;
    const udp = createSocket('udp4', () => asked.push('udp'));
    udp.bind(port, '127.0.0.1');
    await once(udp, 'listening');

    const code = script.replaceAll('PORT', String(port));
    const dir = await writeStudy('many-outputs', {
      'project.yaml': `version: '4.0'
actions:
  make:
    run: python:v2 python analysis/make.py
    outputs:
      highly_sensitive:
${FILES.map((name, at) => `        file_${at}: output/${name}`).join('\n')}
`,
      'analysis/make.py': code,
    });
    const cli = fileURLToPath(new URL('../../dist/host/cli.cjs', import.meta.url));
    const run = () =>
      promisify(execFile)(process.execPath, [cli, 'run', 'make', '-f', '--project-dir', dir]);
    await run();
    await writeFile(join(dir, 'analysis/make.py'), code.replace('"before"', '"after"'));
    await run();

    const {page} = await launchDesk({dir});
    await waitForState(page, 'make', 'up-to-date');
    const open = async (name: string) => {
      await openOutput(page, name);
      return page.getByRole('article', {name: `output/${name}`});
    };

    // pages: still, then with their scripts
    let file = await open('page.html');
    await file.getByText(/^2 scripts? not run|^1 script not run/).waitFor();
    await file.getByText(`to 127.0.0.1:${port} blocked`, {exact: false}).waitFor();
    await page.frameLocator('iframe').getByText('Shown').waitFor();
    await page.waitForTimeout(1500);
    // no browser keeps scripts from every network
    if (!inBrowser) {
      await file.getByRole('button', {name: 'Run scripts'}).click();
      await page.frameLocator('iframe').getByText('Scripts ran').waitFor();
      await page.waitForTimeout(2500);
    }
    await file.getByRole('tab', {name: 'Text'}).click();
    await file.getByText('document.querySelector("h1").textContent', {exact: false}).waitFor();

    file = await open('drawing.svg');
    await file.getByText('50 × 50').waitFor();
    file = await open('notes.md');
    await file.getByRole('heading', {name: 'Notes', exact: true}).waitFor();
    await file.getByText('<script>parent.markdownRan = true</script>', {exact: false}).waitFor();
    file = await open('document.pdf');
    await file.getByText('1 page · 100 %').waitFor({timeout: 30_000});
    const drawn = file.getByRole('img', {name: 'Page 1'});
    await expect
      .poll(() =>
        drawn.evaluate((canvas) => {
          const {width, height} = canvas as HTMLCanvasElement;
          const dots = (canvas as HTMLCanvasElement)
            .getContext('2d')
            ?.getImageData(0, 0, width, height).data;
          return (
            dots?.some(
              (value, at) => at % 4 < 3 && dots[at - (at % 4) + 3] === 255 && value < 50,
            ) === true
          );
        }),
      )
      .toBe(true);
    file = await open('model.json');
    await file.getByText('12345678901234567890').waitFor();
    file = await open('estimates.ster');
    await file.getByText('Stata estimates·', {exact: false}).waitFor();
    file = await open('long.txt');
    await file.getByText('Page 1 of 7, about 1 MB each').waitFor();
    await file.getByRole('button', {name: 'Last page'}).click();
    await file.getByText('Page 7 of 7', {exact: false}).waitFor();
    // its line numbers come once all before it is counted
    const first = file.locator('[role=document] > div > div').first();
    await expect.poll(() => first.innerText()).toMatch(/^1\d\d,\d\d\d\s*line 1\d{5} of a text/);
    const [number = '', line = ''] = (await first.innerText()).split(/\s*line /);
    expect(Number(number.replace(',', ''))).toBe(Number(line.split(' ')[0]) + 1);

    // compared with the run before
    file = await open('table.csv');
    await file.getByRole('tab', {name: 'Compare'}).click();
    await file.getByText('3 cells changed in 3 rows', {exact: true}).waitFor();
    await file.getByRole('gridcell', {name: 'before → after'}).nth(2).waitFor();
    expect(await file.getByRole('gridcell', {name: 'before → after'}).count()).toBe(3);
    await page.getByRole('button', {name: 'What changed since the last run'}).click();
    const list = page.getByRole('article', {name: 'What changed in the results'});
    await list.getByText('No visible change: only the bytes of the files differ').waitFor();
    await list.getByText('40 pixels of 2,400 differ, 1.67 %').waitFor();
    await list.getByText('3 cells changed in 3 rows').waitFor();
    await list.getByRole('button', {name: 'moved.png'}).click();
    await page.getByRole('tab', {name: 'Difference'}).click();
    await page.getByRole('img', {name: 'Differences marked'}).waitFor();

    // by folder instead; what a file's menu offers; out of the window goes no highly sensitive one
    await page.getByRole('button', {name: 'Group and sort'}).click();
    await page.getByRole('menuitem', {name: 'By folder'}).click();
    const tree = page.getByRole('tree', {name: 'Outputs by tier'});
    await tree.getByRole('treeitem', {name: /^output.*10 files/, expanded: true}).waitFor();
    await tree.getByRole('treeitem', {name: 'notes.md'}).click({button: 'right'});
    await page.getByRole('menuitem', {name: 'Compare with an earlier version'}).click();
    await page
      .getByRole('article', {name: 'output/notes.md'})
      .getByText('Nothing changed')
      .waitFor();
    const picture = await page.evaluate(() =>
      document.createElement('canvas').toDataURL('image/png'),
    );
    const dragged = await askHost(page, 'outputs:drag', {path: 'output/notes.md', picture});
    expect(dragged).toMatchObject({
      ok: false,
      error: {message: '"output/notes.md" stays where it is: it is highly sensitive.'},
    });

    expect(asked).toEqual([]);
    expect(
      await page.evaluate(() => ['svgRan', 'markdownRan'].filter((name) => name in window)),
    ).toEqual([]);
    server.close();
    udp.close();
  });
});
