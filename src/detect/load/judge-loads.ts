import type { Channel, Place } from '../../html/place.ts';
import type { PixelRule } from '../../rules/format.ts';
import { parseUrl, type UrlParts } from '../../url/index.ts';
import type { PixelFinding, ReceiptFinding } from '../finding.ts';
import type { DetectInput, ScannedText } from '../input.ts';
import { Boxes, type Box } from './box.ts';
import { imageInside } from './counter.ts';
import { evidence, weights, type Weighed } from './evidence.ts';
import { behindProxies } from './proxy.ts';
import { receiptFindings } from './receipts.ts';
import { recipientSearch, type RecipientSearch } from './recipient.ts';
import { sharedSearch, type SharedSearch } from './shared.ts';
import { StyleSheetIndex } from './style-match.ts';
import { Links, surroundingsOf, type Surroundings } from './surroundings.ts';
import { urlFacts, type UrlFacts } from './url-facts.ts';
import { verdictOf } from './verdict.ts';

const loads: ReadonlySet<Channel> = new Set([
  'image',
  'style',
  'font',
  'frame',
  'media',
  'object',
  'script',
  'refresh',
  'hint',
  'ping',
]);
const needless: ReadonlySet<Channel> = new Set(['hint', 'ping', 'refresh']);
const needlessTags: ReadonlySet<string> = new Set(['bgsound']);
const spacerRepeats = 3;

/** What holds for a whole message, worked out once. */
interface MessageContext {
  readonly input: DetectInput;
  readonly recipient: RecipientSearch;
  readonly shared: SharedSearch;
  readonly urls: Map<string, UrlKnown>;
  readonly repeats: ReadonlyMap<string, number>;
}

interface TextContext {
  readonly text: ScannedText;
  readonly boxes: Boxes;
  readonly links: Links;
}

/** What a URL says, whatever place it stands at. */
interface UrlKnown {
  readonly facts: UrlFacts;
  readonly rule: PixelRule | undefined;
  readonly hard: readonly Weighed[];
  readonly soft: readonly Weighed[];
}

function isLoad(place: Place): boolean {
  return loads.has(place.channel) && place.urls.length > 0;
}

function countRepeats(input: DetectInput): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of input.texts) {
    if (text.reading > 0) continue;
    for (const place of text.places) {
      const first = place.urls[0];
      if (isLoad(place) && first !== undefined) counts.set(first, (counts.get(first) ?? 0) + 1);
    }
  }
  return counts;
}

