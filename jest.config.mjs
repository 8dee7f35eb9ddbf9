/** Tests are ES modules as the product is (hence --experimental-vm-modules); swc strips the types, `tsc` checks them. */
export default {
  testEnvironment: '<rootDir>/test/environment.mjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  // A minute and more each: `npm run test:slow` runs them.
  testPathIgnorePatterns: ['/node_modules/', 'trial-killed', 'trial-answers'],
  // For what hangs: a busy machine takes several times as long as a quiet one.
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/waiting-first.mjs',
  // Tests wait for sockets more than they work, so a machine of two cores runs three files at a time (Jest's own default would be one).
  maxWorkers: 3,
};
