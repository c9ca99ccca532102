import { defineConfig } from "vitest/config";

/** Unit tests lie beside their source; contract and integration tests under tests/. Playwright has tests/e2e. */
export default defineConfig({
  test: {
    include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**", "tests/e2e/**", "tests/fixtures/**"],
    environment: "node",
    globalSetup: ["./tests/support/global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Conditions are waited for, not slept for: a busy machine may take its time.
    expect: { poll: { timeout: 10_000 } },
    passWithNoTests: true,
  },
});
