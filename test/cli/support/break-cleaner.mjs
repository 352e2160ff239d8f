// Preloaded by a test: something that cleaning a message needs fails in a way that nobody foresaw.
const { toISOString } = Date.prototype;
Date.prototype.toISOString = function () {
  if (new Error('here').stack?.includes('service/cleaner')) throw new Error('broken for the test');
  return toISOString.call(this);
};
