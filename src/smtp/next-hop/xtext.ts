/** RFC 3461 4: every octet that is not printable ASCII, and `+` and `=`, becomes `+` and two upper-case hex digits. */
export function encodeXtext(text: string): string {
  let out = '';
  for (const octet of Buffer.from(text, 'utf8')) {
    const plain = octet > 0x20 && octet < 0x7f && octet !== 0x2b && octet !== 0x3d;
    out += plain ? String.fromCharCode(octet) : `+${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
