import {Component, useCallback, useState, type ErrorInfo, type ReactNode} from 'react';

/** Props of {@link ErrorBoundary}. */
export interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** What stands in place of the part that failed. */
  readonly fallback: (error: Error, retry: () => void) => ReactNode;
  readonly onError?: (error: Error, info: ErrorInfo) => void;
}

/** Keeps a fault in one part of the window from taking the rest with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, {readonly error: Error | null}> {
  override state: {readonly error: Error | null} = {error: null};

  static getDerivedStateFromError(error: unknown): {readonly error: Error} {
    return {error: error instanceof Error ? error : new Error(String(error))};
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    this.props.onError?.(error, info);
  }

  override render(): ReactNode {
    const {error} = this.state;
    return error === null
      ? this.props.children
      : this.props.fallback(error, () => this.setState({error: null}));
  }
}

/**
 * Hands a fault that happened outside of drawing a component (in a frame, in a worker) to the boundary
 * around the graph, which says so and offers to try again.
 */
export function useFault(): (fault: unknown) => void {
  const [, setState] = useState(null);
  return useCallback(
    (fault: unknown) =>
      setState(() => {
        throw fault;
      }),
    [],
  );
}
