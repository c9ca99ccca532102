import { defineConfig } from "eslint/config";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Syntax this project does not use, with the sentence that says why. */
const refusedSyntax = [
  {
    selector: "CatchClause > BlockStatement[body.length=0]",
    message: "Handle each error once: return it, log it or throw it. An empty catch hides it.",
  },
  {
    selector: "ExportAllDeclaration:not([exported])",
    message: "No barrel files: import from the file that defines it.",
  },
  {
    // The object `z` holds every part of the library: with it a bundle carries half a megabyte that nobody calls.
    selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier[imported.name='z']",
    message: 'Write `import * as z from "zod"`: what is not used is then left out of the bundle.',
  },
];

const refusedInTests = [
  {
    selector: "MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo|fixme)$/]",
    message: "A test runs or is removed; where an input may be missing, use skipIf with a reason.",
  },
];

export default defineConfig(
  { ignores: ["out/**", "node_modules/**", ".runtime/**", "test-results/**", "models/**", "native/**", "**/*.d.ts"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: ["error", "always"],
      "no-empty": "error",
      "no-eval": "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-restricted-syntax": ["error", ...refusedSyntax],
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/ban-ts-comment": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      // An abort signal's reason is whatever the caller gave: it is passed on as it is.
      "@typescript-eslint/prefer-promise-reject-errors": ["error", { allowThrowingUnknown: true, allowThrowingAny: true }],
      "@typescript-eslint/only-throw-error": ["error", { allowThrowingUnknown: true, allowThrowingAny: true }],
      // A method that keeps a promise of an interface may have nothing to wait for.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["src/shared/**", "src/core/**"],
    ignores: ["**/*.test.ts", "**/testing/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Randomness is injected." },
        { object: "Date", property: "now", message: "Time is injected." },
      ],
    },
  },
  {
    files: ["src/**"],
    ignores: ["**/*.test.ts", "src/engine/runtime/rename-into-place.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { paths: [{ name: "node:fs/promises", importNames: ["rename"], message: "Windows refuses it while a virus scanner looks: use renameIntoPlace." }] },
      ],
    },
  },
  {
    files: ["src/renderer/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" },
  },
  {
    files: ["**/*.test.ts", "**/*.test.tsx", "tests/**"],
    rules: {
      "no-restricted-syntax": ["error", ...refusedSyntax, ...refusedInTests],
      // Vitest's matchers (expect.any, objectContaining) have no narrower type, and spies are passed by name.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  // Tools find their configuration and their hooks by a default export.
  { files: ["*.config.ts", "*.config.mjs", "tests/e2e/support/prepare.ts"], rules: { "no-restricted-exports": "off" } },
  {
    // Plain scripts: checked by tsc, and free to read JSON that no schema describes.
    files: ["**/*.mjs", "**/*.cjs"],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { "@typescript-eslint/switch-exhaustiveness-check": "off", "@typescript-eslint/no-require-imports": "off" },
  },
);
