import type {ReleaseDraft} from './release';

/** A draft as Markdown, to be read and pasted. */
export function draftText({study, createdAt, rulesVersion, groups, leftOut}: ReleaseDraft): string {
  const parts = groups.map(
    ({name, files, context, controls}) =>
      `## ${name}\n\n${files.map(({path, use}) => `- ${path}${use === 'supporting' ? ' (supporting)' : ''}`).join('\n')}\n\n### Context\n\n${context}\n\n### Controls\n\n${controls}\n`,
  );
  const left =
    leftOut.length === 0
      ? []
      : [
          `## Not requested\n\n${leftOut.map(({path, reason}) => `- ${path}: ${reason}`).join('\n')}\n`,
        ];
  return [
    `# Release draft of ${study}\n\nDraft of ${createdAt.slice(0, 10)}, checked by the rules of ${rulesVersion}. Counts are of dummy data. Replace the text in [brackets]. Output checkers decide what may be released.\n`,
    ...(groups.length === 0 ? ['There is nothing to request yet.\n'] : parts),
    ...left,
  ].join('\n');
}
