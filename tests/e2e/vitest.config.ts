// End-to-end tests: real server, agent, kernel, containers and browser. One file at a time: they share the machine's kernel.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: [
      'tests/bootstrap/**/*.e2e.ts',
      'tests/e2e/**/*.e2e.ts',
      'tests/load/**/*.e2e.ts',
      'tests/chaos/**/*.e2e.ts',
    ],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    teardownTimeout: 30_000,
  },
})
