import type {Nesting} from './nesting';
import {constructScalar, resolveScalar, type ScalarTag} from './resolveScalar';
import type {KnownTag} from './tagHandles';
import type {TokenReader} from './tokenReader';
import {YamlFault} from './yamlFault';
import type {YamlToken} from './yamlToken';
import {emptyValue, type YamlValue} from './yamlValue';

/** The value of a scalar token under its tag, with its anchor kept. */
export function composeScalar(
  source: YamlToken,
  anchor: string | null,
  known: KnownTag,
  tokens: TokenReader,
  nesting: Nesting,
): YamlValue {
  const {from, to, text} = source;
  const plain = source.style === 'plain' && known === 'none';
  const tag = known === 'bare' || plain ? resolve(source, tokens) : known;
  let value: YamlValue;
  switch (tag) {
    case 'list':
    case 'map':
    case 'set':
    case 'pairs':
    case 'ordered':
      value = {kind: 'null', from, to};
      nesting.fault(value, 'The tag asks for a list or mapping, but a text follows.', null);
      break;
    default: {
      const wanted = tag === 'none' ? 'text' : tag;
      const made = constructScalar(wanted, source, tokens.yaml11, plain, anchor !== null);
      value = made ?? {kind: 'text', text, plain, from, to};
      if (made === null) {
        nesting.fault(
          value,
          `${text} is not a ${wanted === 'date' ? 'possible date' : `readable ${wanted}`}.`,
          'Put quotes around it to make it text.',
        );
      }
    }
  }
  if (anchor !== null) nesting.anchor(anchor, value);
  return value;
}

function resolve(source: YamlToken, tokens: TokenReader): ScalarTag {
  const tag = resolveScalar(source.text, tokens.version);
  if (tag !== null) return tag;
  throw unknownVersion(source.from);
}

/** A value that is left out, e.g. behind `key:`. */
export function composeEmpty(at: number, tokens: TokenReader): YamlValue {
  if (resolveScalar('', tokens.version) === null) throw unknownVersion(at);
  return emptyValue(at);
}

function unknownVersion(at: number): YamlFault {
  return new YamlFault(at, 'The version on the %YAML line is not known.', 'Remove the line.');
}
