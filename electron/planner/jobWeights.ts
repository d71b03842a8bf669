/**
 * Reads `job-resource-weights.ini` (RULES "Schedule"): below a section named after the workspace,
 * lines `regular expression = weight`; the first that matches a whole action name gives its weight,
 * 1 where none does. Lines that can't be read are passed over.
 */
export function parseJobWeights(text: string, workspace: string): (action: string) => number {
  const rules: {readonly matches: RegExp; readonly weight: number}[] = [];
  let here = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[(.*)\]\s*$/.exec(line);
    if (section !== null) {
      here = section[1] === workspace;
      continue;
    }
    const rule = here ? /^\s*([^#;=\s][^=]*?)\s*=\s*([\d.]+)\s*$/.exec(line) : null;
    const matches = wholeMatch(rule?.[1]);
    const weight = Number(rule?.[2]);
    if (matches !== null && weight > 0) rules.push({matches, weight});
  }
  return (action) => rules.find((rule) => rule.matches.test(action))?.weight ?? 1;
}

function wholeMatch(pattern: string | undefined): RegExp | null {
  if (pattern === undefined) return null;
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return null;
  }
}
