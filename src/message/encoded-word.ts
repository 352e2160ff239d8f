const encodedWord = /=\?[^?]{1,60}\?([bq])\?([^?]{0,998})\?=/gi;

/** Encoded words (RFC 2047) decoded; octets 128-255 as U+0080-U+00FF. They stand in no parameter by the book, and some readers decode them there. */
export function decodeWords(text: string): string {
  return text.replace(encodedWord, (_, encoding: string, data: string) =>
    encoding.toLowerCase() === 'b'
      ? Buffer.from(data, 'base64').toString('latin1')
      : data
          .replaceAll('_', ' ')
          .replace(/=([0-9a-fA-F]{2})/g, (_escape, hex: string) =>
            String.fromCharCode(Number.parseInt(hex, 16)),
          ),
  );
}
