import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'packages/**/*.test.ts',
      'apps/**/*.test.ts',
      'apps/**/*.test.tsx',
      'testbed/**/*.test.ts',
      'bench/**/*.test.ts',
      'tests/*.test.ts',
      'tests/cli/*.test.ts',
      'tests/e2e/compliance/*.test.ts',
      'tests/fuzz/*.test.ts',
      'tests/hostile/*.test.ts',
      'tests/bootstrap/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/build/**', '**/dist/**'],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
})
