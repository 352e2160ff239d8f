/**
 * Whether a parameter's value means one URL to servers that read queries as forms and another to those that do not: a `+` in the path is a
 * blank to the first, and in the query it is one to whoever reads that.
 */
export function hasFormBlank(rawValue: string, decoded: string): boolean {
  if (!rawValue.includes('+') || !/^https?:/i.test(decoded)) return false;
  return /^[^?#]{0,8192}\+/.test(decoded);
}
