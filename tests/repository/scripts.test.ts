import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const project = resolve(import.meta.dirname, "../..");

it.each([
  ["kill-campaign.mjs", "--foo", "Unknown option '--foo'"],
  ["kill-campaign.mjs", "--runs=ten", '--runs "ten" is no whole number from 1 up.'],
  ["kill-campaign.mjs", "--longest-ms=", '--longest-ms "" is no whole number from 1 up.'],
  ["fuzz-gigevision.mjs", "--cases=1e999", '--cases "1e999" is no whole number from 1 up.'],
  ["fuzz-serial.mjs", "--lines=-1", '--lines "-1" is no whole number from 1 up.'],
])("%s says in one line what is wrong with %s", (name, option, sentence) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve(project, "scripts", name), option], { encoding: "utf8" });
  expect({ status, stdout, stderr: stderr.trim() }).toEqual({ status: 1, stdout: "", stderr: sentence });
});
