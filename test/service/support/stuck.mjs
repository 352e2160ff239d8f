// A worker process that is ready and then answers nothing any more.
process.on('message', () => {
  const address = { kind: 'unix', path: '/nowhere' };
  process.send?.({ kind: 'ready', addresses: [address] }, undefined, {}, () => {
    for (;;);
  });
});
