/** The place of a value, in UTF-16 offsets. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** A value as the reference's reader gives it, with its place. */
export type YamlValue = YamlScalar | YamlList | YamlMap;

/** A value without parts. */
export type YamlScalar = Place &
  (
    | {
        readonly kind: 'text';
        readonly text: string;
        /** Written without quotes. */
        readonly plain: boolean;
      }
    | {readonly kind: 'null'}
    | {readonly kind: 'boolean'; readonly value: boolean}
    | {readonly kind: 'integer'; readonly value: bigint}
    | {readonly kind: 'float'; readonly value: number}
    | {readonly kind: 'date'; readonly text: string}
  );

/** A list; filled while it is read. */
export interface YamlList extends Place {
  readonly kind: 'list';
  readonly items: YamlValue[];
}

/** One `key: value` of a mapping. */
export interface YamlEntry {
  readonly key: YamlValue;
  readonly value: YamlValue;
  /** Came in through `<<`. */
  readonly merged: boolean;
}

/** A mapping in file order, keys without repeats; filled while it is read. */
export interface YamlMap extends Place {
  readonly kind: 'map';
  readonly entries: Map<string, YamlEntry>;
}

/** A value that is not there, e.g. behind `key:`. */
export function emptyValue(at: number): YamlScalar {
  return {kind: 'null', from: at, to: at};
}

/**
 * What makes two keys the same: equal in Python, where `1`, `1.0` and `true` are (E-YAML-DUPKEY).
 * Null where the value can't be a key.
 */
export function keyIdentity(value: YamlValue): string | null {
  switch (value.kind) {
    case 'text':
      return `t${value.text}`;
    case 'null':
      return 'z';
    case 'boolean':
      return value.value ? 'n1' : 'n0';
    case 'integer':
      return `n${String(value.value)}`;
    case 'float':
      return Number.isInteger(value.value)
        ? `n${String(BigInt(value.value))}`
        : `n${String(value.value)}`;
    case 'date':
      return `d${value.text}`;
    case 'list':
    case 'map':
      return null;
  }
}
