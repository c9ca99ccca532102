import assert from "node:assert/strict";
import { closeSync, constants, openSync } from "node:fs";
import type { XYStage } from "../../../src/engine/devices/api/xy-stage.ts";
import { SERIAL_FAMILIES } from "../../../src/engine/devices/drivers/families.ts";
import { probePort } from "../../../src/engine/devices/drivers/kit/probe.ts";
import type { OpenedDevice } from "../../../src/engine/devices/setup/device-provider.ts";
import { createSerialProvider } from "../../../src/engine/devices/setup/providers/serial-provider.ts";
import { systemSerialHost } from "../../../src/engine/devices/transports/serial-host.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { isOcularError } from "../../../src/shared/errors.ts";
import { um } from "../../../src/shared/units.ts";
import { STAGE_FAMILY } from "../stage-family.ts";
import { type Bench, refusalOf, REPLUG_LIMIT_MS, STAGE_SERIAL } from "./bench.ts";
import { attach, detach, until } from "./guest-system.ts";
import { slowedClock } from "./slowed-clock.ts";

const IDENTITY = { vendor: "1209", product: "0002", serial: STAGE_SERIAL } as const;
const LIMITS = { x: { min: -2000, max: 2000 }, y: { min: -1500, max: 1500 } } as const;
/** An answer of a real machine is too late after 500 ms. */
const LATE_MS = 600;
/** Of the virtual controller, by whatever speed it had; counters of 0.1 um. */
const TOLERANCE_UM = 0.2;

/** Our serial driver on a real terminal of the kernel, by a clock as slow as this machine. The stage given to `use` is connected. */
export async function checkStage(bench: Bench, use: (stage: XYStage) => Promise<void>): Promise<void> {
  const { checks, orders, pace } = bench;
  const clock = slowedClock(pace.factor);
  const host = systemSerialHost();
  const provider = createSerialProvider({ host, clock });
  const path = await checks.check("the stage is found by vendor, product and serial number", 40_000, async () => {
    const found = (await provider.discover()).find(({ identity }) => identity?.serial === STAGE_SERIAL);
    assert.deepEqual(found?.identity, IDENTITY);
    return found?.address;
  });
  if (path === undefined) return;
  await checks.check("probing its port tells the family and moves nothing", 90_000, async () => {
    const finding = await probePort(host.port(path), SERIAL_FAMILIES, { clock });
    assert.equal(finding?.familyId, STAGE_FAMILY);
    const { stage } = await orders.status();
    assert.deepEqual(stage.motorsUm, { x: 0, y: 0, z: 0 });
    assert.ok(stage.opens >= 1);
    checks.note(`found at ${finding?.line.baudRate} baud; the controller saw ${stage.opens} openings`);
  });
  const device = await provider.open({ key: "stage", name: "Lab stage", family: STAGE_FAMILY, identity: IDENTITY, options: { stage: { limitsUm: LIMITS } } });
  try {
    const stage = await connectStage(bench, device);
    if (stage === undefined) return;
    await checkMoves(bench, stage);
    await use(stage);
    await checkReplug(bench, device, stage);
  } finally {
    await device.dispose();
    await provider.dispose();
  }
  await checks.check("letting go of the port drops DTR and leaves the motors at rest", 20_000, async () => {
    await until("DTR is down", 10_000, async () => ((await orders.status()).stage.dtr ? undefined : true));
    assert.equal((await orders.status()).stage.isMoving, false);
  });
}

async function connectStage({ checks, orders }: Bench, { parts }: OpenedDevice): Promise<XYStage | undefined> {
  return checks.check("our driver: opens the terminal at the controller's speed", 60_000, async () => {
    const stage = parts.find(({ part }) => part === "stage")?.device as XYStage | undefined;
    assert.ok(stage);
    await stage.connect();
    assert.equal(stage.status().state, "ready");
    const { baudRate, dtr, rts } = (await orders.status()).stage;
    assert.deepEqual({ baudRate, dtr, rts }, { baudRate: 9600, dtr: true, rts: true });
    return stage;
  });
}

