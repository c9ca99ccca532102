import { defineConfig } from "vitest/config";

const everywhere = {
  exclude: ["**/node_modules/**", "tests/e2e/**", "tests/fixtures/**"],
  environment: "node",
  testTimeout: 20_000,
  hookTimeout: 30_000,
  // Conditions are waited for, not slept for: a busy machine may take its time.
  expect: { poll: { timeout: 10_000 } },
};

/** The native kernels once more with fewer instructions than this processor may have (native/src/api/cpu.h). */
const narrower = ["avx2", "plain"].map((instructions) => ({
  test: { ...everywhere, name: instructions, include: ["src/engine/native/**/*.test.ts"], env: { OCULAR_INSTRUCTIONS: instructions } },
}));

/** Unit tests lie beside their source; contract and integration tests under tests/. Playwright has tests/e2e. */
export default defineConfig({
  test: {
    globalSetup: ["./tests/support/global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    passWithNoTests: true,
    projects: [{ test: { ...everywhere, name: "all", include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"] } }, ...narrower],
  },
});
