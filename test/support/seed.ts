import fc from 'fast-check';

// The same cases in every run, so that a red gate is somebody's change; MAILSLUICE_SEED=N draws others, MAILSLUICE_RUNS more of them.
fc.configureGlobal({ seed: Number(process.env['MAILSLUICE_SEED'] ?? 20_261_124) });
