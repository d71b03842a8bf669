/** What a CSV file holds, as far as the level 4 rules ask. */
export interface CsvShape {
  readonly header: readonly string[];
  /** Rows after the header; blank lines are not counted. */
  readonly rows: number;
}

/**
 * Counts rows as Python's `csv` module does with its default dialect: a quote is special only at
 * the start of a cell, line ends inside quotes are data, and CR, LF and CRLF end a row alike.
 */
export function createCsvScan() {
  const header: string[] = [];
  let cell = '';
  let inHeader = true;
  let rows = 0;
  let rowHasText = false;
  let place: 'start' | 'plain' | 'quoted' | 'quote' = 'start';
  let afterReturn = false;

  const endRow = () => {
    if (inHeader) {
      if (rowHasText) header.push(cell);
      inHeader = false;
    } else if (rowHasText) {
      rows += 1;
    }
    cell = '';
    rowHasText = false;
    place = 'start';
  };

  const plain = (character: string) => {
    if (character === '\n' || character === '\r') {
      endRow();
      return;
    }
    rowHasText = true;
    if (character === ',') {
      if (inHeader) header.push(cell);
      cell = '';
      place = 'start';
    } else {
      if (inHeader) cell += character;
      place = 'plain';
    }
  };

  return {
    push(text: string): void {
      for (const character of text) {
        const secondHalf = afterReturn && character === '\n';
        afterReturn = character === '\r';
        if (secondHalf) continue;
        if (place === 'quoted') {
          if (character === '"') place = 'quote';
          else if (inHeader) cell += character;
        } else if (place === 'quote' && character === '"') {
          if (inHeader) cell += character;
          place = 'quoted';
        } else if (place === 'start' && character === '"') {
          rowHasText = true;
          place = 'quoted';
        } else {
          plain(character);
        }
      }
    },
    end(): CsvShape {
      if (rowHasText || place === 'quoted') endRow();
      return {header, rows};
    },
  };
}
