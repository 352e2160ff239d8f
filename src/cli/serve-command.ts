export async function serve(_options: unknown): Promise<number> {
  return Promise.resolve(0);
}
