import type {FolderListing, Question} from '../../shared/contract/webMessages';
import type {AppError} from '../../shared/errors';
import {assertNever, type Result} from '../../shared/result';
import styles from './Bridge.module.css';

type Value = string | boolean | null;
type ListFolder = (dir: string, files: boolean) => Promise<Result<FolderListing, AppError>>;

/** Does what the host asks of the page, or asks its user; null where they change their mind. */
export async function answerQuestion(question: Question, listFolder: ListFolder): Promise<Value> {
  switch (question.kind) {
    case 'copy':
      return copy(question.text);
    case 'download':
      saveAs(new URL(question.address, document.baseURI).href, question.name);
      return true;
    case 'open':
      return open(question.address);
    case 'may-notify':
      if ('Notification' in window && Notification.permission === 'default')
        await Notification.requestPermission();
      return null;
    case 'notify':
      return notify(question.title, question.body);
    case 'confirm':
      return dialog(question.title, (body, done) => {
        body.append(paragraph(question.text));
        return [button('Cancel', () => done(false)), primary(question.button, () => done(true))];
      });
    case 'choose':
      return choose(question, listFolder);
    default:
      return assertNever(question);
  }
}

function notify(title: string, body: string): null {
  const may = 'Notification' in window && Notification.permission === 'granted';
  if (!may || document.hasFocus()) return null;
  // the tag lets several tabs of a study notify once
  const notification = new Notification(title, {body, tag: body});
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
  return null;
}

/** Has the browser save what an address leads to. */
export function saveAs(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}

async function copy(text: string): Promise<Value> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return dialog('Copy this text', (body, done) => {
      const area = document.createElement('textarea');
      area.className = styles['text'] ?? '';
      area.readOnly = true;
      area.value = text;
      area.setAttribute('aria-label', 'Text to copy');
      body.append(
        paragraph('The browser did not let it be copied: select and copy it here.'),
        area,
      );
      return [button('Close', () => done(null))];
    });
  }
}

async function open(address: string): Promise<Value> {
  const opened = window.open(address, '_blank');
  if (opened !== null) {
    opened.opener = null;
    return true;
  }
  return dialog('Open in another tab', (body, done) => {
    body.append(paragraph('The browser did not open it by itself.'));
    const link = document.createElement('a');
    link.href = address;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.textContent = 'Open';
    link.onclick = () => done(true);
    return [button('Cancel', () => done(null)), link];
  });
}

/** A folder or file at or below where the host lets one look. */
function choose(
  {title, button: words, start, endings}: Extract<Question, {kind: 'choose'}>,
  listFolder: ListFolder,
): Promise<Value> {
  return dialog(title, (body, done) => {
    let here = start;
    const place = paragraph('');
    const list = document.createElement('ul');
    list.className = styles['list'] ?? '';
    const chooses = primary(words, () => done(here));
    chooses.hidden = endings !== null;
    let asked = start;
    const show = async (dir: string): Promise<void> => {
      // what was chosen is not known to be there until it is listed, which takes its time far away
      chooses.disabled = true;
      asked = dir;
      const listed = await listFolder(dir, endings !== null);
      if (asked !== dir) return;
      chooses.disabled = !listed.ok;
      if (!listed.ok) {
        place.textContent = `${listed.error.message} ${listed.error.why ?? ''}`;
        return;
      }
      const {parent, entries, more} = listed.value;
      here = listed.value.dir;
      place.textContent = here;
      const rows = entries
        .filter(
          ({name, kind}) => kind !== 'file' || (endings ?? []).some((end) => name.endsWith(end)),
        )
        .map(({name, kind}) => {
          const path = `${here === '/' ? '' : here}/${name}`;
          const label = kind === 'study' ? `${name} (study)` : name;
          return button(label, () => (kind === 'file' ? done(path) : void show(path)));
        });
      const up = parent === null ? [] : [button('Up', () => void show(parent))];
      list.replaceChildren(...[...up, ...rows].map(item));
      if (more > 0) list.append(item(document.createTextNode(`and ${more} more`)));
      list.querySelector('button')?.focus();
    };
    body.append(place, list);
    void show(start);
    return [button('Cancel', () => done(null)), chooses];
  });
}

/** A dialog of the browser's own; `fill` gives its buttons. Escape answers null. */
function dialog(
  title: string,
  fill: (body: HTMLElement, done: (value: Value) => void) => readonly HTMLElement[],
): Promise<Value> {
  return new Promise((resolve) => {
    const element = document.createElement('dialog');
    element.className = styles['dialog'] ?? '';
    element.setAttribute('aria-label', title);
    // keys pressed in a dialog are its own
    element.onkeydown = (event) => event.stopPropagation();
    const done = (value: Value): void => {
      element.close();
      element.remove();
      resolve(value);
    };
    element.oncancel = (event) => {
      event.preventDefault();
      done(null);
    };
    const heading = document.createElement('h2');
    heading.textContent = title;
    const body = document.createElement('div');
    const footer = document.createElement('div');
    footer.className = styles['footer'] ?? '';
    footer.append(...fill(body, done));
    element.append(heading, body, footer);
    document.body.append(element);
    element.showModal();
  });
}

function button(words: string, act: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = words;
  made.onclick = act;
  return made;
}

function primary(words: string, act: () => void): HTMLButtonElement {
  const made = button(words, act);
  made.className = styles['primary'] ?? '';
  return made;
}

function paragraph(words: string): HTMLParagraphElement {
  const made = document.createElement('p');
  made.textContent = words;
  return made;
}

function item(content: Node): HTMLLIElement {
  const made = document.createElement('li');
  made.append(content);
  return made;
}
