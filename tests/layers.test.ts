import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const project = resolve(import.meta.dirname, "..");
const config = createRequire(import.meta.url)(join(project, ".dependency-cruiser.cjs")) as {
  forbidden: IForbiddenRuleType[];
  options: ICruiseOptions;
};

/** One bad import for every rule: the rule, the file that breaks it, and what that file imports. */
const planted: readonly [rule: string, file: string, imported: string][] = [
  ["shared-only-zod", "src/shared/a.ts", "../core/ok.ts"],
  ["shared-only-zod", "src/shared/b.ts", "node:fs"],
  ["core-only-shared", "src/core/a.ts", "../engine/ok.ts"],
  ["core-only-shared", "src/core/b.ts", "zod"],
  ["lower-layers-know-no-higher", "src/core/c.test.ts", "../engine/ok.ts"],
  ["lower-layers-know-no-higher", "src/core/testing/a.ts", "../../engine/ok.ts"],
  ["engine-only-core-shared", "src/engine/a.ts", "../main/ok.ts"],
  ["engine-no-front-end-libraries", "src/engine/b.ts", "react"],
  ["main-only-engine-core-shared", "src/main/a.ts", "../renderer/ok.ts"],
  ["cli-only-engine-core-shared", "src/cli/a.ts", "../main/ok.ts"],
  ["preload-only-contract", "src/preload/a.ts", "../core/ok.ts"],
  ["preload-only-contract", "src/preload/b.ts", "../shared/ok.ts"],
  ["electron-only-main-preload", "src/engine/c.ts", "electron"],
  ["electron-only-main-preload", "src/cli/b.ts", "electron"],
  ["electron-only-main-preload", "src/renderer/features/live/a.ts", "electron"],
  ["renderer-only-core-shared", "src/renderer/a.ts", "../engine/ok.ts"],
  ["renderer-no-node", "src/renderer/b.ts", "node:path"],
  ["feature-not-another-feature", "src/renderer/features/live/b.ts", "../review/ok.ts"],
  ["feature-only-api-ui-scene", "src/renderer/features/live/c.ts", "../../app/ok.ts"],
  ["parts-only-api-ui-scene", "src/renderer/parts/a.ts", "../app/ok.ts"],
  ["ui-only-itself", "src/renderer/ui/a.ts", "../api/ok.ts"],
  ["api-only-itself", "src/renderer/api/a.ts", "../ui/ok.ts"],
  ["scene-never-react", "src/renderer/scene/a.ts", "react"],
  ["scene-only-three-core-shared", "src/renderer/scene/b.ts", "../api/ok.ts"],
  ["three-only-in-scene", "src/renderer/features/live/d.ts", "three"],
  ["serial-usb-only-in-transports", "src/engine/devices/drivers/a.ts", "serialport"],
  ["serial-usb-only-in-transports", "src/engine/devices/drivers/b.ts", "usb"],
  ["datagrams-only-in-transports", "src/engine/devices/drivers/c.ts", "node:dgram"],
  ["datagrams-only-in-transports", "src/engine/devices/transports/usb/a.ts", "dgram"],
  ["onnxruntime-only-in-inference-worker", "src/engine/analysis/a.ts", "onnxruntime-node"],
  ["onnxruntime-only-in-inference-worker", "src/main/b.ts", "onnxruntime-node"],
  ["virtual-only-from-roots", "src/engine/acquisition/a.ts", "../devices/virtual/ok.ts"],
  ["compose-only-from-roots", "src/engine/acquisition/b.ts", "../compose/ok.ts"],
  ["product-never-tests", "src/engine/d.ts", "../../tests/ok.ts"],
  ["product-never-tests", "src/engine/f.ts", "../core/testing/ok.ts"],
  ["product-no-dev-dependency", "src/engine/e.ts", "vitest"],
  ["no-circular", "src/core/circle-a.ts", "./circle-b.ts"],
  ["no-unresolvable", "src/core/d.ts", "./nowhere.ts"],
];

