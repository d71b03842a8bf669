import {Lexer, type MarkedToken, type Token, type Tokens} from 'marked';
import {useMemo, type ReactNode} from 'react';
import {visibleText} from '../../../shared/visibleText';
import own from './Viewers.module.css';
import type {ViewerProps} from './viewerProps';

/** Markdown, drawn from its parts: HTML in it stays text, nothing is fetched, links say where they lead and lead nowhere. */
export function MarkdownViewer({content, path}: ViewerProps<'markdown'>) {
  const tokens = useMemo(() => new Lexer({gfm: true}).lex(content.text), [content.text]);
  return (
    <div className={own.markdown} tabIndex={0} role="document" aria-label={path}>
      <Parts tokens={tokens} />
    </div>
  );
}

function Parts({tokens}: {readonly tokens: readonly Token[] | undefined}): ReactNode {
  // of extensions, for which the type of the package leaves room, we have none
  return (tokens ?? []).map((token, at) => <Part key={at} token={token as MarkedToken} />);
}

const HEADINGS = ['h3', 'h4', 'h5', 'h6', 'h6', 'h6'] as const;

function Part({token}: {readonly token: MarkedToken}): ReactNode {
  switch (token.type) {
    case 'heading': {
      // the window's own headings stand above those of a file
      const Heading = HEADINGS[token.depth - 1] ?? 'h6';
      return (
        <Heading data-depth={token.depth}>
          <Parts tokens={token.tokens} />
        </Heading>
      );
    }
    case 'paragraph':
    case 'blockquote':
    case 'strong':
    case 'em':
    case 'del': {
      const Element = token.type === 'paragraph' ? 'p' : token.type;
      return (
        <Element>
          <Parts tokens={token.tokens} />
        </Element>
      );
    }
    case 'list': {
      const items = token.items.map((item, at) => (
        <li key={at}>
          <Parts tokens={item.tokens} />
        </li>
      ));
      return token.ordered ? (
        <ol start={token.start === '' ? 1 : token.start}>{items}</ol>
      ) : (
        <ul>{items}</ul>
      );
    }
    case 'checkbox':
      return <input type="checkbox" checked={token.checked} readOnly disabled />;
    case 'code':
      return <pre>{visibleText(token.text)}</pre>;
    case 'table':
      return <MarkdownTable table={token} />;
    case 'hr':
      return <hr />;
    case 'codespan':
      return <code>{visibleText(token.text)}</code>;
    case 'br':
      return <br />;
    case 'link':
      return (
        <span className={own.markdownLink} data-tip={visibleText(token.href)}>
          <Parts tokens={token.tokens} />
        </span>
      );
    case 'image':
      return (
        <span className={own.markdownImage}>
          picture: {visibleText(token.text === '' ? token.href : token.text)}
        </span>
      );
    case 'text':
      return token.tokens === undefined ? visibleText(token.text) : <Parts tokens={token.tokens} />;
    case 'escape':
      return visibleText(token.text);
    case 'space':
    case 'def':
      return null;
    case 'html':
      return 'block' in token && token.block === true ? (
        <p>{visibleText(token.raw)}</p>
      ) : (
        visibleText(token.raw)
      );
    // whatever a later version of the package finds, is shown as it is written
    default:
      return visibleText(token.raw);
  }
}

function MarkdownTable({table}: {readonly table: Tokens.Table}) {
  const alignOf = (at: number) => ({textAlign: table.align[at] ?? undefined});
  return (
    <table>
      <thead>
        <tr>
          {table.header.map((cell, at) => (
            <th key={at} style={alignOf(at)}>
              <Parts tokens={cell.tokens} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, at) => (
          <tr key={at}>
            {row.map((cell, column) => (
              <td key={column} style={alignOf(column)}>
                <Parts tokens={cell.tokens} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
