import {Fragment} from 'react';

/** A sentence in which parts between backticks are code. */
export function CodeText({text}: {readonly text: string}) {
  return text
    .split('`')
    .map((part, index) =>
      index % 2 === 1 ? <code key={index}>{part}</code> : <Fragment key={index}>{part}</Fragment>,
    );
}
