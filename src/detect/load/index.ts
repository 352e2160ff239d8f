export { weights, type EvidenceKind, type EvidenceName } from './evidence.ts';
export { judgeLoads } from './judge-loads.ts';
