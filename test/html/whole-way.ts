import { cleanMessage } from '../../src/clean/index.ts';
import { readMessage } from '../../src/message/index.ts';
import { defaultCoreLimits, defaultPolicy } from '../../src/policy/index.ts';
import { compileRules } from '../../src/rules/index.ts';

/** The one rule of an administrator that the vectors are measured with. */
const rules = compileRules(
  [
    {
      kind: 'pixel',
      id: 'site.tracker',
      operator: 'Tracker',
      match: { hosts: ['tracker.example', '*.tracker.example'] },
      source: 'test',
      must: ['https://tracker.example/x'],
    },
  ],
  'test',
);

const compiled = {
  policy: defaultPolicy,
  rules,
  limits: defaultCoreLimits,
  headerName: 'Tracking-Protection',
};

function wrapped(body: Buffer): string {
  return (body.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');
}

/** The document as a reader's client gets it: wrapped as a message's only part, cleaned, and unwrapped again. */
export function cleanedDocument(body: Buffer, contentType: string): Buffer {
  const head = [
    'From: news@sender.example',
    'To: reader@uni.example',
    'Subject: vector',
    'MIME-Version: 1.0',
    `Content-Type: ${contentType}`,
    'Content-Transfer-Encoding: base64',
  ];
  const message = Buffer.from(`${head.join('\r\n')}\r\n\r\n${wrapped(body)}\r\n`, 'latin1');
  const { octets } = cleanMessage(message, { recipients: ['reader@uni.example'] }, compiled);
  const part = readMessage(octets, { maxParts: 100, maxDepth: 10, nested: 'keep' }).root;
  const encoded = octets.subarray(part.body.start, part.body.end).toString('latin1');
  return Buffer.from(encoded, 'base64');
}
