import {ChevronLeft, ChevronRight} from 'lucide-react';
import {useState} from 'react';
import {formatCount} from '../../../shared/format';
import type {TextPage} from '../../../shared/output';
import {ok} from '../../../shared/result';
import {ErrorBox} from '../../errors/ErrorWords';
import {useAnswer} from '../../state/ask';
import {Button, IconButton} from '../../ui/Button';
import {EmptyState} from '../../ui/Section';
import {TextLines} from '../TextLines';
import styles from '../OutputViewer.module.css';
import {GoTo} from './TableTools';

/** A text of any size, page by page; `first` is its first page where that is here already. */
export function TextViewer({path, first}: {readonly path: string; readonly first?: TextPage}) {
  const [page, setPage] = useState(0);
  const isHere = page === 0 && first !== undefined;
  const [read] = useAnswer('outputs:textPage', isHere ? null : {path, page});
  const answer = first !== undefined && (isHere || read === null) ? ok(first) : read;
  const shown = answer?.ok === true ? answer.value.page : 0;
  // all before the page is read for its line numbers, so that comes behind its text
  const [before, age] = useAnswer('outputs:linesBefore', shown === 0 ? null : {path, page: shown});

  if (answer === null) return <EmptyState title="Reading…" />;
  if (!answer.ok) return <ErrorBox error={answer.error} />;
  const {text, isLast} = answer.value;
  const isOne = shown === 0 && isLast;
  const firstLine = shown === 0 ? 0 : age === 'new' && before?.ok === true ? before.value : null;
  return (
    <>
      {!isOne && <Pager page={answer.value} onPage={setPage} />}
      {text === '' && isOne ? (
        <EmptyState title="This file is empty" />
      ) : (
        <TextLines key={shown} text={text} label={path} firstLine={firstLine} />
      )}
    </>
  );
}

/** Where in a long text the reader is, and the ways on. */
function Pager({page, onPage}: {readonly page: TextPage; readonly onPage: (page: number) => void}) {
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
          <GoTo
            label="Go to page"
            onGoTo={(wanted) => onPage(Math.max(0, Math.min(pages - 1, wanted - 1)))}
          />
          <Button look="link" disabled={isLast} onClick={() => onPage(pages - 1)}>
            Last page
          </Button>
        </>
      )}
    </div>
  );
}
