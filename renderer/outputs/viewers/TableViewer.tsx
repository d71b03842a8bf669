import {useEffect, useState} from 'react';
import type {TableSchema} from '../../../shared/table';
import {ErrorBox} from '../../errors/ErrorWords';
import type {Answer} from '../../state/ask';
import {useDesk} from '../../state/deskStore';
import {EmptyState} from '../../ui/Section';
import {TableGrid} from './TableGrid';

/** A table file of any size: its first rows at once, all others as they come into view. */
export function TableViewer({path}: {readonly path: string}) {
  const {host} = useDesk();
  const [schema, setSchema] = useState<Answer<TableSchema>>(null);
  useEffect(() => {
    let current = true;
    const look = async (whole: boolean): Promise<boolean> => {
      const answer = await host.request('outputs:tableSchema', {path, whole});
      if (current) setSchema(answer);
      return current && answer.ok && !answer.value.complete;
    };
    void look(false).then((goesOn) => (goesOn ? look(true) : false));
    return () => {
      current = false;
      void host.request('outputs:closeTable', {path});
    };
  }, [host, path]);

  if (schema === null) return <EmptyState title="Reading…" />;
  if (!schema.ok) return <ErrorBox error={schema.error} />;
  return <TableGrid path={path} schema={schema.value} />;
}
