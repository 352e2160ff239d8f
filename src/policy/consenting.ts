import type { Policy } from './policy.ts';

/** The policy for a reader who lets the sender measure: what is found is left and counted as kept; the mode stays. */
export function consenting(policy: Policy): Policy {
  return {
    ...policy,
    name: 'consent',
    pixels: 'keep',
    personalImages: 'keep',
    links: { named: 'keep', generic: 'keep', affiliate: 'keep', protective: 'keep', opaque: 'keep' },
    params: 'keep',
    receipts: 'keep',
    amp: 'keep',
  };
}
