import type { Finding, LinkFinding, ParamFinding } from '../../../src/detect/finding.ts';
import type { HeaderValue, ScannedText } from '../../../src/detect/input.ts';
import { judgeLinks, type LinkOptions } from '../../../src/detect/link/index.ts';
import { rewriteUrl, scanHtml } from '../../../src/html/index.ts';
import type { Place } from '../../../src/html/place.ts';
import { compileRules } from '../../../src/rules/index.ts';
import { loadBuiltin } from '../../../src/rules/load.ts';
import type { TextEdit } from '../../../src/span.ts';
import { linkTextEdits, rewritePlain, scanPlain } from '../../../src/text/index.ts';

const builtin = loadBuiltin();
export const packs = builtin.rules;
export const rules = compileRules(builtin.rules, builtin.version);

export interface Texts {
  readonly html?: string;
  readonly plain?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

export function scanned({ html, plain }: Texts): readonly ScannedText[] {
  const texts: ScannedText[] = [];
  if (plain !== undefined) {
    const places = scanPlain(plain, { flowed: false, delsp: false });
    texts.push({ part: '1', reading: 0, kind: 'plain', text: plain, places });
  }
  if (html !== undefined) {
    const scan = scanHtml(html, {});
    texts.push({ part: '2', reading: 0, kind: 'html', text: html, places: scan.places, scan });
  }
  return texts;
}

export function judge(texts: Texts, options?: LinkOptions): readonly (LinkFinding | ParamFinding)[] {
  const fields = Object.entries(texts.fields ?? {}).map(([name, value]): HeaderValue => ({
    name,
    value,
    span: { start: 0, end: 0 },
  }));
  return judgeLinks({ texts: scanned(texts), fields, recipients: [], sender: '', rules }, options);
}

/** What becomes of one link: where it leads after the redirect and the cuts, its class and guard. */
export interface Outcome {
  readonly url: string;
  readonly redirect?: LinkFinding['redirect'];
  readonly guard?: string;
  readonly isOpaque?: boolean;
}

const actsOnAll: LinkOptions = { acts: () => true };

function placeOf(finding: Finding): Place | undefined {
  return finding.where.kind === 'place' ? finding.where.place : undefined;
}

function resultAt(findings: readonly (LinkFinding | ParamFinding)[], place: Place): Outcome {
  const here = findings.filter((finding) => placeOf(finding) === place);
  const link = here.find((finding) => finding.kind === 'link');
  const param = here.find((finding) => finding.kind === 'param');
  const guard = link?.guard ?? param?.guard;
  const destination = guard === undefined ? (param?.result ?? link?.destination) : undefined;
  return {
    url: destination ?? place.value,
    ...(link === undefined ? {} : { redirect: link.redirect }),
    ...(guard === undefined ? {} : { guard }),
    ...(link !== undefined && link.destination === undefined ? { isOpaque: true } : {}),
  };
}

/** Judges one URL as a plain text link that stands alone. */
export function outcomeOf(url: string, options: LinkOptions = actsOnAll): Outcome {
  const text: ScannedText = { part: '1', reading: 0, kind: 'plain', text: url, places: [placeFor(url)] };
  const findings = judgeLinks({ texts: [text], fields: [], recipients: [], sender: '', rules }, options);
  const place = text.places[0];
  return place === undefined ? { url } : resultAt(findings, place);
}

function placeFor(url: string): Place {
  return {
    channel: 'text',
    element: undefined,
    attribute: undefined,
    value: url,
    urls: URL.canParse(url) ? [new URL(url).href] : [],
    span: { start: 0, end: url.length },
    layers: [],
    doubtful: false,
  };
}

export function apply(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, edit.start) + edit.replacement;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** Rewrites what the default policy would, and gives the texts back. */
export function clean(texts: Texts, options?: LinkOptions): Texts {
  const all = scanned(texts);
  const fields = Object.entries(texts.fields ?? {}).map(([name, value]): HeaderValue => ({
    name,
    value,
    span: { start: 0, end: 0 },
  }));
  const findings = judgeLinks({ texts: all, fields, recipients: [], sender: '', rules }, options);
  const isActed =
    options?.acts === undefined ? ['named', 'generic'] : ['named', 'generic', 'affiliate', 'protective'];
  const kept = findings
    .filter((each) => each.kind === 'link' && !isActed.includes(each.redirect))
    .map(placeOf);
  const done = all.map((text) => {
    const edits = text.places.flatMap((place) => {
      const { url } = resultAt(findings, place);
      if (url === place.value || kept.includes(place)) return [];
      if (place.channel === 'text') return rewritePlain(place, url) ?? [];
      const shown = linkTextEdits(text.text, place, place.value, url);
      return shown === 'keep-both' ? [] : [...(rewriteUrl(place, url) ?? []), ...(shown ?? [])];
    });
    return [text.kind, apply(text.text, edits)] as const;
  });
  return Object.fromEntries(done);
}
