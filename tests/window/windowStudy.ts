import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const made: string[] = [];
let studies: Promise<string> | null = null;

/** The folder that holds all studies of these tests. */
export function studiesFolder(): Promise<string> {
  studies ??= mkdtemp(join(tmpdir(), 'study-desk-window-'));
  return studies;
}

/** Removes what was made for a test; for after the windows that still write there are closed. */
export async function removeStudies(): Promise<void> {
  const options = {recursive: true, force: true, maxRetries: 5} as const;
  await Promise.all(made.splice(0).map((dir) => rm(dir, options)));
}

/** A new temporary folder; removed after the test. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(await studiesFolder(), 'study-'));
  made.push(folder);
  return folder;
}

/** A copy of the sample study; removed after the test. */
export async function sampleStudy(): Promise<string> {
  const dir = join(await emptyFolder(), 'asthma-reviews');
  const sample = fileURLToPath(new URL('../../electron/sample/study', import.meta.url));
  await cp(sample, dir, {recursive: true});
  return dir;
}

/** Writes a study with these files into a temporary folder of this name; removed after the test. */
export async function writeStudy(
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const dir = join(await emptyFolder(), name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), {recursive: true});
    await writeFile(join(dir, path), text);
  }
  return dir;
}

/** One action of project.yaml: what it runs, needs and writes (tier to pattern). */
interface ActionText {
  readonly run: string;
  readonly needs?: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** project.yaml of these actions. */
export function projectText(actions: Readonly<Record<string, ActionText>>): string {
  const lines = ["version: '4.0'", 'actions:'];
  for (const [name, {run, needs = [], outputs}] of Object.entries(actions)) {
    lines.push(`  ${name}:`, `    run: ${run}`);
    if (needs.length > 0) lines.push(`    needs: [${needs.join(', ')}]`);
    lines.push('    outputs:');
    Object.entries(outputs).forEach(([tier, pattern], index) =>
      lines.push(`      ${tier}:`, `        file_${index + 1}: ${pattern}`),
    );
  }
  return `${lines.join('\n')}\n`;
}

const cohort = `import csv
import os
import time

os.makedirs("output", exist_ok=True)
print("Reading patients", flush=True)
time.sleep(1.5)
with open("output/cohort.csv", "w", newline="") as file:
    rows = csv.writer(file)
    rows.writerow(["patient_id", "age", "region"])
    for number in range(1, 201):
        rows.writerow([number, 20 + number % 60, ["North", "South", "East"][number % 3]])
print("Wrote 200 rows", flush=True)
`;

const table = `import csv
from collections import Counter

with open("output/cohort.csv") as file:
    regions = Counter(row["region"] for row in csv.DictReader(file))
with open("output/table.csv", "w", newline="") as file:
    rows = csv.writer(file)
    rows.writerow(["region", "count"])
    for region, count in sorted(regions.items()):
        rows.writerow([region, count // 10 * 10])
print("Counted", len(regions), "regions")
`;

const figure = `import struct
import zlib

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

width, height = 64, 48
rows = b"".join(b"\\0" + bytes([36, 86, 214] * width) for _ in range(height))
with open("output/figure.png", "wb") as file:
    file.write(b"\\x89PNG\\r\\n\\x1a\\n")
    file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
    file.write(chunk(b"IDAT", zlib.compress(rows)))
    file.write(chunk(b"IEND", b""))
`;

/** A diamond over all three tiers: a cohort, a table and a figure from it, a report from both. */
export const diamond: Readonly<Record<string, string>> = {
  'project.yaml': projectText({
    make_cohort: {
      run: 'python:v2 python analysis/make_cohort.py',
      outputs: {highly_sensitive: 'output/cohort.csv'},
    },
    count_regions: {
      run: 'python:v2 python analysis/count_regions.py',
      needs: ['make_cohort'],
      outputs: {moderately_sensitive: 'output/table.csv'},
    },
    draw_regions: {
      run: 'python:v2 python analysis/draw_regions.py',
      needs: ['make_cohort'],
      outputs: {moderately_sensitive: 'output/figure.png'},
    },
    write_report: {
      run: 'python:v2 cp output/table.csv output/report.txt',
      needs: ['count_regions', 'draw_regions'],
      outputs: {minimally_sensitive: 'output/report.txt'},
    },
  }),
  'analysis/make_cohort.py': cohort,
  'analysis/count_regions.py': table,
  'analysis/draw_regions.py': figure,
};

/** The same with Python alone, so that it runs on this computer's own, without a wait to be watched. */
export const diamondWithoutEngine: Readonly<Record<string, string>> = {
  ...diamond,
  'project.yaml': (diamond['project.yaml'] ?? '').replace(
    'cp output/table.csv output/report.txt',
    'python analysis/write_report.py',
  ),
  'analysis/make_cohort.py': cohort.replace('time.sleep(1.5)\n', ''),
  'analysis/write_report.py':
    'import shutil\nshutil.copy("output/table.csv", "output/report.txt")\n',
};

/** One action that would take minutes, and one that fails with a word about why. */
export const trouble: Readonly<Record<string, string>> = {
  'project.yaml': projectText({
    wait_long: {
      run: 'python:v2 python analysis/wait_long.py',
      outputs: {moderately_sensitive: 'output/never.csv'},
    },
    stop_short: {
      run: 'python:v2 python analysis/stop_short.py',
      outputs: {moderately_sensitive: 'output/missing.csv'},
    },
  }),
  'analysis/wait_long.py': `import time

for second in range(600):
    print("waiting", second, flush=True)
    time.sleep(1)
`,
  'analysis/stop_short.py': `import sys

print("The column age_group is missing", file=sys.stderr)
sys.exit(3)
`,
};