/** Imports the table allows: none of them may be reported. */
const allowed: readonly [file: string, imported: string][] = [
  ["src/shared/ok.ts", "zod"],
  ["src/core/circle-b.ts", "./circle-a.ts"], // the other half of the planted circle, which is reported once
  ["src/core/ok.ts", "../shared/ok.ts"],
  ["src/core/testing/ok.ts", "vitest"],
  ["src/engine/ok.ts", "../core/ok.ts"],
  ["src/engine/devices/transports/ok.ts", "serialport"],
  ["src/engine/devices/transports/gige/ok.ts", "node:dgram"],
  ["src/engine/entries/inference.ts", "onnxruntime-node"],
  ["src/engine/acquisition/ok.test.ts", "../devices/virtual/ok.ts"],
  ["src/main/ok.ts", "electron"],
  ["src/engine/compose/ok.ts", "../devices/virtual/ok.ts"],
  ["src/main/compose.ts", "../engine/compose/ok.ts"],
  ["src/main/virtual.ts", "../engine/devices/virtual/ok.ts"],
  ["src/preload/ok.ts", "../shared/ipc/ok.ts"],
  ["src/renderer/scene/ok.ts", "three"],
  ["src/renderer/features/live/ok.ts", "../../scene/ok.ts"],
  ["src/renderer/features/review/ok.ts", "react"],
  ["src/renderer/app/ok.ts", "../features/live/ok.ts"],
];

const leaves = [
  "src/shared/ipc/ok.ts",
  "src/engine/devices/virtual/ok.ts",
  "src/renderer/ok.ts",
  "src/renderer/api/ok.ts",
  "src/renderer/ui/ok.ts",
  "tests/ok.ts",
];
const dependencies = ["zod", "react", "three", "serialport", "usb", "onnxruntime-node"];
const devDependencies = ["electron", "vitest"];

async function check(baseDir: string, folders: string[]): Promise<ICruiseResult> {
  const { output } = await cruise(folders, {
    ...config.options,
    baseDir,
    validate: true,
    ruleSet: { forbidden: config.forbidden },
  });
  if (typeof output === "string") throw new Error(output);
  return output;
}

describe("layer rules", () => {
  let folder = "";
  let reported: { rule: string; from: string; to: string }[] = [];

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ocular-layers-"));
    const versions = (names: string[]) => Object.fromEntries(names.map((name) => [name, "1.0.0"]));
    await write(
      "package.json",
      JSON.stringify({ dependencies: versions(dependencies), devDependencies: versions(devDependencies) }),
    );
    for (const name of [...dependencies, ...devDependencies]) {
      await write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
      await write(`node_modules/${name}/index.js`, "module.exports = {};\n");
    }
    for (const file of leaves) await write(file, "export const ok = 1;\n");
    for (const [file, imported] of allowed) await write(file, `import "${imported}";\nexport const ok = 1;\n`);
    for (const [, file, imported] of planted) await write(file, `import "${imported}";\nexport const bad = 1;\n`);
    const { summary } = await check(folder, ["src"]);
    reported = summary.violations.map((found) => ({ rule: found.rule.name, from: found.from, to: found.to }));
  }, 240_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each(planted)("%s refuses %s importing %s", (rule, file) => {
    expect(reported.filter((found) => found.from === file).map((found) => found.rule)).toContain(rule);
  });

  it.each(allowed)("%s may import %s", (file) => {
    expect(reported.filter((found) => found.from === file)).toEqual([]);
  });

  it("has a planted import for every rule", () => {
    const tried = new Set(planted.map(([rule]) => rule));
    expect(config.forbidden.map((rule) => rule.name ?? "(no name)").filter((name) => !tried.has(name))).toEqual([]);
  });

  it("finds nothing in this project", async () => {
    const { summary } = await check(project, ["src", "tests", "scripts"]);
    expect(summary.violations.map((found) => `${found.rule.name}: ${found.from} -> ${found.to}`)).toEqual([]);
    expect(summary.totalCruised).toBeGreaterThan(10);
  }, 240_000);
});
