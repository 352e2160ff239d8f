import { z } from 'zod';
import { parseParamCondition } from './condition.ts';
import { requiredWords } from './glob.ts';
import { hostPatternFault } from './host-pattern.ts';
import { compileShape, shapeNames } from './shape.ts';
import { issueText } from './wording.ts';

/** A custom fault's message stands for itself; those of zod are put into words by `wording.ts`. */
const text = z.string().min(1);
const texts = z.array(text).min(1);

const id = z
  .string()
  .refine(
    (value) => /^[a-z0-9]/.test(value) && value.split('.').every((word) => /^[a-z0-9-]+$/.test(word)),
    'must be lower case words with dots between them, such as `mailchimp.open`',
  );

const shape = z.string().refine((value) => compileShape(value) !== undefined, {
  error: (issue) =>
    `\`${String(issue.input)}\` is no token shape: an alphabet (${shapeNames.join(', ')}) and a least length, such as \`hex16\``,
});

const host = z.string().superRefine((value, context) => {
  const fault = hostPatternFault(value);
  if (fault !== undefined)
    context.addIssue({ code: 'custom', message: `host pattern \`${value}\` ${fault}` });
});

const path = z.string().regex(/^[/*]/, 'must begin with `/` (or `*`): it is compared with the whole path');

const condition = z.string().superRefine((value, context) => {
  const parsed = parseParamCondition(value);
  if (parsed.name === '') {
    context.addIssue({ code: 'custom', message: `\`${value}\` has no parameter name` });
  } else if (parsed.kind === 'shape' && compileShape(parsed.shape) === undefined) {
    context.addIssue({ code: 'custom', message: `\`${parsed.shape}\` in \`${value}\` is no token shape` });
  }
});

const match = z.strictObject({
  hosts: z.array(host).min(1).optional(),
  paths: z.array(path).min(1).optional(),
  query: z.array(condition).min(1).optional(),
  fragment: text.optional(),
  segments: z
    .record(z.string().regex(/^-?\d{1,2}$/, 'must be a number, 0 being the first'), shape)
    .optional(),
});

/** Without a host, a rule must name something rare enough to look it up by, or every URL would have to be tried against it. */
const boundMatch = match.superRefine((value, context) => {
  if (value.hosts !== undefined || value.query !== undefined) return;
  const paths = value.paths ?? [];
  if (paths.length > 0 && paths.every((glob) => requiredWords(glob).length > 0)) return;
  context.addIssue({
    code: 'custom',
    message:
      'without `hosts` and `query`, every path must have a whole word between slashes, such as `/track/open/*`',
  });
});

const step = {
  query: z.strictObject({ query: z.union([text, texts]), last: z.boolean().optional() }),
  query_tail: z.strictObject({ query_tail: text }),
  query_whole: z.strictObject({ query_whole: z.literal(true) }),
  segment: z.strictObject({ segment: z.int() }),
  path_after: z.strictObject({ path_after: text }),
  fragment: z.strictObject({ fragment: z.literal(true) }),
  percent: z.strictObject({ percent: z.literal(true) }),
  base64: z.strictObject({ base64: z.literal(true) }),
  base32: z.strictObject({ base32: z.literal(true) }),
  hex: z.strictObject({ hex: z.literal(true) }),
  inflate: z.strictObject({ inflate: z.literal(true) }),
  json: z.strictObject({ json: text }),
  jwt: z.strictObject({ jwt: text }),
  protobuf: z.strictObject({ protobuf: z.int().min(1) }),
  sparkpost: z.strictObject({ sparkpost: z.int().min(1) }),
  split: z.strictObject({ split: text, index: z.int() }),
  prepend: z.strictObject({ prepend: text }),
  parameter: z.strictObject({ parameter: text }),
  unescape_html: z.strictObject({ unescape_html: z.literal(true) }),
  repair_scheme: z.strictObject({ repair_scheme: z.literal(true) }),
  cut_signature: z.strictObject({ cut_signature: text, length: z.int().min(16) }),
  replace: z.strictObject({ replace: text, with: z.string() }),
  proofpoint: z.strictObject({ proofpoint: z.union([z.literal(1), z.literal(2), z.literal(3)]) }),
} as const;

/** Names of the decode steps. */
export const stepNames: readonly string[] = Object.keys(step);

const decodeStep = z.unknown().transform((value, context) => {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const name = keys.find((key): key is keyof typeof step => key in step);
  if (name === undefined) {
    context.addIssue({ code: 'custom', message: '', params: { unknown: keys[0] ?? '', among: stepNames } });
    return z.NEVER;
  }
  const parsed = step[name].safeParse(value);
  if (parsed.success) return parsed.data;
  const known = Object.keys(step[name].shape);
  for (const issue of parsed.error.issues) {
    const at: unknown = Reflect.get(Object(value), issue.path[0] ?? name);
    context.addIssue({ code: 'custom', message: issueText(issue, at, known), params: { whole: true } });
  }
  return z.NEVER;
});

const base = {
  id,
  operator: text,
  category: text.optional(),
  source: text,
  probable: z.boolean().optional(),
};
const urls = { must: texts, must_not: texts.optional() };
const rewrites = {
  must: z.array(z.strictObject({ url: text, to: text })).min(1),
  must_not: texts.optional(),
};

/** Schema by kind; a pixel rule with `selector` has its own. */
export const schemas = {
  pixel: z.strictObject({ ...base, kind: z.literal('pixel'), match: boundMatch, ...urls }),
  selector: z.strictObject({
    ...base,
    kind: z.literal('pixel'),
    selector: text,
    must: texts.optional(),
    must_not: texts.optional(),
  }),
  redirect: z.strictObject({
    ...base,
    kind: z.literal('redirect'),
    class: z.enum(['named', 'protective', 'affiliate']).optional(),
    match: boundMatch,
    decode: z.array(decodeStep).min(1),
    ...rewrites,
  }),
  opaque: z.strictObject({ ...base, kind: z.literal('opaque'), match: boundMatch, ...urls }),
  keep: z.strictObject({ ...base, kind: z.literal('keep'), guard: text, match: boundMatch, ...urls }),
  param: z.strictObject({
    ...base,
    kind: z.literal('param'),
    names: z
      .array(z.string().regex(/^[^*]+\*?$/, 'must be a name, or a beginning with `*` behind it'))
      .min(1),
    value: shape.optional(),
    except: z.array(host).min(1).optional(),
    match: match.default({}),
    ...rewrites,
  }),
} as const;

export const kinds = ['pixel', 'redirect', 'opaque', 'keep', 'param'] as const;
