/** The URL that stands where a URL must not be missing: an empty one is the document's own address to some clients. */
export const INERT = 'about:blank';
