import type {ButtonHTMLAttributes, ReactNode, Ref} from 'react';
import {joinClasses} from './joinClasses';
import styles from './Button.module.css';

/** A button that says what happens; `tip` explains it, `keys` names its key in the tooltip. */
export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'default' | 'primary' | 'quiet' | 'link';
  readonly icon?: ReactNode;
  readonly tip?: string | undefined;
  readonly keys?: string | undefined;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A push button; one with an icon alone needs an `aria-label`. */
export function Button({
  look = 'default',
  icon,
  tip,
  keys,
  className,
  children,
  ...rest
}: ButtonProps) {
  const iconOnly = children === undefined;
  return (
    <button
      type="button"
      data-tip={tip ?? (iconOnly ? rest['aria-label'] : undefined)}
      data-keys={keys}
      {...rest}
      className={joinClasses(
        styles.button,
        styles[look],
        iconOnly ? styles.iconOnly : undefined,
        className,
      )}
    >
      {icon}
      {children}
    </button>
  );
}

/** A quiet button with an icon alone; `label` is its name and, where `tip` says no more, its tooltip. */
export function IconButton({
  label,
  ...rest
}: Omit<ButtonProps, 'aria-label'> & {readonly label: string}) {
  return <Button look="quiet" aria-label={label} {...rest} />;
}
