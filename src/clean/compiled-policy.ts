import type { CoreLimits, Policy } from '../policy/index.ts';
import type { RuleSet } from '../rules/rule-set.ts';

/** Everything that is made once from a configuration and shared by all messages. */
export interface CompiledPolicy {
  readonly policy: Policy;
  readonly rules: RuleSet;
  readonly limits: CoreLimits;
  /** Name of our header field: `Tracking-Protection`. */
  readonly headerName: string;
}
