import { judgeLinks } from '../detect/link/index.ts';
import { judgeLoads } from '../detect/load/index.ts';
import type { Finding, RedirectClass } from '../detect/finding.ts';
import type { UrlParts } from '../url/index.ts';
import type { HeaderValue } from '../detect/input.ts';
import { embeddedUrls, fieldText } from '../message/index.ts';
import type { HeaderField, Message } from '../message/types.ts';
import type { Span } from '../span.ts';
import { decide, takesOff } from '../policy/index.ts';
import type { AllowContext, Decision } from '../policy/index.ts';
import type { Place } from '../html/place.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import type { CleanContext } from './context.ts';
import type { PartsScan, ReadText } from './scan-parts.ts';
import { planImage, planRemoval, planUrl } from './text-edits.ts';
import type { TextPlan } from './text-edits.ts';

/** A finding with the policy's decision and the plan that carries it out (undefined for header fields). */
export interface PlannedFinding {
  readonly finding: Finding;
  readonly decision: Decision;
  readonly text: ReadText | undefined;
  readonly plan: TextPlan;
}

const nothing: TextPlan = { action: 'kept', edits: [] };
const fieldGoes: TextPlan = { action: 'removed', edits: [] };

/**
 * A field; most are only asked for their name. A class: objects with getters of their own would each have a hidden class of its own, which keeps
 * the message in V8's old generation up to the next full collection.
 */
class HeaderFieldValue implements HeaderValue {
  readonly #message: Message;
  readonly #field: HeaderField;
  #value: string | undefined;

  constructor(message: Message, field: HeaderField) {
    this.#message = message;
    this.#field = field;
  }

  get name(): string {
    return this.#field.name;
  }

  get span(): Span {
    return this.#field.span;
  }

  get value(): string {
    return (this.#value ??= fieldText(this.#message, this.#field));
  }
}

function headerValues(message: Message): readonly HeaderValue[] {
  const values: HeaderValue[] = [];
  for (const field of message.fields) {
    if (field.name === '') continue;
    values.push(new HeaderFieldValue(message, field));
  }
  return values;
}

/** Judges every place that was found, in the light of the whole message. */
export function judge(
  message: Message,
  scan: PartsScan,
  compiled: CompiledPolicy,
  context: CleanContext,
): readonly Finding[] {
  const input = {
    texts: scan.texts.map((text) => text.scanned),
    fields: headerValues(message),
    recipients: context.recipients ?? [],
    sender: context.sender ?? '',
    embedded: embeddedUrls(message),
    rules: compiled.rules,
  };
  const acts = (redirect: RedirectClass, url: UrlParts): boolean =>
    takesOff(redirect, url.host, compiled.policy);
  return [...judgeLoads(input), ...judgeLinks(input, { acts })];
}

function allowContext(context: CleanContext): AllowContext {
  return {
    sender: (context.sender ?? '').toLowerCase(),
    authenticatedDomains: context.authenticatedDomains ?? [],
    ...(context.today === undefined ? {} : { today: context.today }),
  };
}

interface AtPlace {
  link?: Extract<Finding, { kind: 'link' }>;
  param?: Extract<Finding, { kind: 'param' }>;
}

function byPlace(findings: readonly Finding[]): ReadonlyMap<Place, AtPlace> {
  const places = new Map<Place, AtPlace>();
  for (const finding of findings) {
    if (finding.where.kind !== 'place' || (finding.kind !== 'link' && finding.kind !== 'param')) continue;
    const at = places.get(finding.where.place) ?? {};
    if (finding.kind === 'link') at.link = finding;
    else at.param = finding;
    places.set(finding.where.place, at);
  }
  return places;
}

const readOnlyKinds: ReadonlySet<string> = new Set(['amp', 'calendar']);

function isReadOnly(text: ReadText): boolean {
  return text.part.keep !== undefined || readOnlyKinds.has(text.scanned.kind);
}

/** Decides on each finding by the policy and plans the edits of its text. */
export function planFindings(
  findings: readonly Finding[],
  scan: PartsScan,
  compiled: CompiledPolicy,
  context: CleanContext,
): readonly PlannedFinding[] {
  const { policy } = compiled;
  const allow = allowContext(context);
  const places = byPlace(findings);
  const texts = new Map(scan.texts.map((text) => [`${text.part.id}/${text.reading.index}`, text]));
  const urlPlans = new Map<Place, TextPlan>();

  function planAt(place: Place, text: ReadText, link: Decision | undefined): TextPlan {
    const known = urlPlans.get(place);
    if (known !== undefined) return known;
    const at = places.get(place) ?? {};
    const paramWish = at.param === undefined ? 'keep' : decide(at.param, policy, allow, link).wish;
    const plan = planUrl(text.scanned.text, place, at.link, paramWish === 'rewrite' ? at.param : undefined);
    urlPlans.set(place, plan);
    return plan;
  }

  return findings.map((finding): PlannedFinding => {
    if (finding.where.kind === 'field') {
      const decision = decide(finding, policy, allow);
      return { finding, decision, text: undefined, plan: decision.wish === 'remove' ? fieldGoes : nothing };
    }
    const { place, part, reading } = finding.where;
    const text = texts.get(`${part}/${reading}`);
    const linkAt = places.get(place)?.link;
    const link = linkAt === undefined ? undefined : decide(linkAt, policy, allow);
    const decision =
      finding.kind === 'param' ? decide(finding, policy, allow, link) : decide(finding, policy, allow);
    if (text === undefined || decision.wish === 'keep') return { finding, decision, text, plan: nothing };
    if (isReadOnly(text)) {
      const because = `part ${part} is left as it is (${text.part.keep ?? text.scanned.kind})`;
      return { finding, decision: { wish: 'keep', because }, text, plan: nothing };
    }
    const isFlat = text.scanned.scan?.flat !== undefined;
    if (decision.wish === 'remove') return { finding, decision, text, plan: planRemoval(place, isFlat) };
    if (finding.kind === 'pixel') return { finding, decision, text, plan: planImage(place, finding) };
    return { finding, decision, text, plan: planAt(place, text, link) };
  });
}
