import assert from "node:assert/strict";
import { openDeviceDesk } from "../../../src/engine/compose/open-device-desk.ts";
import { seatMicroscope } from "../../../src/engine/devices/seats/seated-microscope.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import type { RoleView } from "../../../src/shared/domain/device-setup.ts";
import { um } from "../../../src/shared/units.ts";
import { type Bench, REPLUG_LIMIT_MS } from "./bench.ts";
import { LAB_CONFIGURATION } from "./configuration.ts";
import { attach, detach, until } from "./guest-system.ts";
import { slowedClock } from "./slowed-clock.ts";

/** For opening everything on a real machine, ms. */
const OPEN_MS = 10_000;

/** The app's own way of living with devices, without its window: a configuration, two plugs pulled, both put back. */
export async function checkDesk({ checks, pace, busIds, usbipPort, orders }: Bench): Promise<void> {
  const clock = slowedClock(pace.factor);
  const microscope = seatMicroscope(clock);
  const said: string[] = [];
  const desk = openDeviceDesk({
    clock, frameRate: 10, microscope, system: { isUnguarded: true },
    initial: { configuration: { ...LAB_CONFIGURATION, devices: [], roles: {} }, source: { kind: "default" } },
    change: (_what, _touches, work) => work(), lockedBy: () => undefined, say: (tone, text) => said.push(`${tone}: ${text}`),
  });
  const role = (name: RoleView["role"]): RoleView | undefined => desk.setup().roles.find((each) => each.role === name);
  const areReady = (): true | undefined => (["camera", "xyStage", "focusDrive"] as const).every((name) => role(name)?.state === "ready") ? true : undefined;
  try {
    await checks.check("the app's configuration opens camera, stage and focus by their identities", 120_000, async () => {
      await desk.load(LAB_CONFIGURATION, { kind: "file", path: "lab.yaml" });
      await until(`all roles are ready (${said.join(" ")})`, pace.slow(OPEN_MS), areReady);
      await microscope.camera.applySettings({ exposureMs: 7 });
    });
    await checks.check("both plugs out: each missing role is named in a sentence; both in: the app takes them up by itself, with settings", 120_000, async () => {
      await Promise.all([detach(busIds.camera), detach(busIds.stage)]);
      await until("both are missed", pace.slow(REPLUG_LIMIT_MS), () => (/not plugged in: plug it in/u.test(`${role("camera")?.missing}`) && /not plugged in: plug it in/u.test(`${role("xyStage")?.missing}`) ? true : undefined));
      await attach(usbipPort, busIds.camera);
      await attach(usbipPort, busIds.stage);
      const inMs = systemClock.nowMs();
      await until("all roles are ready again", pace.slow(REPLUG_LIMIT_MS), areReady);
      checks.note(`all ready again ${Math.round(systemClock.nowMs() - inMs)} ms after the second was attached (at most ${REPLUG_LIMIT_MS} ms on a real machine, ${Math.round(pace.slow(REPLUG_LIMIT_MS))} ms here)`);
      assert.equal(microscope.camera.settings().exposureMs, 7);
      await microscope.stage.moveTo({ x: um(50), y: um(-50) });
      assert.ok(Math.abs(((await orders.status()).stage.motorsUm["x"] ?? Number.NaN) - 50) < 1);
    });
  } finally {
    await desk.dispose();
  }
}
