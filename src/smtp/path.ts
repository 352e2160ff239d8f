import { domainToASCII } from 'node:url';

export interface Param {
  /** Upper case. */
  readonly keyword: string;
  readonly value: string;
}

/** A reverse or forward path with its parameters: read for safety and for choosing a policy, never written again from this. */
export interface Path {
  /** Between the angle brackets, source route and quotes as they came, as text (UTF-8 where it is valid). */
  readonly address: string;
  readonly localPart: string;
  /** Lower case, A-labels; undefined where there is none. */
  readonly domain: string | undefined;
  readonly sourceRoute: boolean;
  readonly params: readonly Param[];
  /** Where the path ends and the parameters begin, in the argument. */
  readonly end: number;
}

/** A client that sends more parameters than any extension has is not talking SMTP. */
const MAX_PARAMS = 32;

/**
 * Reads what stands behind `FROM:` or `TO:` (latin1 octets, no control characters). undefined: quotes or brackets do not pair up, so
 * that we and the next hop could read two different paths. Whether the address is one at all is the next hop's to say.
 */
export function readPath(argument: string): Path | undefined {
  // To some servers a tab ends a word, to us it does not.
  if (argument.includes('\t')) return undefined;
  const bracketed = argument.startsWith('<');
  const end = endOfPath(argument, bracketed);
  if (end === undefined) return undefined;
  const raw = bracketed ? argument.slice(1, end - 1) : argument.slice(0, end);
  if (!bracketed && raw === '') return undefined;
  const params = readParams(argument.slice(end));
  if (params === undefined) return undefined;
  const route = raw.startsWith('@') ? raw.indexOf(':') : -1;
  const mailbox = raw.slice(route + 1);
  const at = mailbox.lastIndexOf('@');
  return {
    address: asText(raw),
    localPart: asText(at === -1 ? mailbox : mailbox.slice(0, at)),
    domain: at === -1 ? undefined : asDomain(mailbox.slice(at + 1)),
    sourceRoute: raw.startsWith('@'),
    params,
    end,
  };
}

/** Index behind the path's last character. */
function endOfPath(text: string, bracketed: boolean): number | undefined {
  let quoted = false;
  for (let at = bracketed ? 1 : 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '<') return undefined;
    else if (character === '>') return bracketed && isEnd(text, at + 1) ? at + 1 : undefined;
    else if (character === ' ' && !bracketed) return at;
  }
  return bracketed || quoted ? undefined : text.length;
}

const isEnd = (text: string, at: number): boolean => at === text.length || text[at] === ' ';

function readParams(text: string): readonly Param[] | undefined {
  const words = text.split(' ').filter((word) => word !== '');
  if (words.length > MAX_PARAMS) return undefined;
  const params: Param[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    const keyword = (equals === -1 ? word : word.slice(0, equals)).toUpperCase();
    if (!/^[A-Z0-9][A-Z0-9-]*$/.test(keyword)) return undefined;
    params.push({ keyword, value: equals === -1 ? '' : word.slice(equals + 1) });
  }
  return params;
}

/** Octets as text: UTF-8 where they are, else latin1. */
export function asText(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  const octets = Buffer.from(latin1, 'latin1');
  const text = octets.toString('utf8');
  return text.includes('\uFFFD') ? latin1 : text;
}

function asDomain(latin1: string): string {
  const text = asText(latin1).toLowerCase();
  return /[\x80-\u{10ffff}]/u.test(text) ? domainToASCII(text) : text;
}

/**
 * Whether a listener that takes mail for these domains only may offer this recipient to the next hop. Routing characters in the local
 * part, quoted or not, are refused with source routes: a stock Postfix strips its own domain and routes on by what is left
 * (`user%elsewhere@ours`, `"user@elsewhere"@ours`, `elsewhere!user@ours`), and we stand in its `mynetworks`.
 */
export function mayReceive(path: Path, domains: readonly string[]): boolean {
  if (domains.length === 0) return true;
  if (path.sourceRoute || /[@%!:]/.test(path.localPart)) return false;
  if (path.domain === undefined) return /^postmaster$/i.test(path.localPart);
  return domains.includes(path.domain);
}
