import type { Channel } from '../../html/place.ts';
import type { PixelFinding, ReceiptFinding } from '../finding.ts';
import type { DetectInput } from '../input.ts';
import { imageInside } from './counter.ts';
import { evidence, type Weighed } from './evidence.ts';
import { KnownUrls, type KnownUrl } from './known-url.ts';
import { geometry, isPersonal, isPlainAsset, loadEvidence, mayBePersonal, mayShow } from './load-evidence.ts';
import { LoadList, type Load } from './load-list.ts';
import { receiptFindings } from './receipts.ts';
import { RuledFinding } from './ruled-finding.ts';
import { verdictOf } from './verdict.ts';

const needless: ReadonlySet<Channel> = new Set(['hint', 'ping', 'refresh']);
const needlessTags: ReadonlySet<string> = new Set(['bgsound']);

function named(
  load: Load,
  known: KnownUrl | undefined,
): { operator: string; rule: string } | Record<string, never> {
  const rule = load.selector ?? known?.rule;
  return rule === undefined ? {} : { operator: rule.operator, rule: rule.id };
}

/** A string in the text of a broken style sheet, which swallowed markup: the href of a link, that no client loads. */
function isSwallowedLink(load: Load, href: string, list: LoadList): boolean {
  return load.place.css?.property === '' && list.linked.has(href);
}

/** The real image, where the load may only run through a counter. */
function imageBehind({ place }: Load, known: KnownUrl): string | undefined {
  return place.channel === 'image' ? imageInside(known.facts.url) : undefined;
}

function judgeUrl(load: Load, href: string, known: KnownUrl, list: LoadList): PixelFinding | undefined {
  const { place, text } = load;
  const ruled = known.rule !== undefined || load.selector !== undefined;
  if (!ruled && isSwallowedLink(load, href, list)) return undefined;
  // No mail client runs scripts.
  if (place.channel === 'script' && !ruled) return undefined;
  if (!ruled && isPlainAsset(load, known)) return undefined;
  // A sender can say so of any URL, and most clients ask the network all the same: what only a tracker has counts.
  if (!ruled && list.isEmbedded(href) && !known.recipient && known.shared === undefined) return undefined;
  const sure = load.selector ?? (known.rule?.probable === true ? undefined : known.rule);
  if (sure !== undefined && imageBehind(load, known) === undefined)
    return new RuledFinding(load, known, list, sure);
  const shape = geometry(load, known);
  const shows = mayShow(load, known, list, shape);
  if (shows && !ruled && !mayBePersonal(known)) return undefined;
  const all = loadEvidence(load, known, list, shape);
  const verdict = verdictOf(all, shows, isPersonal(known, all));
  if (verdict === undefined) return undefined;
  const counted = ruled || known.recipient || known.shared !== undefined;
  const destination = shows && counted ? imageBehind(load, known) : undefined;
  return {
    kind: 'pixel',
    where: { kind: 'place', part: text.part, reading: text.reading, place },
    needless: false,
    ...named(load, known),
    ...verdict,
    evidence: all,
    ...(destination === undefined ? {} : { destination }),
  };
}

/** `why`: a channel that no client needs, or a load that nobody knows. */
function needlessFinding(load: Load, known: KnownUrl | undefined, why: Weighed): PixelFinding {
  const { place, text } = load;
  return {
    kind: 'pixel',
    where: { kind: 'place', part: text.part, reading: text.reading, place },
    needless: true,
    certainty: 'certain',
    personal: false,
    ...named(load, known),
    evidence: [why, ...(known?.evidence ?? [])],
  };
}

function rank(finding: PixelFinding): number {
  return { possible: 0, probable: 1, certain: 2 }[finding.certainty] + (finding.rule === undefined ? 0 : 3);
}

/** The worst that any of its readings amounts to: which of them a client takes is not ours to know. */
function judgeLoad(load: Load, urls: KnownUrls, list: LoadList): PixelFinding | undefined {
  const { place } = load;
  if (place.channel === 'tail') return needlessFinding(load, undefined, evidence('tail'));
  const idle = needless.has(place.channel) || needlessTags.has(place.element?.tag ?? '');
  let worst: PixelFinding | undefined;
  for (const href of place.urls) {
    const known = urls.of(href);
    let finding: PixelFinding | undefined;
    if (idle) finding = needlessFinding(load, known, evidence('needless', place.channel));
    else if (known !== undefined) finding = judgeUrl(load, href, known, list);
    if (finding !== undefined && (worst === undefined || rank(finding) > rank(worst))) worst = finding;
  }
  return worst;
}

function isTracker(finding: PixelFinding | undefined): boolean {
  return finding !== undefined && !finding.personal && !finding.needless && finding.certainty !== 'possible';
}

/**
 * A URL that is a tracker's at one place is one at all others, but where it has a size to be seen: one image loaded n times shows as little
 * each time.
 */
function spread(
  load: Load,
  own: PixelFinding | undefined,
  trackers: ReadonlySet<string>,
): PixelFinding | undefined {
  if (trackers.size === 0) return own;
  const { place, text } = load;
  if (isTracker(own) || own?.needless === true || place.channel === 'script') return own;
  if (!place.urls.some((href) => trackers.has(href)) || load.box?.size === 'visible') return own;
  return {
    kind: 'pixel',
    where: { kind: 'place', part: text.part, reading: text.reading, place },
    needless: false,
    personal: false,
    certainty: 'probable',
    evidence: [evidence('same-url'), ...(own?.evidence ?? [])],
  };
}

/**
 * A verdict on every load of a message (nothing for those without a sign of tracking), and on its requests for receipts; in the order of the
 * texts and their places, a crowd behind all others. Pure, linear in the size of the message, and never throws on what a message says.
 */
export function judgeLoads(input: DetectInput): readonly (PixelFinding | ReceiptFinding)[] {
  const urls = new KnownUrls(input);
  const list = new LoadList(input, urls);
  const own: (PixelFinding | undefined)[] = [];
  const trackers = new Set<string>();
  for (const load of list.loads) {
    const finding = judgeLoad(load, urls, list);
    own.push(finding);
    if (isTracker(finding)) for (const href of load.place.urls) trackers.add(href);
  }
  const found: (PixelFinding | ReceiptFinding)[] = [];
  for (const [index, load] of list.loads.entries()) {
    const finding = spread(load, own[index], trackers);
    if (finding !== undefined) found.push(finding);
  }
  for (const load of list.crowd) found.push(needlessFinding(load, undefined, evidence('crowd')));
  for (const finding of receiptFindings(input)) found.push(finding);
  return found;
}
