import {StateEffect, StateField, type Extension} from '@codemirror/state';
import {Decoration, EditorView, WidgetType, type DecorationSet} from '@codemirror/view';

/** What a line showed when its definition was tried. */
export interface ShownMark {
  /** From 1. */
  readonly line: number;
  /** What it says: "6 rows". */
  readonly words: string;
  /** A newer try is under way. */
  readonly old: boolean;
}

const shownAnew = StateEffect.define<readonly ShownMark[]>();

class ShownWidget extends WidgetType {
  constructor(
    private readonly mark: ShownMark,
    private readonly see: (line: number) => void,
  ) {
    super();
  }

  override eq({mark}: ShownWidget): boolean {
    const {line, words, old} = this.mark;
    return mark.line === line && mark.words === words && mark.old === old;
  }

  override toDOM(): HTMLElement {
    const {line, words, old} = this.mark;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'cm-shown';
    button.dataset['old'] = String(old);
    button.dataset['tip'] = 'Shows the table in the panel below';
    button.textContent = words;
    button.setAttribute('aria-label', `${words} shown by line ${line}: see the table`);
    // the cursor stays where it is
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => this.see(line));
    return button;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** Marks behind the lines that showed something; `see` gets the line of the one that is pressed, as it was tried. */
export function shownMarks(see: (line: number) => void): Extension {
  const field = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(before, {effects, changes, state: {doc}}) {
      const anew = effects.find((effect) => effect.is(shownAnew));
      if (anew === undefined) return before.map(changes);
      const marks = anew.value.filter(({line}) => line >= 1 && line <= doc.lines);
      return Decoration.set(
        marks.map((mark) =>
          Decoration.widget({widget: new ShownWidget(mark, see), side: 1}).range(
            doc.line(mark.line).to,
          ),
        ),
        true,
      );
    },
    provide: (own) => EditorView.decorations.from(own),
  });
  return field;
}

/** Shows these marks in place of those before; they move with the text. */
export function showShown(view: EditorView, marks: readonly ShownMark[]): void {
  view.dispatch({effects: shownAnew.of(marks)});
}
