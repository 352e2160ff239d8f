export { scoreOf, weights, type EvidenceKind, type EvidenceName, type Weighed } from './evidence.ts';
export { judgeLoads } from './judge-loads.ts';
export { certaintyFrom } from './verdict.ts';
