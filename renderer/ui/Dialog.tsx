import {useEffect, useId, useRef, type ReactNode} from 'react';
import {Button, type ButtonProps} from './Button';
import styles from './Dialog.module.css';

/** Props of {@link Dialog}; `footer` holds its buttons, the one that acts last. */
export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  /** `page` fills the window but for its edges. */
  readonly width?: 'narrow' | 'wide' | 'page';
}

/** A modal dialog on the browser's own <dialog>: focus stays inside, Escape and the backdrop close it. */
export function Dialog({title, onClose, children, footer, width = 'narrow'}: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const titleId = useId();

  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element !== null && !element.open) element.showModal();
    // showModal would put the keyboard on the first button, which is Close
    (element?.querySelector<HTMLElement>('[data-autofocus]') ?? frame.current)?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      className={styles.dialog}
      data-width={width}
      // keys pressed in a dialog are its own: "r" must not plan a run behind it
      onKeyDown={(event) => event.stopPropagation()}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div ref={frame} tabIndex={-1} className={styles.frame}>
        <header className={styles.header}>
          <h2 id={titleId}>{title}</h2>
          <button type="button" aria-label="Close" className={styles.close} onClick={onClose}>
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <path d="M4 4l8 8M12 4l-8 8" stroke="currentColor" strokeWidth="1.5" />
            </svg>
          </button>
        </header>
        <div className={styles.body}>{children}</div>
        {footer !== undefined && <footer className={styles.footer}>{footer}</footer>}
      </div>
    </dialog>
  );
}

/** A dialog that offers one thing to do, and to leave it; `button` is what else that button has. */
export function AskDialog(
  props: Omit<DialogProps, 'footer'> & {
    readonly cancel?: string;
    readonly act: string;
    readonly onAct: () => void;
    readonly button?: Partial<ButtonProps> & {readonly 'data-autofocus'?: boolean};
  },
) {
  const {cancel = 'Cancel', act, onAct, button, ...dialog} = props;
  const footer = (
    <>
      <Button onClick={dialog.onClose}>{cancel}</Button>
      <Button look="primary" onClick={onAct} {...button}>
        {act}
      </Button>
    </>
  );
  return <Dialog {...dialog} footer={footer} />;
}
