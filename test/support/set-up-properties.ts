import fc from 'fast-check';

/**
 * Property tests draw the same cases every time, so that a failure is never a matter of luck.
 * `PROPERTY_SEED=7 npm test` draws others.
 */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });
