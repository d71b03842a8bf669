import styles from './Bridge.module.css';

let shown: HTMLElement | null = null;

/** Says something of the link to the host above the window, which stays as it is; null takes it away. */
export function showNotice(words: string | null, reload: string | null = null): void {
  shown?.remove();
  shown = null;
  if (words === null) return;
  shown = document.createElement('div');
  shown.className = styles['notice'] ?? '';
  shown.setAttribute('role', 'status');
  shown.append(words);
  if (reload !== null) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = reload;
    button.onclick = () => location.reload();
    shown.append(button);
  }
  document.body.append(shown);
}
