import type { CoreLimits, Policy } from './policy.ts';

/** What a site gets that names no policy: DESIGN, "The default policy". */
export const defaultPolicy: Policy = {
  name: 'default',
  mode: 'clean',
  pixels: 'act',
  pixelThreshold: 'probable',
  personalImages: 'keep',
  links: { named: 'act', generic: 'act', affiliate: 'keep', protective: 'keep', opaque: 'keep' },
  genericThreshold: 'certain',
  ownRewriters: [],
  params: 'act',
  receipts: 'keep',
  amp: 'keep',
  nested: 'keep',
  banner: { position: 'off', html: '', plain: '' },
  subjectTag: '',
  allow: [],
};

export const defaultCoreLimits: CoreLimits = {
  messageBytes: 50 * 1024 * 1024,
  parts: 1_000,
  nesting: 100,
  htmlBytes: 4 * 1024 * 1024,
  htmlDepth: 512,
  htmlAttributes: 256,
  htmlElements: 200_000,
};
