export { DEFAULT_CAPS } from './caps.ts';
export type { ScanCaps } from './caps.ts';
export { withoutComments } from './conditions.ts';
export { neutralise, removeTag } from './edit.ts';
export { Inherited } from './inherited.ts';
export { rewriteUrl } from './rewrite.ts';
export { scanCss, scanHtml } from './scan.ts';
export { Spare } from './work.ts';
export type { ScanOptions } from './scan.ts';
export type {
  Attribute,
  Channel,
  ElementInfo,
  FlatReason,
  HtmlScan,
  Layer,
  Place,
  StyleRule,
} from './place.ts';
export { INERT } from './inert.ts';
export { tailOf } from './place.ts';
