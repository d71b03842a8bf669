import type {ReactNode} from 'react';
import {appError} from '../../shared/errors';
import {ask} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {Button} from '../ui/Button';
import {ErrorBoundary} from '../ui/ErrorBoundary';
import {EmptyState} from '../ui/Section';

/** Keeps a fault of one part of the window to that part: says which, and offers to try again. */
export function PartFault({part, children}: {readonly part: string; readonly children: ReactNode}) {
  const desk = useDesk();
  return (
    <ErrorBoundary
      fallback={(fault, retry) => (
        <div role="alert">
          <EmptyState
            title={`${part} can’t be shown`}
            action={
              <span>
                <Button onClick={retry}>Try again</Button>{' '}
                <Button
                  onClick={() =>
                    void ask(desk, 'app:copyReport', {
                      error: appError('bug', `${part} can’t be shown.`, {
                        detail: fault.stack ?? fault.message,
                      }),
                    })
                  }
                >
                  Copy report
                </Button>
              </span>
            }
          >
            A bug in Study Desk stopped this part. Everything else still works, including runs.
          </EmptyState>
        </div>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
