// What matches. Nothing of it brings YAML or a schema: worker threads load only this.
export { compileRules, isSelectorRule, type CompileOptions, type ExternalList } from './compile.ts';
export { withoutParams } from './cut-params.ts';
export { duplicateIds } from './duplicates.ts';
export type * from './format.ts';
export { hostMatches } from './host-pattern.ts';
export { compileGlob, type Glob } from './glob.ts';
export { originOf, problemText, type Origin, type Problem } from './problem.ts';
export type { RuleSet } from './rule-set.ts';
export { compileShape, shapeNames, type ShapeTest } from './shape.ts';
