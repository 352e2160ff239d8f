import { defaultPolicy, strictest } from '../policy/index.ts';
import type { AllowEntry, Policy } from '../policy/index.ts';
import { defined } from './defined.ts';
import { locate } from './located.ts';
import type { Source } from './read-config.ts';
import type { PolicyConfig } from './schema.ts';

/** What the reader sees where a banner is on and the configuration gives no text. */
const bannerTexts = {
  en: 'Removed from this message: tracking pixels ({pixels}), redirect links ({links}), tracking parameters ({params}).',
  nl: 'Verwijderd uit dit bericht: volgpixels ({pixels}), omgeleide links ({links}), volgparameters ({params}).',
} as const;

/** Lays what is written over what holds without it. */
function overlay(base: Policy, name: string, own: PolicyConfig): Policy {
  const { links = {}, thresholds = {}, banner_text: text = {}, banner_language: language } = own;
  const line = language === undefined ? undefined : bannerTexts[language];
  return {
    name,
    mode: own.mode ?? base.mode,
    pixels: own.pixels ?? base.pixels,
    pixelThreshold: thresholds.pixels ?? base.pixelThreshold,
    personalImages: own.personal_images ?? base.personalImages,
    links: {
      named: links.named ?? base.links.named,
      generic: links.generic ?? base.links.generic,
      affiliate: links.affiliate ?? base.links.affiliate,
      protective: links.protective ?? base.links.protective,
      opaque: 'keep',
    },
    genericThreshold: thresholds.generic ?? base.genericThreshold,
    ownRewriters: links.own_rewriters ?? base.ownRewriters,
    params: own.params ?? base.params,
    receipts: own.receipts ?? base.receipts,
    amp: own.amp ?? base.amp,
    nested: own.nested ?? base.nested,
    banner: {
      position: own.banner ?? base.banner.position,
      html: text.html ?? line ?? base.banner.html,
      plain: text.plain ?? line ?? base.banner.plain,
    },
    subjectTag:
      own.subject_tag === undefined ? base.subjectTag : own.subject_tag === 'off' ? '' : own.subject_tag,
    allow: base.allow,
  };
}

function allowEntries({ config, root }: Source): readonly AllowEntry[] {
  return config.allow.map((entry, index) => {
    const { file, line } = locate(root, ['allow', index]);
    return { ...defined(entry), at: `${file}:${line}` };
  });
}

/** Every policy by its name; `default` is always there, and the others build on it. */
export function compilePolicies(source: Source): ReadonlyMap<string, Policy> {
  const { default: own = {}, ...others } = source.config.policies;
  const product: Policy = {
    ...defaultPolicy,
    banner: { ...defaultPolicy.banner, html: bannerTexts.en, plain: bannerTexts.en },
    allow: allowEntries(source),
  };
  const base = overlay(product, 'default', own);
  const named = Object.entries(others).map(([name, each]) => [name, overlay(base, name, each)] as const);
  return new Map([['default', base], ...named]);
}

/** Whether a policy does less than another in any respect, so that a forged message must not choose it. */
export function loosens(policy: Policy, than: Policy): boolean {
  const merged = strictest({ ...than, name: policy.name }, policy);
  const knobs = ({
    mode,
    pixels,
    pixelThreshold,
    personalImages,
    links,
    genericThreshold,
    ...rest
  }: Policy): unknown => [
    [mode, pixels, pixelThreshold, personalImages, genericThreshold],
    [links.named, links.generic, links.affiliate, links.protective],
    [rest.params, rest.receipts, rest.amp, rest.nested],
  ];
  return JSON.stringify(knobs(merged)) !== JSON.stringify(knobs(policy));
}
