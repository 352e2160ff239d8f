const shortestLocal = 4;
const shortestSqueezed = 10;
const maxHits = 8;

function rot13(text: string): string {
  return text.replace(/[a-z]/g, (letter) =>
    String.fromCharCode(((letter.charCodeAt(0) - 0x61 + 13) % 26) + 0x61),
  );
}

function reverse(text: string): string {
  let turned = '';
  for (let at = text.length - 1; at >= 0; at -= 1) turned += text.charAt(at);
  return turned;
}

export function squeeze(text: string): string {
  return text.replace(/[^0-9a-z]/g, '');
}

function localsOf(local: string): readonly string[] {
  const plus = local.indexOf('+');
  if (plus < 1 && !local.includes('.')) return [local];
  const bare = plus > 0 ? local.slice(0, plus) : local;
  return [...new Set([local, bare, local.replaceAll('.', ''), bare.replaceAll('.', '')])];
}

interface Disguised {
  readonly form: 'rot13' | 'reversed';
  readonly text: string;
}

/** A reader's address, worked out once a message, with what of it is looked for in URLs; all in lower case. */
export class Reader {
  readonly domain: string;
  /** The local part: as it is, without its `+tag`, without dots, without both. */
  readonly locals: readonly string[];
  readonly addresses: readonly string[];
  #label: string | undefined;
  #squeezed: readonly string[] | undefined;
  #disguised: readonly Disguised[] | undefined;

  constructor(address: string) {
    const text = address.toLowerCase();
    const at = text.lastIndexOf('@');
    this.domain = text.slice(at + 1);
    this.locals = localsOf(text.slice(0, at));
    this.addresses = this.locals.map((one) => `${one}@${this.domain}`);
  }

  /** The longest label of the domain: where it is missing, the address does not stand in pieces either. */
  get label(): string {
    this.#label ??= this.domain.split('.').reduce((best, one) => (one.length > best.length ? one : best));
    return this.#label;
  }

  /** The addresses as they look when their letters are turned by 13 places, and from behind. */
  get disguised(): readonly Disguised[] {
    this.#disguised ??= [
      ...this.addresses.map((one) => ({ form: 'rot13', text: rot13(one) }) as const),
      ...this.addresses.map((one) => ({ form: 'reversed', text: reverse(one) }) as const),
    ];
    return this.#disguised;
  }

  /** Local part and domain without any delimiter. */
  get squeezed(): readonly string[] {
    this.#squeezed ??= [...new Set(this.addresses.map(squeeze))].filter(
      ({ length }) => length >= shortestSqueezed,
    );
    return this.#squeezed;
  }
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a);
}

/** Whether a local part ends in front of `at`, with an `@` or what is written in its stead between; a host's own dots are no such thing. */
function isBehindLocal(text: string, at: number, reader: Reader, authorityEnd: number): boolean {
  let end = at;
  while (end > 0 && at - end < 4 && !isAlphanumeric(text.charCodeAt(end - 1))) end -= 1;
  if (end === at) return false;
  if (text.endsWith('at', end) && end > 2 && !isAlphanumeric(text.charCodeAt(end - 3))) {
    end -= 2;
    while (end > 0 && !isAlphanumeric(text.charCodeAt(end - 1))) end -= 1;
  } else if (at <= authorityEnd && /^[./_-]+$/.test(text.slice(end, at))) return false;
  return reader.locals.some((local) => text.endsWith(local, end));
}

function isDelimiter(text: string, at: number): boolean {
  return at < 0 || at >= text.length || '/?&=#;|,:!~'.includes(text.charAt(at));
}

function standsAlone(text: string, needle: string, from: number): boolean {
  let at = text.indexOf(needle, from);
  for (let hit = 0; at >= 0 && hit < maxHits; hit += 1) {
    if (isDelimiter(text, at - 1) && isDelimiter(text, at + needle.length)) return true;
    at = text.indexOf(needle, at + 1);
  }
  return false;
}

function isClear(text: string, reader: Reader, authorityEnd: number): boolean {
  let at = text.indexOf(reader.domain);
  if (at < 0) return false;
  for (let hit = 0; at >= 0 && hit < maxHits; hit += 1) {
    if (isBehindLocal(text, at, reader, authorityEnd)) return true;
    at = text.indexOf(reader.domain, at + 1);
  }
  if (!standsAlone(text, reader.domain, authorityEnd)) return false;
  const { locals } = reader;
  return locals.some((local) => local.length >= shortestLocal && standsAlone(text, local, authorityEnd));
}

/** How a reader's address is written in a text in lower case: `clear`, `rot13`, `reversed`; undefined where it is not. */
export function writtenForm(
  text: string,
  readers: readonly Reader[],
  authorityEnd: number,
): 'clear' | 'rot13' | 'reversed' | undefined {
  for (const reader of readers) if (isClear(text, reader, authorityEnd)) return 'clear';
  if (!text.includes('@')) return undefined;
  for (const { disguised } of readers) {
    for (const { form, text: disguise } of disguised) if (text.includes(disguise)) return form;
  }
  return undefined;
}
