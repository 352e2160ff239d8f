// Preloaded by a test: something that cleaning a message needs fails in a way that nobody foresaw.
Date.prototype.toISOString = () => {
  throw new Error('broken for the test');
};
