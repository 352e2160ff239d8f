export type { AllowContext } from './allow.ts';
export { consenting } from './consenting.ts';
export { decide, takesOff } from './decide.ts';
export type { Decision, Wish } from './decide.ts';
export { defaultCoreLimits, defaultPolicy } from './default-policy.ts';
export type { AllowEntry, CoreLimits, Knob, LinkKnobs, Policy } from './policy.ts';
export { strictest } from './strictest.ts';
