export async function runDemo(_o: unknown): Promise<number> { return Promise.resolve(0); }
