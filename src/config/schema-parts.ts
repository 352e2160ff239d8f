import { isIP } from 'node:net';
import { z } from 'zod';
import { addressProblem } from './address-pattern.ts';
import { isNetwork, parseEndpoint } from './endpoint.ts';
import { durationMs, durationPattern, sizePattern } from './units.ts';

/** Kinds of values that occur in more than one section of the configuration. */
const durationHelp = 'write a number and ms, s, m, h or d, such as 30s';
/** Node's timers hold 31 bits of milliseconds; one that is longer fires at once. */
const longestMs = durationMs('24d');
const sizeHelp = 'write a number and B, KiB, MiB, GiB, KB, MB or GB, such as 25MiB';
const endpointHelp = 'write host:port, [ipv6]:port or unix:/path, with a port of 1-65535';
const networkHelp = 'write an IP address or network, such as 192.0.2.0/24 or 2001:db8::/32';

export const duration = z
  .string(durationHelp)
  .regex(durationPattern, { error: durationHelp, abort: true })
  .refine((text) => durationMs(text) >= 1 && durationMs(text) <= longestMs, 'write 1ms to 24d');
export const size = z.string(sizeHelp).regex(sizePattern, sizeHelp);
export const endpoint = z
  .string(endpointHelp)
  .refine((text) => parseEndpoint(text) !== undefined, endpointHelp);
export const network = z.string(networkHelp).refine(isNetwork, networkHelp);
export const file = z.string('write the path of a file').min(1, 'write the path of a file');
export const hostPattern = z
  .string()
  .regex(/^[a-z0-9*.-]+$/, 'write a host name in lower case, * for labels: *.example.com');
export const domain = z
  .string()
  .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'write a domain, such as uni.example');
/** What `addressMatches` takes. */
export const address = z.string().superRefine((text, context) => {
  const message = addressProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});
/** The same, or a file of it; what stands there is for who reads it. */
export const addressOrFile = z.string().superRefine((text, context) => {
  const message = text.startsWith('file:') ? undefined : addressProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});
const senderPattern = /^([^\s@*<>()[\],;:\\"]+@|"[^"]*"@)?[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*$/u;
/** One address or one whole domain. */
export const sender = z
  .string()
  .refine(
    (text) => senderPattern.test(text),
    'write an address or a domain without *, such as news@uni.example or uni.example',
  );
/** A name server that can be asked; empty: the system's. */
export const nameServer = z
  .string()
  .refine((text) => {
    const endpoint = parseEndpoint(text);
    const isEndpoint = endpoint?.kind === 'tcp' && isIP(endpoint.host) !== 0 && endpoint.port > 0;
    return text === '' || isIP(text) !== 0 || isEndpoint;
  }, 'write an IP address, with or without a port of 1-65535, such as 127.0.0.1:53 or [::1]:53')
  .default('');
/** What we call ourselves to others; empty where another name holds. */
export const ownName = z
  .string()
  .regex(
    /^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[(IPv6:)?[0-9A-Fa-f.:]+\])?$/,
    'write a host name, such as mx.uni.example, or an address literal, such as [192.0.2.1]',
  )
  .default('');
export const onOff = z.enum(['on', 'off']);
export const certainty = z.enum(['possible', 'probable', 'certain']);
export const knob = z.enum(['keep', 'report', 'act']);
export const count = z.int().min(1).max(1_000_000_000);

/** One value or a list of them. */
export function oneOrMore<Value extends z.ZodType>(value: Value): z.ZodUnion<[Value, z.ZodArray<Value>]> {
  return z.union([value, z.array(value)]);
}
