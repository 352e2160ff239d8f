import { z } from 'zod';
import {
  addressOrFile,
  certainty,
  domain,
  file,
  hostPattern,
  knob,
  nameServer,
  network,
  oneOrMore,
  onOff,
  sender,
} from './schema-parts.ts';

const offOr = z.union([z.literal('off'), z.string()]);

const bannerLine = z
  .string()
  .refine(
    (text) => !/:\/\/|\bwww\./i.test(text),
    'write a text without a link: readers shall not learn to click there',
  );

const bannerHelp = '{pixels}, {links}, {params} and {operators} are filled in; no links';

/** A policy as written: what is left out is as in `policies.default`, and there as the product has it. */
export const policy = z.strictObject({
  mode: z.enum(['clean', 'report', 'off']).optional().describe('report: say what would go, change nothing'),
  pixels: knob.optional().describe('Loads that report on the reader'),
  links: z
    .strictObject({
      named: knob.optional().describe('Redirects of a format that a rule names'),
      generic: knob.optional().describe('Redirects that only the generic decoder reads'),
      affiliate: z.enum(['keep', 'unwrap']).optional().describe('Redirects that pay somebody'),
      protective: z.enum(['keep', 'foreign', 'unwrap']).optional().describe('SafeLinks and its like'),
      opaque: z.enum(['keep']).optional().describe('Only their operator knows where they lead'),
      own_rewriters: z.array(hostPattern).optional().describe('Hosts of our own protective rewriter'),
    })
    .optional(),
  params: knob.optional().describe('utm_source and its like'),
  receipts: z.enum(['keep', 'remove']).optional().describe('Header fields that ask for a read receipt'),
  amp: z.enum(['keep', 'drop']).optional().describe('drop: take the AMP alternative out'),
  nested: z.enum(['keep', 'edit']).optional().describe('Messages inside the message'),
  signed: z.enum(['keep']).optional().describe('S/MIME and PGP are never edited'),
  personal_images: z.enum(['keep', 'neutralise']).optional().describe('Visible images with an identifier'),
  banner: z.enum(['off', 'top', 'bottom']).optional().describe('A line for the reader in an edited message'),
  banner_language: z
    .enum(['en', 'nl'])
    .optional()
    .describe('Language of the text that banner_text leaves out'),
  banner_text: z
    .strictObject({
      html: bannerLine.optional().describe(bannerHelp),
      plain: bannerLine.optional().describe(bannerHelp),
    })
    .optional(),
  subject_tag: offOr.optional().describe('Text in front of the subject of an edited message'),
  thresholds: z
    .strictObject({
      pixels: certainty.optional().describe('How sure it must be before a pixel goes'),
      generic: certainty.optional().describe('The same for links.generic'),
    })
    .optional(),
});

/** Conditions of a `select` entry; all given ones must hold, a list is a choice. */
export const when = z
  .strictObject({
    recipient: oneOrMore(addressOrFile)
      .optional()
      .describe('Address, domain, glob with *, or file:/path with one of these a line'),
    sender: oneOrMore(addressOrFile).optional().describe('The same of the envelope sender'),
    list_id: oneOrMore(z.string().min(1)).optional().describe('List-Id, or glob'),
    client: oneOrMore(network).optional().describe('Networks of the connecting client'),
    header: z.record(z.string(), z.string()).optional().describe('Header field name: glob of its value'),
    authenticated: oneOrMore(domain).optional().describe('Domain for which DMARC passed'),
    dmarc: z.enum(['pass', 'fail']).optional().describe('What DMARC said of the message'),
  })
  .refine((value) => Object.keys(value).length > 0, 'name at least one condition');

export const selection = z.strictObject({
  when,
  policy: z.string().describe('A name under policies'),
  unauthenticated: z
    .literal('ok')
    .optional()
    .describe('Let a condition that a sender can forge loosen all the same'),
});

export const allowance = z
  .strictObject({
    operator: z.string().optional().describe('As explain names it'),
    host: hostPattern.optional().describe('Host, or *.example.com'),
    sender: sender.optional().describe('Address or domain; counts when authenticated'),
    rule: z.string().optional().describe('Id of a rule, as explain names it'),
    until: z.iso
      .date('write a day, such as 2027-01-31')
      .optional()
      .describe('The entry is void from this day on'),
    why: z.string().optional().describe('Shown by explain'),
  })
  .refine(
    ({ operator, host, sender, rule }) => [operator, host, sender, rule].some((field) => field !== undefined),
    'name an operator, host, sender or rule',
  );

export const auth = z.strictObject({
  verify: onOff.default('off').describe('Check SPF, DKIM, DMARC and ARC of what comes in'),
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]*$/, 'write a host name')
    .default('')
    .describe('First word of our Authentication-Results; empty: hostname'),
  trust: z
    .array(domain)
    .default([])
    .describe('Instead of checking: servers in front whose Authentication-Results are believed'),
  dns_server: nameServer.describe('Name server to ask, such as 127.0.0.1:53; empty: the system’s'),
  arc: z
    .strictObject({
      domain,
      selector: z.string().regex(/^[A-Za-z0-9._-]+$/, 'write a DKIM selector'),
      key_file: file.describe('PEM file of an RSA or Ed25519 key'),
      messages: z.enum(['edited', 'all']).default('edited'),
    })
    .optional()
    .describe('Seal by ARC, for a receiver that trusts our seal'),
});
