import type {AppError} from '../../../shared/errors';
import type {ServeConfig} from '../config';

/** Everything that must never be seen outside, in every form it is likely to take. */
export type Secrets = ReturnType<typeof createSecrets>;

/** Shorter ones would be found in nearly any text: `tooShort` counts them, for a warning at the start. */
const LEAST_CHARACTERS = 4;
const COVER = '[secret]';

/** Looks out for these values; upper and lower case are the same. */
export function createSecrets(values: readonly string[]) {
  const forms = [
    ...new Set(values.filter((value) => value.length >= LEAST_CHARACTERS).flatMap(formsOf)),
  ]
    // a longer one first, so that no rest of it stays
    .sort((left, right) => right.length - left.length);
  const lower = forms.map((form) => form.toLowerCase());
  return {
    /** True where a text holds one, as it is, encoded or escaped. */
    foundIn(text: string): boolean {
      const searched = text.toLowerCase();
      return lower.some((form) => searched.includes(form));
    },
    /** The text with each of them covered. */
    cover(text: string): string {
      let covered = text;
      for (const form of lower) covered = coverOne(covered, form);
      return covered;
    },
  };
}

/**
 * An error with the secrets covered in all its texts: an engine repeats what it was given, such as addresses, and its words go
 * into logs and records of this computer.
 */
export function coverError(error: AppError, secrets: Secrets): AppError {
  const texts = Object.entries(error).map(([part, value]: [string, unknown]) => [
    part,
    typeof value === 'string' && part !== 'kind' ? secrets.cover(value) : value,
  ]);
  return Object.fromEntries(texts) as AppError; // the same parts
}

function coverOne(text: string, form: string): string {
  // some letters change their number when they become small; then the places would not fit
  const searched = text.toLowerCase();
  if (searched.length !== text.length) return searched.split(form).join(COVER);
  let result = '';
  let from = 0;
  for (let at = searched.indexOf(form); at >= 0; at = searched.indexOf(form, from)) {
    result += text.slice(from, at) + COVER;
    from = at + form.length;
  }
  return result + text.slice(from);
}

/** A secret as it is, percent-encoded in two ways, as JSON and HTML escape it, in hexadecimal, and inside of any base64. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const html = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  const forms = [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    percentEach(bytes),
    new URLSearchParams([['', secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    html,
    bytes.toString('hex'),
    ...base64Forms(bytes),
  ];
  return forms.filter((form) => form.length >= LEAST_CHARACTERS);
}

/** All but plain letters and digits as `%XX`. */
function percentEach(bytes: Buffer): string {
  return [...bytes]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/**
 * What of a base64 text is the secret's alone, wherever it begins in what was encoded: at the first, second or third byte of a
 * group of three. Both alphabets.
 */
function base64Forms(bytes: Buffer): readonly string[] {
  const forms: string[] = [];
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = before === 0 ? 0 : before + 1;
    // the last character is shared with what follows, unless the groups end together
    const shared = (before + bytes.length) % 3 === 0 ? 0 : 1;
    const own = encoded.slice(first, encoded.length - shared);
    // a short piece is found anywhere
    if (own.length >= 6) forms.push(own, own.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}

/** All secrets of a runner, with the passwords inside its addresses. */
export function secretValues(
  config: Pick<ServeConfig, 'token' | 'basic' | 'databaseUrls' | 'gitToken' | 'passed'>,
  contents: readonly string[] = [],
): readonly string[] {
  const {token, basic, databaseUrls, gitToken, passed} = config;
  const values = [
    token,
    basic?.password ?? '',
    gitToken,
    passed.stataLicence ?? '',
    passed.database['EMIS_ORGANISATION_HASH'] ?? '',
    ...Object.values(databaseUrls),
    ...Object.values(databaseUrls).flatMap(passwordsOf),
    ...contents,
  ];
  // a licence of several lines may be quoted line by line
  const lines = values.flatMap((value) => (value.includes('\n') ? value.split('\n') : []));
  return [...new Set([...values, ...lines.filter((line) => line.length >= 8)])].filter(
    (value) => value.trim() !== '',
  );
}

/** The password of an address, as it is written and as it is meant. */
function passwordsOf(url: string): readonly string[] {
  const [, written] = /^[^:]+:\/\/[^:@/]*:(.*)@[^@]*$/.exec(url) ?? [];
  if (written === undefined || written === '') return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}

/** How many secrets are too short to be looked for. */
export function tooShort(values: readonly string[]): number {
  return values.filter((value) => value.length < LEAST_CHARACTERS).length;
}
