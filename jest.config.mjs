/** Unit tests and tests against the real parts; the latter start ejabberd, MariaDB and browsers themselves. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: process.env['IM_LONG'] === '1' ? [] : ['<rootDir>/test/long/'], // npm run long
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2022',
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testTimeout: 120_000, // what waits in vain says so itself, sooner (wait-until.ts)
  maxWorkers: 2, // test files wait more than they work; with more at once, deadlines of the real parts pass
  reporters: ['default', '<rootDir>/test/support/summary-reporter.mjs'],
};
