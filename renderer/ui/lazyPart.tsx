import {useEffect, useState, type ComponentType} from 'react';

/**
 * A component of a module that is read when it is first shown; until then nothing is. React's own `lazy` would hold it back for
 * 300 ms, however soon it is there.
 */
export function lazyPart<Name extends string, Props extends object>(
  load: () => Promise<Readonly<Record<Name, ComponentType<Props>>>>,
  name: Name,
): ComponentType<Props> {
  const read: {part: ComponentType<Props> | null} = {part: null};
  return function LazyPart(props) {
    const [found, setFound] = useState<{part: ComponentType<Props> | null} | {fault: unknown}>({
      part: read.part,
    });
    useEffect(() => {
      if (read.part !== null) return;
      load().then(
        (module) => {
          read.part = module[name];
          setFound({part: read.part});
        },
        (fault: unknown) => setFound({fault}),
      );
    }, []);
    if ('fault' in found) throw found.fault;
    return found.part === null ? null : <found.part {...props} />;
  };
}
