import { defineConfig } from "@playwright/test";

/** End-to-end tests start the built app in a real Electron window: one at a time, for it wants the machine to itself. */
export default defineConfig({
  testDir: "tests/e2e",
  globalSetup: "./tests/e2e/support/prepare.ts",
  testMatch: "**/*.e2e.ts",
  outputDir: "test-results/e2e",
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [["list"]],
});
