/** Whether `text` matches a glob in which `*` is any run of characters; linear but for the number of stars. */
export function matchesStars(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/**
 * Whether an address (lower case) is meant by an entry: `user@domain`, `user@` (at any domain), `domain` or `@domain`, or a glob of the
 * whole address or, without `@`, of its domain.
 */
export function addressMatches(entry: string, address: string): boolean {
  const wanted = entry.toLowerCase();
  const at = address.lastIndexOf('@');
  const domain = at < 0 ? '' : address.slice(at + 1);
  if (wanted.endsWith('@')) return (at < 0 ? address : address.slice(0, at)) === wanted.slice(0, -1);
  if (wanted.startsWith('@')) return matchesStars(wanted.slice(1), domain);
  return matchesStars(wanted, wanted.includes('@') ? address : domain);
}

const localPart = /^([^\s@<>()[\],;:\\"]+|"[^"]*")$/;

/** Made where it is asked for: an expression with classes of Unicode takes half a millisecond. */
function isDomainPart(text: string): boolean {
  return /^([\p{L}\p{N}_*-]+(\.[\p{L}\p{N}_*-]+)*|\[[\w.:]+\])$/u.test(text);
}

/** Why no address, or another than was meant, would be meant by an entry; undefined for a sound one. */
export function addressProblem(entry: string): string | undefined {
  const at = entry.lastIndexOf('@');
  const local = entry.slice(0, Math.max(0, at));
  const domain = entry.slice(at + 1);
  const isSound = (local === '' || localPart.test(local)) && (domain === '' || isDomainPart(domain));
  if (!isSound || local + domain === '') {
    return 'write an address, a local part as postmaster@, a domain, or a glob such as *@uni.example';
  }
  if (at < 0 && !/[.*[]/.test(domain)) {
    return `write ${entry}@ for the local part in any domain, @${entry} for the domain`;
  }
  return domain === '' && local.includes('*') ? `write ${entry}* for any domain` : undefined;
}