async function checkMoves({ checks, orders, pace }: Bench, stage: XYStage): Promise<void> {
  await checks.check("our driver: moves where it is told, with answers that come in pieces or late too, and nowhere beyond the limits", 90_000, async () => {
    for (const [fault, x, y] of [[undefined, 300, -200], ["split", -150, 40]] as const) {
      if (fault !== undefined) await orders.say(`stage ${fault}`);
      const reached = await stage.moveTo({ x: um(x), y: um(y) });
      const { motorsUm } = (await orders.status()).stage;
      for (const [at, wanted] of [[reached.x, x], [reached.y, y], [motorsUm["x"], x], [motorsUm["y"], y]]) assert.ok(Math.abs((at ?? Number.NaN) - (wanted ?? 0)) <= TOLERANCE_UM, `at ${at} um instead of ${wanted} um`);
    }
    // An answer that comes too late is refused, and not taken for the next one's.
    await orders.say(`stage late ${pace.slow(LATE_MS)}`);
    assert.ok(isOcularError(await refusalOf(stage.moveTo({ x: um(0), y: um(0) })), "DeviceTimeout"));
    const { x } = await stage.moveTo({ x: um(700), y: um(600) });
    assert.ok(Math.abs(x - 700) <= TOLERANCE_UM);
    await assert.rejects(stage.moveTo({ x: um(LIMITS.x.max + 1), y: um(0) }), (error) => isOcularError(error, "OutOfRange"));
    assert.ok(Math.abs(((await orders.status()).stage.motorsUm["x"] ?? 0) - 700) <= TOLERANCE_UM);
  });
  await checks.check("our driver: stop gets through while the stage moves", 30_000, async () => {
    await orders.say("stage busyForever");
    const refused = refusalOf(stage.moveTo({ x: um(-300), y: um(-300) }));
    await until("the motors run", 10_000, async () => ((await orders.status()).stage.isMoving ? true : undefined));
    await stage.stop();
    assert.ok(isOcularError(await refused, "Canceled"));
    assert.equal((await orders.status()).stage.isMoving, false);
  });
}

async function checkReplug({ checks, orders, busIds, usbipPort, pace }: Bench, device: OpenedDevice, stage: XYStage): Promise<void> {
  await checks.check("our driver: unplugged in a move it is absent; it is found again under another name and works", 90_000, async () => {
    const oldPath = await device.whereIs();
    assert.ok(oldPath);
    // Somebody holds the old name: the kernel must give the stage another one.
    const held = openSync(oldPath, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    try {
      await orders.say("stage busyForever");
      const refused = refusalOf(stage.moveTo({ x: um(-700), y: um(500) }));
      await until("the motors run", 10_000, async () => ((await orders.status()).stage.isMoving ? true : undefined));
      const outMs = systemClock.nowMs();
      await detach(busIds.stage);
      assert.ok(isOcularError(await refused, "DeviceDisconnected"));
      await until("the loss is noticed", 10_000, () => (stage.status().state === "absent" ? true : undefined));
      checks.note(`the loss was noticed ${Math.round(systemClock.nowMs() - outMs)} ms after "usbip detach" was called`);
      await attach(usbipPort, busIds.stage);
      const inMs = systemClock.nowMs();
      const newPath = await until("the stage is there again", 30_000, () => device.whereIs());
      assert.notEqual(newPath, oldPath);
      await stage.connect();
      const tookMs = systemClock.nowMs() - inMs;
      checks.note(`${oldPath} became ${newPath}; ready ${Math.round(tookMs)} ms after it was attached (at most ${REPLUG_LIMIT_MS} ms on a real machine, ${Math.round(pace.slow(REPLUG_LIMIT_MS))} ms here)`);
      assert.ok(tookMs <= pace.slow(REPLUG_LIMIT_MS), `it took ${Math.round(tookMs)} ms`);
      const reached = await stage.moveTo({ x: um(120), y: um(80) });
      assert.ok(Math.abs(reached.x - 120) <= TOLERANCE_UM && Math.abs(reached.y - 80) <= TOLERANCE_UM);
      assert.ok(Math.abs(((await orders.status()).stage.motorsUm["x"] ?? Number.NaN) - 120) <= TOLERANCE_UM);
    } finally {
      closeSync(held);
    }
  });
}
