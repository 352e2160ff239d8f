import { accessSync, constants } from 'node:fs';
import { messageOf } from '../errors.ts';
import { locate } from './located.ts';
import type { Problem } from './problem.ts';
import type { Source } from './read-config.ts';

/** Rule packs and filter lists that are not there, each at the line that names it; what stands in them is for the rules to say. */
export function ruleFileProblems({ config, root }: Source): readonly Problem[] {
  return (['files', 'lists'] as const).flatMap((key) =>
    config.rules[key].flatMap((file, index) => {
      try {
        accessSync(file, constants.R_OK);
        return [];
      } catch (error) {
        return { at: locate(root, ['rules', key, index]), message: `cannot be read: ${messageOf(error)}` };
      }
    }),
  );
}
