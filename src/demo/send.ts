import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';

/** The sample newsletter; the path holds from src/demo and from dist/js. */
export function sampleNewsletter(): Buffer {
  return readFileSync(new URL('../../src/demo/newsletter.eml', import.meta.url));
}

/** Sends octets as they are over a real socket and waits for the reply to the final dot. */
export async function sendSample(port: number, raw: Buffer): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true, name: 'newsletter.demo' });
  try {
    const sent = await transport.sendMail({
      envelope: { from: 'courier@news.example.org', to: ['robin@uni.example'] },
      raw,
    });
    return sent.response;
  } finally {
    transport.close();
  }
}