/** Schemes but http(s) that name a host (`file:` on a share, `ftp:`) are read as http, so that a rule on the host meets them. */
function readUrl(href: string): UrlParts | undefined {
  const http = parseUrl(href);
  if (http !== undefined) return http;
  const match = /^(?:file|ftp|wss?):\/\/([^/?#]+)(.*)$/is.exec(href);
  return match === null ? undefined : parseUrl(`http://${match[1] ?? ''}${match[2] ?? ''}`);
}

function know(href: string, message: MessageContext): UrlKnown | undefined {
  const known = message.urls.get(href);
  if (known !== undefined) return known;
  const outer = readUrl(href);
  if (outer === undefined) return undefined;
  const inner = behindProxies(outer);
  const facts = urlFacts(inner);
  const { rules } = message.input;
  const rule = rules.pixel(inner) ?? (inner === outer ? undefined : rules.pixel(outer));
  const hard: Weighed[] = [];
  const soft: Weighed[] = [];
  if (rule !== undefined) hard.push(evidence(rule.probable === true ? 'rule.probable' : 'rule', rule.id));
  if (/^file:/i.test(href)) hard.push(evidence('file-share'));
  const recipient = message.recipient(inner.text);
  if (recipient !== undefined) hard.push(evidence(recipient.name, recipient.form));
  const shared = message.shared(facts);
  if (shared !== undefined) hard.push(evidence(shared.name, shared.token.slice(0, 80)));
  const best = Math.max(0, ...facts.tokens.map((token) => token.strength));
  if (best > 0) {
    const token = facts.tokens.find((one) => one.strength === best);
    soft.push(evidence(best === 2 ? 'token.strong' : 'token.weak', token?.text.slice(0, 80)));
  }
  if (facts.signed) soft.push(evidence('signed'));
  if (!facts.imageName && !facts.styleName) soft.push(evidence('path.script'));
  if (facts.word !== undefined) soft.push(evidence('word.url', facts.word));
  const result: UrlKnown = { facts, rule, hard, soft };
  message.urls.set(href, result);
  return result;
}

function geometry(box: Box, around: Surroundings, responsive: boolean): Weighed[] {
  const all: Weighed[] = [];
  if (box.size === 'zero') all.push(evidence('size.zero'));
  if (box.size === 'tiny') all.push(evidence('size.tiny'));
  if (box.size === 'thin') all.push(evidence('size.thin'));
  if (!responsive) {
    if (box.hidden !== undefined) all.push(evidence('hidden', box.hidden));
    if (box.hiddenByAncestor !== undefined) all.push(evidence('hidden.ancestor', box.hiddenByAncestor));
  }
  if (box.outlookOnly) all.push(evidence('hidden.outlook'));
  if (box.size === 'unknown' && around.position === 'last') all.push(evidence('position.last'));
  if (box.size === 'unknown' && around.position === 'first') all.push(evidence('position.first'));
  return all;
}

function innocence(
  known: UrlKnown,
  box: Box | undefined,
  around: Surroundings | undefined,
  repeats: number,
): Weighed[] {
  const all: Weighed[] = [];
  const { facts } = known;
  const identified = facts.tokens.some((token) => token.where !== 'folder') || facts.query;
  if ((facts.imageName || facts.styleName) && !identified) all.push(evidence('asset'));
  if (around?.alt === true && around.word === undefined) all.push(evidence('alt'));
  if (around?.inLink === true) all.push(evidence('link'));
  if (!identified && repeats >= spacerRepeats) all.push(evidence('repeated', `${repeats}`));
  if (box?.size === 'visible') all.push(evidence('size.visible'));
  return all;
}

/** Whether the load has something to show: a size to be seen, or no sign that there is nothing to see. */
function isShown(place: Place, known: UrlKnown, box: Box | undefined, all: readonly Weighed[]): boolean {
  if (place.channel === 'frame' || place.channel === 'object' || place.channel === 'script') return false;
  const small = all.some((one) => weights[one.name].kind === 'geometry' && one.name !== 'hidden.outlook');
  if (small) return false;
  if (box?.size === 'visible') return true;
  return known.hard.length === 0;
}

function judgeUrl(place: Place, known: UrlKnown, context: TextContext, message: MessageContext) {
  const { element } = place;
  const repeats = message.repeats.get(place.urls[0] ?? '') ?? 0;
  const sized = element !== undefined && element.tag !== 'style' && element.tag !== 'link';
  const box = sized ? context.boxes.of(element) : undefined;
  const around = sized ? surroundingsOf(place, element, context.text.scan, context.links) : undefined;
  const all: Weighed[] = [...known.hard, ...known.soft];
  if (place.channel === 'frame' || place.channel === 'object') all.push(evidence('frame'));
  if (box !== undefined && around !== undefined) {
    // Shown again by a media query: a responsive duplicate, if it is an image by name with nothing that identifies.
    const responsive = box.shownSometimes && known.hard.length === 0 && known.facts.imageName;
    all.push(...geometry(box, around, responsive));
    if (around.word !== undefined) all.push(evidence('word.attribute', around.word.slice(0, 40)));
  }
  all.push(...innocence(known, box, around, repeats));
  const shown = isShown(place, known, box, all);
  return { all, shown, verdict: verdictOf(all, shown), seen: box?.size === 'visible' };
}

function judgePlace(place: Place, context: TextContext, message: MessageContext): PixelFinding | undefined {
  const where = { kind: 'place', part: context.text.part, reading: context.text.reading, place } as const;
  const idle = needless.has(place.channel) || needlessTags.has(place.element?.tag ?? '');
  let best: PixelFinding | undefined;
  for (const href of place.urls) {
    const known = know(href, message);
    const base = { kind: 'pixel', where, needless: idle } as const;
    if (known === undefined) {
      if (idle) best ??= { ...base, certainty: 'certain', personal: false, evidence: [evidence('needless')] };
      continue;
    }
    const named = known.rule === undefined ? {} : { operator: known.rule.operator, rule: known.rule.id };
    if (idle) {
      best = {
        ...base,
        ...named,
        certainty: 'certain',
        personal: false,
        evidence: [evidence('needless'), ...known.hard],
      };
      if (known.rule !== undefined) return best;
      continue;
    }
    if (place.channel === 'script' && known.rule === undefined) continue;
    const judged = judgeUrl(place, known, context, message);
    if (judged.verdict === undefined) continue;
    const destination =
      judged.seen && known.hard.length > 0 && place.channel === 'image'
        ? imageInside(known.facts.url)
        : undefined;
    const finding: PixelFinding = {
      ...base,
      ...named,
      ...judged.verdict,
      evidence: judged.all,
      ...(destination === undefined ? {} : { destination }),
    };
    if (best === undefined || rank(finding) > rank(best)) best = finding;
  }
  return best;
}

function rank(finding: PixelFinding): number {
  const certainty = { possible: 0, probable: 1, certain: 2 }[finding.certainty];
  return certainty + (finding.rule === undefined ? 0 : 3);
}

/**
 * A verdict on every load of a message (nothing for those without a sign of tracking), and on its requests for receipts; in the order of the
 * texts and their places. Pure, linear in the size of the message, and never throws on what a message says.
 */
export function judgeLoads(input: DetectInput): readonly (PixelFinding | ReceiptFinding)[] {
  const message: MessageContext = {
    input,
    recipient: recipientSearch(input),
    shared: sharedSearch(input),
    urls: new Map(),
    repeats: countRepeats(input),
  };
  const findings: (PixelFinding | ReceiptFinding)[] = [];
  for (const text of input.texts) {
    const sheet = new StyleSheetIndex(text.scan?.styleRules ?? []);
    const context: TextContext = { text, boxes: new Boxes(sheet), links: new Links() };
    for (const place of text.places) {
      if (!isLoad(place)) continue;
      const finding = judgePlace(place, context, message);
      if (finding !== undefined) findings.push(finding);
    }
  }
  findings.push(...receiptFindings(input));
  return findings;
}
