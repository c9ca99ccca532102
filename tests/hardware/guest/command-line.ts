import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeConfiguration } from "../../../src/engine/devices/setup/configuration/configuration-file.ts";
import { readSession } from "../../../src/engine/session/session-reader.ts";
import { type Bench, CAMERA_SERIAL, STAGE_SERIAL } from "./bench.ts";
import { LAB_CONFIGURATION } from "./configuration.ts";
import { runProgram, until } from "./guest-system.ts";

const CLI = "/project/out/hardware/ocular.mjs";
const FIELDS = 3;
/** Three Node processes start one after the other: a machine that has taken so long until here has not the time for them, ms. */
const LATEST_START_MS = 190_000;
/** A small picture, which the lab draws and the guest takes in time. */
const PICTURE = ["Width=320", "Height=240", "OffsetX=0", "OffsetY=0", "PixelFormat=Mono8", "TestPattern=Off", "ExposureTime=5000", "Gain=0", "BlackLevel=0", "AcquisitionFrameRate=5"];
/** Finds bright spots, in no time: what a real model sees is told elsewhere. */
const MODEL = "blobs";

/** The command line with a saved configuration: a process of its own, which knows of the devices what the file says. */
export async function checkCommandLine({ checks, orders, pace }: Bench): Promise<void> {
  const name = `ocular run --config: camera and stage of a saved configuration, ${FIELDS} fields, a session that verify accepts`;
  if (performance.now() > LATEST_START_MS) {
    checks.skip(name, `this machine is so busy that all before took ${Math.round(performance.now() / 1000)} s`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "ocular-cli-"));
  const file = join(folder, "lab.yaml");
  // Without a focus, which would be searched at every field: two dozen pictures that this machine takes minutes for beside other work.
  const { focusDrive: _unused, ...roles } = LAB_CONFIGURATION.roles;
  writeFileSync(file, writeConfiguration({ ...LAB_CONFIGURATION, roles }));
  process.env["OCULAR_GUEST_SLOWNESS"] = String(pace.factor);
  const ocular = (...args: readonly string[]): Promise<string> => runProgram(process.execPath, [CLI, ...args], 120_000);

  await checks.check(name, 135_000, async () => {
    await runProgram("arv-tool-0.8", ["control", ...PICTURE], 40_000);
    const before = await orders.status();
    const said = await ocular("run", "--config", file, "--wait", "20", "--fields", String(FIELDS), "--frame-rate", "5", "--model", MODEL, "--out", join(folder, "sessions"), "--operator", "hardware test");
    const session = /^Session: (.+)$/mu.exec(said)?.[1];
    assert.ok(session, said);
    const verified = await ocular("verify", session);
    assert.match(verified, new RegExp(`: sound, sealed \\(\\d+ records, ${FIELDS} files\\)`, "u"));
    checks.note(`${FIELDS} fields: ${verified.replace(session, "the session is").replace(" is:", " is").trim()}`);
    const events = (await readSession(session)).records.map(({ event }) => event);
    const [started] = events;
    assert.ok(started?.type === "session-started");
    const serials = started.devices.map(({ kind, serial }) => `${kind} ${serial}`);
    for (const each of [`camera ${CAMERA_SERIAL}`, `xyStage ${STAGE_SERIAL}`]) assert.ok(serials.includes(each), `${each} is not among ${serials.join(", ")}`);
    const places = events.flatMap((event) => (event.type === "field-kept" ? [`${event.header.stagePositionUm?.x.toFixed(1)}, ${event.header.stagePositionUm?.y.toFixed(1)}`] : []));
    assert.equal(new Set(places).size, FIELDS, `the fields are not of ${FIELDS} places: ${places.join("; ")}`);
    checks.note(`their places, um: ${places.join("; ")}`);
    // What the devices saw of it.
    const after = await orders.status();
    assert.ok(after.camera.exposed - before.camera.exposed >= FIELDS, "the camera took no pictures");
    assert.notDeepEqual(after.stage.motorsUm, before.stage.motorsUm);
    await until("the port is let go", 10_000, async () => ((await orders.status()).stage.dtr ? undefined : true));
    assert.equal((await orders.status()).stage.isMoving, false);
  });
}
