import type { AllowEntry, Knob, Policy } from './policy.ts';

const knobs: readonly Knob[] = ['keep', 'report', 'act'];

/** The value that stands further along its documented order. */
function further<Value extends string>(order: readonly Value[], a: Value, b: Value): Value {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

function sameEntry(a: AllowEntry, b: AllowEntry): boolean {
  return a.operator === b.operator && a.host === b.host && a.sender === b.sender && a.rule === b.rule;
}

function stricter(a: Policy, b: Policy): Policy {
  return {
    name: 'mixed',
    mode: further(['off', 'report', 'clean'], a.mode, b.mode),
    pixels: further(knobs, a.pixels, b.pixels),
    pixelThreshold: further(['certain', 'probable', 'possible'], a.pixelThreshold, b.pixelThreshold),
    personalImages: further(['keep', 'neutralise'], a.personalImages, b.personalImages),
    links: {
      named: further(knobs, a.links.named, b.links.named),
      generic: further(knobs, a.links.generic, b.links.generic),
      affiliate: further(['keep', 'unwrap'], a.links.affiliate, b.links.affiliate),
      protective: further(['keep', 'foreign', 'unwrap'], a.links.protective, b.links.protective),
      opaque: 'keep',
    },
    genericThreshold: further(['certain', 'probable', 'possible'], a.genericThreshold, b.genericThreshold),
    ownRewriters: [...new Set([...a.ownRewriters, ...b.ownRewriters])],
    params: further(knobs, a.params, b.params),
    receipts: further(['keep', 'remove'], a.receipts, b.receipts),
    amp: further(['keep', 'drop'], a.amp, b.amp),
    nested: further(['keep', 'edit'], a.nested, b.nested),
    banner: a.banner.position === 'off' ? b.banner : a.banner,
    subjectTag: a.subjectTag === '' ? b.subjectTag : a.subjectTag,
    allow: a.allow.filter((entry) => b.allow.some((other) => sameEntry(entry, other))),
  };
}

/**
 * The policy of a message with several recipients (`mixed_policies: strictest`): each knob takes the value further along its order
 * keep < report < act, an allow entry holds only if it holds for all. One policy comes back as it is; several are called `mixed`.
 */
export function strictest(first: Policy, ...others: readonly Policy[]): Policy {
  return others.reduce((merged, next) => (next === merged ? merged : stricter(merged, next)), first);
}
