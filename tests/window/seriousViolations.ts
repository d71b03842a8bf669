import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import type {Page} from 'playwright-core';

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly {
    readonly target: readonly unknown[];
    readonly any: readonly {readonly message: string}[];
  }[];
}

/** What axe finds serious or critical, each with where and why. */
export async function seriousViolations(page: Page): Promise<readonly string[]> {
  const known = await page.evaluate(() => Reflect.has(window, 'axe'));
  const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  if (!known) await page.evaluate(await readFile(script, 'utf8'));
  const violations = await page.evaluate(async () => {
    const axe = Reflect.get(window, 'axe') as {
      run(context: Document, options: object): Promise<{violations: Violation[]}>;
    };
    // a node's spoken name begins with what is written on it, and goes on in words where it shows signs
    const rules = {'label-content-name-mismatch': {enabled: false}};
    return (await axe.run(document, {rules, resultTypes: ['violations']})).violations;
  });
  return violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .map(({id, nodes}) => `${id}: ${nodes.map(whereAndWhy).join(', ')}`);
}

function whereAndWhy({target, any}: Violation['nodes'][number]): string {
  return `${target.join(' ')} (${any.map(({message}) => message).join(' ')})`;
}
