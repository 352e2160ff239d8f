import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../../src/config/index.ts';

// `npm run build:schema`: a test says when the file is no longer what the schema gives.
const file = new URL('../../config/mailsluice.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
