// Preloaded by a test: a message with the field `X-Break: thread` kills the thread that cleans it, one with `X-Break: core` makes the core throw, as
// faults that nobody foresaw would; and what is thrown quotes the message.
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) {
  let message = '';
  const { from } = Buffer;
  Buffer.from = function (value, ...rest) {
    const made = from.call(this, value, ...rest);
    const isShared = value instanceof SharedArrayBuffer;
    if ((isShared || value instanceof ArrayBuffer) && made.length > 100) message = made.latin1Slice();
    return made;
  };
  const breaks = (word, where) =>
    message.includes(`X-Break: ${word}\r\n`) && new Error('here').stack?.includes(where) === true;
  const { toISOString } = Date.prototype;
  Date.prototype.toISOString = function () {
    if (breaks('thread', 'service/cleaner')) throw new TypeError(`cannot read ${message}`);
    return toISOString.call(this);
  };
  const { toSorted } = Array.prototype;
  Array.prototype.toSorted = function (...args) {
    if (breaks('core', '/clean/')) throw new RangeError(`cannot sort ${message}`);
    return toSorted.apply(this, args);
  };
}
