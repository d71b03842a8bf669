import {Fragment} from 'react';

/** A message with its `quoted` parts as code. */
export function OutOfDateWords({message}: {readonly message: string}) {
  return message
    .split('`')
    .map((part, index) =>
      index % 2 === 1 ? <code key={index}>{part}</code> : <Fragment key={index}>{part}</Fragment>,
    );
}
