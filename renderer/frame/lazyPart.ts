import {lazy, type ComponentType} from 'react';

/** A component of a module that is read when it is first shown. */
export const lazyPart = <Name extends string, Props>(
  load: () => Promise<Readonly<Record<Name, ComponentType<Props>>>>,
  name: Name,
) => lazy(async () => ({default: (await load())[name]}));
