const INDENT = '  ';

/** A string, a number or a word of JSON; the text must be valid. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Valid JSON with one entry a line; numbers and strings stay letter for letter, which parsing would not keep. */
export function layOutJson(json: string): string {
  const tokens = json.match(TOKEN) ?? [];
  const pieces: string[] = [];
  let depth = 0;
  const newLine = (): void => {
    pieces.push('\n', INDENT.repeat(depth));
  };
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    if (token === '}' || token === ']') {
      depth -= 1;
      if (before !== '{' && before !== '[') newLine();
    } else if (before === '{' || before === '[' || before === ',') {
      newLine();
    }
    if (token === '{' || token === '[') depth += 1;
    pieces.push(token === ':' ? ': ' : token);
  });
  return pieces.join('');
}
