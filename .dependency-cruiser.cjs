/**
 * Who may import whom: the table in ARCHITECTURE.md as rules. Everything the table does not allow is refused here;
 * tests/layers.test.ts plants one bad import for every rule. Imports of types count like any other.
 */

/** Tests, and the folders called testing/, which hold what only tests use. */
const test = "(\\.test\\.tsx?$|\\btesting/)";
/** @param {string[]} names packages, whether installed or not */
const packages = (...names) => `(^|/)node_modules/(${names.join("|")})/|^(${names.join("|")})(/|$)`;

/** @type {(name: string, comment: string, from: object, to: object) => object} */
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

module.exports = {
  forbidden: [
    forbid(
      "shared-only-zod",
      "What every process agrees on is pure TypeScript: it may import zod and itself.",
      { path: "^src/shared/", pathNot: test },
      { pathNot: ["^src/shared/", packages("zod")] },
    ),
    forbid(
      "core-only-shared",
      "Pure algorithms may import src/shared and themselves.",
      { path: "^src/core/", pathNot: test },
      { pathNot: "^src/(core|shared)/" },
    ),
    forbid(
      "lower-layers-know-no-higher",
      "Not even the tests beside shared and core may reach up.",
      { path: "^src/(shared|core)/.*" + test },
      { path: "^src/(engine|main|cli|preload|renderer)/" },
    ),
    forbid(
      "engine-only-core-shared",
      "The instrument runs on plain Node below every front end.",
      { path: "^src/engine/" },
      { path: "^src/(main|cli|preload|renderer)/" },
    ),
    forbid(
      "engine-no-front-end-libraries",
      "Libraries of the window and of the command line have no place in the instrument.",
      { path: "^src/engine/" },
      { path: packages("react", "react-dom", "three", "zustand", "commander") },
    ),
    forbid(
      "main-only-engine-core-shared",
      "The Electron main process talks to the page through src/shared/ipc.",
      { path: "^src/main/" },
      { path: "^src/(cli|preload|renderer)/" },
    ),
    forbid(
      "cli-only-engine-core-shared",
      "The command line is the same engine without a window.",
      { path: "^src/cli/" },
      { path: "^src/(main|preload|renderer)/" },
    ),
    forbid(
      "preload-only-contract",
      "The preload exposes the contract, nothing else.",
      { path: "^src/preload/", pathNot: test },
      { pathNot: ["^src/preload/", "^src/shared/ipc/", packages("electron")] },
    ),
    forbid(
      "electron-only-main-preload",
      "Electron is known to src/main and src/preload alone.",
      { path: "^src/", pathNot: "^src/(main|preload)/" },
      { path: packages("electron") },
    ),
    forbid(
      "renderer-only-core-shared",
      "The page reaches the instrument through src/renderer/api only.",
      { path: "^src/renderer/" },
      { path: "^src/(engine|main|cli|preload)/" },
    ),
    forbid(
      "renderer-no-node",
      "The page is sandboxed: Node is not there.",
      { path: "^src/renderer/", pathNot: test },
      { dependencyTypes: ["core"] },
    ),
    forbid(
      "feature-not-another-feature",
      "A feature never imports another feature's inside; src/renderer/app puts them together.",
      { path: "^src/renderer/features/([^/]+)/" },
      { path: "^src/renderer/features/", pathNot: "^src/renderer/features/$1/" },
    ),
    forbid(
      "feature-only-api-ui-scene",
      "Of the renderer a feature may import api, ui, scene and the parts that features share.",
      { path: "^src/renderer/features/" },
      { path: "^src/renderer/", pathNot: "^src/renderer/(features|api|ui|scene|parts)/" },
    ),
    forbid(
      "parts-only-api-ui-scene",
      "What features share stands below them: it knows no feature and no shell.",
      { path: "^src/renderer/parts/" },
      { path: "^src/renderer/", pathNot: "^src/renderer/(parts|api|ui|scene)/" },
    ),
    forbid(
      "ui-only-itself",
      "Widgets know nothing of the domain: no features, no client, no scene.",
      { path: "^src/renderer/ui/" },
      { path: "^src/renderer/", pathNot: "^src/renderer/ui/" },
    ),
    forbid(
      "api-only-itself",
      "The client of the contract knows no screens.",
      { path: "^src/renderer/api/" },
      { path: "^src/renderer/", pathNot: "^src/renderer/api/" },
    ),
    forbid(
      "scene-never-react",
      "Scene layers own and dispose what they draw and know no React.",
      { path: "^src/renderer/scene/" },
      { path: packages("react", "react-dom", "zustand") },
    ),
    forbid(
      "scene-only-three-core-shared",
      "Scene layers draw what they are given.",
      { path: "^src/renderer/scene/" },
      { path: "^src/renderer/", pathNot: "^src/renderer/scene/" },
    ),
    forbid(
      "three-only-in-scene",
      "three.js is the scene's own business.",
      { path: "^src/", pathNot: "^src/renderer/scene/" },
      { path: packages("three", "@types/three") },
    ),
    forbid(
      "serial-usb-only-in-transports",
      "Only a transport opens a port.",
      { path: "^src/", pathNot: "^src/engine/devices/transports/" },
      { path: packages("serialport", "@serialport/[^/]+", "usb") },
    ),
    forbid(
      "datagrams-only-in-transports",
      "Only a transport opens a socket for datagrams; the lab's programs and the tests have sockets of their own.",
      { path: "^src/", pathNot: "^src/engine/devices/transports/gige/" },
      { path: "^(node:)?dgram$" },
    ),
    forbid(
      "onnxruntime-only-in-inference-worker",
      "run() blocks its thread and may take the process down: it lives in the inference process alone.",
      { path: "^src/", pathNot: "^src/engine/(entries/inference|analysis/inference/worker)" },
      { path: packages("onnxruntime-node", "onnxruntime-common") },
    ),
    forbid(
      "virtual-only-from-roots",
      "Whether a device is real or virtual is decided where the app is put together, and in tests.",
      { path: "^src/", pathNot: ["^src/(main|cli)/", "^src/engine/compose/", "^src/engine/devices/virtual/", "^src/engine/entries/", test] },
      { path: "^src/engine/devices/virtual/" },
    ),
    forbid(
      "compose-only-from-roots",
      "What main and cli share of putting the app together is no way round the fence about the virtual devices.",
      { path: "^src/", pathNot: ["^src/(main|cli)/", "^src/engine/compose/", test] },
      { path: "^src/engine/compose/" },
    ),
    forbid(
      "product-never-tests",
      "What is shipped does not import tests or scripts.",
      { path: "^src/", pathNot: test },
      { path: `^(tests|scripts)/|${test}` },
    ),
    forbid(
      "product-no-dev-dependency",
      "What is shipped uses dependencies, not devDependencies (Electron is the ground it runs on).",
      { path: "^src/", pathNot: test },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm"], pathNot: packages("electron", "@types/[^/]+") },
    ),
    forbid("no-circular", "A circle has no bottom to start reading from.", {}, { circular: true }),
    forbid(
      "no-unresolvable",
      "An import must lead somewhere.",
      {},
      { couldNotResolve: true, pathNot: packages("electron", "serialport", "@serialport/[^/]+", "usb") },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^tests/fixtures/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mts", ".d.ts", ".mjs", ".cjs", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
  },
};
