import { stringify } from 'yaml';
import type { Policy } from '../policy/index.ts';
import type { Settings } from './compile-settings.ts';

const hidden = '(hidden)';

/** A policy with every key, as it is written in a configuration. */
function policyKeys(policy: Policy, language: 'en' | 'nl'): Readonly<Record<string, unknown>> {
  const { links, banner } = policy;
  return {
    mode: policy.mode,
    pixels: policy.pixels,
    links: {
      named: links.named,
      generic: links.generic,
      affiliate: links.affiliate,
      protective: links.protective,
      opaque: links.opaque,
      own_rewriters: policy.ownRewriters,
    },
    params: policy.params,
    receipts: policy.receipts,
    amp: policy.amp,
    nested: policy.nested,
    signed: 'keep',
    personal_images: policy.personalImages,
    banner: banner.position,
    banner_language: language,
    banner_text: { html: banner.html, plain: banner.plain },
    subject_tag: policy.subjectTag === '' ? 'off' : policy.subjectTag,
    thresholds: { pixels: policy.pixelThreshold, generic: policy.genericThreshold },
  };
}

/** The effective configuration with every key, as YAML that could be a configuration file; secrets are hidden. */
export function dumpConfig({ source, clean }: Settings): string {
  const { config } = source;
  const listeners = config.listeners.map((listener) =>
    listener.next_hop?.auth?.password === undefined
      ? listener
      : {
          ...listener,
          next_hop: { ...listener.next_hop, auth: { ...listener.next_hop.auth, password: hidden } },
        },
  );
  const policies = Object.fromEntries(
    [...clean.policies].map(([name, policy]) => [
      name,
      policyKeys(
        policy,
        config.policies[name]?.banner_language ?? config.policies['default']?.banner_language ?? 'en',
      ),
    ]),
  );
  return stringify({ ...config, listeners, policies }, { lineWidth: 0 });
}
