import {ChevronLeft, ChevronRight} from 'lucide-react';
import {useEffect, useState} from 'react';
import type {AppError} from '../../../shared/errors';
import {formatCount} from '../../../shared/format';
import type {TextPage} from '../../../shared/output';
import type {Result} from '../../../shared/result';
import {ErrorBox} from '../../errors/ErrorWords';
import {useDesk} from '../../state/deskStore';
import {Button, IconButton} from '../../ui/Button';
import {EmptyState} from '../../ui/Section';
import {TextLines} from '../TextLines';
import styles from '../OutputViewer.module.css';

/** A text of any size, page by page; `first` is its first page where that is here already. */
export function TextViewer({path, first}: {readonly path: string; readonly first?: TextPage}) {
  const {host} = useDesk();
  const [page, setPage] = useState(0);
  const [answer, setAnswer] = useState<Result<TextPage, AppError> | null>(
    first === undefined ? null : {ok: true, value: first},
  );
  const [before, setBefore] = useState<{readonly page: number; readonly lines: number} | null>(
    null,
  );
  const shown = answer?.ok === true ? answer.value.page : null;

  useEffect(() => {
    if (shown === page) return undefined;
    let current = true;
    void host.request('outputs:textPage', {path, page}).then((read) => {
      if (current) setAnswer(read);
    });
    return () => {
      current = false;
    };
  }, [host, path, page, shown]);

  // all before the page is read for its line numbers, so that comes behind its text
  useEffect(() => {
    if (shown === null || shown === 0) return undefined;
    let current = true;
    void host.request('outputs:linesBefore', {path, page: shown}).then((read) => {
      if (current && read.ok) setBefore({page: shown, lines: read.value});
    });
    return () => {
      current = false;
    };
  }, [host, path, shown]);

  if (answer === null) return <EmptyState title="Reading…" />;
  if (!answer.ok) return <ErrorBox error={answer.error} />;
  const {text, isLast} = answer.value;
  const isOne = answer.value.page === 0 && isLast;
  const firstLine =
    answer.value.page === 0 ? 0 : before?.page === answer.value.page ? before.lines : null;
  return (
    <>
      {!isOne && <Pager page={answer.value} onPage={setPage} />}
      {text === '' && isOne ? (
        <EmptyState title="This file is empty" />
      ) : (
        <TextLines key={answer.value.page} text={text} label={path} firstLine={firstLine} />
      )}
    </>
  );
}

/** Where in a long text the reader is, and the ways on. */
function Pager({page, onPage}: {readonly page: TextPage; readonly onPage: (page: number) => void}) {
  const [wanted, setWanted] = useState('');
  const {pages, isLast} = page;
  return (
    <div className={styles.note}>
      <span role="status">
        Page {formatCount(page.page + 1)}
        {pages !== null && ` of ${formatCount(pages)}`}, about 1 MB each
      </span>
      <IconButton
        icon={<ChevronLeft />}
        label="Previous page"
        disabled={page.page === 0}
        onClick={() => onPage(page.page - 1)}
      />
      <IconButton
        icon={<ChevronRight />}
        label="Next page"
        disabled={isLast}
        onClick={() => onPage(page.page + 1)}
      />
      {pages !== null && (
        <>
          <input
            type="text"
            inputMode="numeric"
            className={styles.goTo}
            aria-label="Go to page"
            placeholder="Go to page"
            value={wanted}
            onChange={(event) => setWanted(event.target.value.replace(/\D/g, ''))}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || wanted === '') return;
              onPage(Math.max(0, Math.min(pages - 1, Number(wanted) - 1)));
            }}
          />
          <Button look="link" disabled={isLast} onClick={() => onPage(pages - 1)}>
            Last page
          </Button>
        </>
      )}
    </div>
  );
}
