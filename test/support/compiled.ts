import type { CompiledPolicy } from '../../src/clean/index.ts';
import { defaultCoreLimits, defaultPolicy } from '../../src/policy/index.ts';
import type { CoreLimits, Policy } from '../../src/policy/index.ts';
import { compileRules } from '../../src/rules/index.ts';
import { loadBuiltin } from '../../src/rules/load.ts';

const builtin = loadBuiltin();
const rules = compileRules(builtin.rules, builtin.version);

/** The built-in rules under the default policy, with what a test changes of it. */
export function compiledPolicy(
  policy: Partial<Policy> = {},
  limits: Partial<CoreLimits> = {},
): CompiledPolicy {
  return {
    policy: { ...defaultPolicy, ...policy },
    rules,
    limits: { ...defaultCoreLimits, ...limits },
    headerName: 'Tracking-Protection',
  };
}
