/** The files of a new study, by path: two actions that run on any `python:v2`, and what keeps outputs out of git. */
export function templateFiles(name: string): Readonly<Record<string, string>> {
  return {
    'README.md': `# ${name}

What this study is about.

| folder | what it holds |
|---|---|
| \`analysis/\` | scripts, each run by an action of \`project.yaml\` |
| \`codelists/\` | codelists, as they were downloaded |
| \`output/\` | what the actions write; not part of the repository |

Run it with \`study-desk run run_all\`, and look whether it would run on the server with \`study-desk ready\`.
`,
    'project.yaml': `version: 5

actions:
  # invented patients, to begin with
  make_patients:
    run: python:v2 python analysis/make_patients.py
    outputs:
      highly_sensitive:
        patients: output/patients.csv

  count_patients:
    run: python:v2 python analysis/count_patients.py
    needs: [make_patients]
    outputs:
      moderately_sensitive:
        counts: output/tables/counts.csv
`,
    '.gitignore': `# outputs and the record of runs stay on this computer
/output/*
/metadata/*
__pycache__/
`,
    'analysis/make_patients.py': `"""Writes invented patients, the same ones each time."""

import csv
import os
import random

random.seed(1)
os.makedirs("output", exist_ok=True)

with open("output/patients.csv", "w", newline="") as target:
    writer = csv.writer(target)
    writer.writerow(["patient_id", "region", "age"])
    for patient in range(1, 201):
        region = random.choice(["East", "North", "South", "West"])
        writer.writerow([patient, region, random.randint(18, 90)])
`,
    'analysis/count_patients.py': `"""Counts patients by region, rounded to the nearest 5."""

import collections
import csv
import os

os.makedirs("output/tables", exist_ok=True)

with open("output/patients.csv", newline="") as source:
    counts = collections.Counter(row["region"] for row in csv.DictReader(source))

with open("output/tables/counts.csv", "w", newline="") as target:
    writer = csv.writer(target)
    writer.writerow(["region", "patients"])
    for region, count in sorted(counts.items()):
        writer.writerow([region, 5 * round(count / 5)])
`,
  };
}
