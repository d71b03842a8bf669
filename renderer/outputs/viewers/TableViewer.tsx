import {useEffect, useState} from 'react';
import type {AppError} from '../../../shared/errors';
import type {TableSchema} from '../../../shared/table';
import {ErrorBox} from '../../errors/ErrorWords';
import {useDesk} from '../../state/deskStore';
import {EmptyState} from '../../ui/Section';
import {TableGrid} from './TableGrid';

type Reading =
  | {readonly kind: 'reading'}
  | {readonly kind: 'failed'; readonly error: AppError}
  | {readonly kind: 'read'; readonly schema: TableSchema};

/** A table file of any size: its first rows at once, all others as they come into view. */
export function TableViewer({path}: {readonly path: string}) {
  const {host} = useDesk();
  const [reading, setReading] = useState<Reading>({kind: 'reading'});
  useEffect(() => {
    let current = true;
    const look = async (whole: boolean): Promise<boolean> => {
      const answer = await host.request('outputs:tableSchema', {path, whole});
      if (current)
        setReading(
          answer.ok ? {kind: 'read', schema: answer.value} : {kind: 'failed', error: answer.error},
        );
      return current && answer.ok && !answer.value.complete;
    };
    void look(false).then((goesOn) => (goesOn ? look(true) : false));
    return () => {
      current = false;
      void host.request('outputs:closeTable', {path});
    };
  }, [host, path]);

  switch (reading.kind) {
    case 'reading':
      return <EmptyState title="Reading…" />;
    case 'failed':
      return <ErrorBox error={reading.error} />;
    case 'read':
      return <TableGrid path={path} schema={reading.schema} />;
  }
}
