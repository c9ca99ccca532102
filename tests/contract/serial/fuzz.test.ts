import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createManualClock } from "../../../src/core/testing/manual-clock.ts";
import * as arduino from "../../../src/engine/devices/drivers/arduino/protocol.ts";
import * as asi from "../../../src/engine/devices/drivers/asi/protocol.ts";
import * as coolled from "../../../src/engine/devices/drivers/coolled/protocol.ts";
import * as grbl from "../../../src/engine/devices/drivers/grbl/protocol.ts";
import * as ludl from "../../../src/engine/devices/drivers/ludl/protocol.ts";
import * as lumencor from "../../../src/engine/devices/drivers/lumencor/protocol.ts";
import * as marlin from "../../../src/engine/devices/drivers/marlin/protocol.ts";
import * as prior from "../../../src/engine/devices/drivers/prior-proscan/protocol.ts";
import * as sangaboard from "../../../src/engine/devices/drivers/sangaboard/protocol.ts";
import * as tango from "../../../src/engine/devices/drivers/tango/protocol.ts";
import * as zaber from "../../../src/engine/devices/drivers/zaber/protocol.ts";
import { type Exchange, ReplyRefused, ReplyUnreadable } from "../../../src/engine/devices/transports/exchange.ts";
import { isOcularError } from "../../../src/shared/errors.ts";
import { um } from "../../../src/shared/units.ts";
import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { LAB_FAULTS } from "../../lab/serial/faults.ts";
import { LabController } from "../../lab/serial/lab-controller.ts";
import type { LabFamily } from "../../lab/serial/subject.ts";
import { ending, type Subject, until, valueOf } from "../contract.ts";
import type { Device } from "../../../src/engine/devices/api/device.ts";

/** scripts/fuzz-serial.mjs asks for more. */
const RUNS = Number(process.env["OCULAR_FUZZ_RUNS"] ?? 300);
const LINE_RUNS = Number(process.env["OCULAR_FUZZ_LINE_RUNS"] ?? 6);

/** Every reply that the codecs read, with an answer that is right. */
const CODECS: readonly { readonly family: string; readonly exchange: Exchange<unknown>; readonly right: string }[] = [
  { family: "prior-proscan", exchange: prior.motionStatus, right: "3" },
  { family: "prior-proscan", exchange: prior.stagePosition, right: "-1234,5678" },
  { family: "prior-proscan", exchange: prior.focusPosition, right: "-77" },
  { family: "prior-proscan", exchange: prior.stageResolution, right: "0.1" },
  { family: "prior-proscan", exchange: prior.moveStage(1, 2), right: "E,8\n0" },
  { family: "prior-proscan", exchange: prior.shutterIsOpen(1), right: "0" },
  { family: "prior-proscan", exchange: prior.identify, right: "PROSCAN INFORMATION\nSTAGE = H101/2\nEND" },
  { family: "asi", exchange: asi.positionOf(["X", "Y"]), right: ":A 1234 -5678" },
  { family: "asi", exchange: asi.anyBusy, right: "B" },
  { family: "asi", exchange: asi.axisBusy("X"), right: ":A N" },
  { family: "asi", exchange: asi.moveAxes([{ axis: "X", to: 5 }]), right: ":N-4" },
  { family: "asi", exchange: asi.lampLevel, right: ":A X=55" },
  { family: "prior-proscan", exchange: prior.setLamp(40), right: "0\n112" },
  { family: "asi", exchange: asi.turretPlace, right: ":A X=3" },
  { family: "asi", exchange: asi.turretBusy, right: ":A 15" },
  { family: "asi", exchange: asi.identify, right: ":A Version: USB-9.2p" },
  { family: "ludl", exchange: ludl.positionOf(["X", "Y"]), right: ":A 1234 -5678" },
  { family: "ludl", exchange: ludl.isBusy(["X"]), right: "N" },
  { family: "ludl", exchange: ludl.setShutter(1, 1, true), right: ":N -2" },
  { family: "ludl", exchange: ludl.identify, right: "LEP MAC5000 Version 2.74\n:A" },
  { family: "tango", exchange: tango.allPositions(3), right: "1.00 -2.50 30.00" },
  { family: "tango", exchange: tango.axisCount, right: "1.00 -2.50" },
  { family: "tango", exchange: tango.axisStates, right: "@M@-." },
  { family: "tango", exchange: tango.moveStage(1, 2), right: "0" },
  { family: "tango", exchange: tango.shutterIsOpen, right: "1" },
  { family: "tango", exchange: tango.setAnalogue(0, 40), right: "5" },
  { family: "tango", exchange: tango.identify, right: "TANGO-DT, Version 1.73" },
  { family: "zaber", exchange: new zaber.ZaberCommands().position({ device: 1, axis: 1 }), right: "@01 1 00 OK IDLE -- -1234" },
  { family: "zaber", exchange: new zaber.ZaberCommands().isBusy({ device: 1, axis: 1 }), right: "@01 1 00 OK BUSY WR 0:3F" },
  { family: "zaber", exchange: new zaber.ZaberCommands().moveTo({ device: 1, axis: 1 }, 5), right: "@01 1 00 RJ IDLE -- BADDATA" },
  { family: "zaber", exchange: new zaber.ZaberCommands().place({ device: 4, axis: 1 }), right: "@04 1 00 OK IDLE -- 3" },
  { family: "zaber", exchange: new zaber.ZaberCommands().flux({ device: 5, axis: 1 }), right: "@05 1 00 OK IDLE -- 0.480" },
  { family: "zaber", exchange: zaber.identify, right: "@01 0 OK IDLE -- 50081" },
  { family: "grbl", exchange: grbl.report, right: "<Jog|MPos:1.000,-2.500,0.000|FS:0,0>" },
  { family: "grbl", exchange: grbl.jogTo([{ axis: "X", mm: 1 }], 60), right: "error:15" },
  { family: "grbl", exchange: grbl.identify, right: "ok\n[VER:1.1h.20190825:]\nok" },
  { family: "marlin", exchange: marlin.position, right: "X:1.00 Y:-2.50 Z:0.00 E:0.00 Count X:6400 Y:-16000 Z:0\nok" },
  { family: "marlin", exchange: marlin.stepsPerMm, right: "; Steps per unit:\n M92 X6400.00 Y6400.00 Z400.00 E93.00\nok" },
  { family: "marlin", exchange: marlin.moveTo([{ axis: "X", mm: 1 }], 60), right: "ok P15 B3" },
  { family: "marlin", exchange: marlin.build, right: "FIRMWARE_NAME:Marlin 2.1.2 (Jun)\nCap:EMERGENCY_PARSER:1\nok" },
  { family: "sangaboard", exchange: sangaboard.position, right: "1200 -340 5" },
  { family: "sangaboard", exchange: sangaboard.isMoving, right: "false" },
  { family: "sangaboard", exchange: sangaboard.movesBlock, right: "blocking moves false" },
  { family: "sangaboard", exchange: sangaboard.lampLevel, right: "CC LED:0.50" },
  { family: "sangaboard", exchange: sangaboard.identify, right: "Sangaboard Firmware v1.0.4" },
  { family: "coolled", exchange: coolled.state, right: "CSSASN050BXF000CXF000" },
  { family: "coolled", exchange: coolled.light("A", 50), right: "CAI050\nCSSASN050BXN000CXN000" },
  { family: "coolled", exchange: coolled.model, right: "XMODEL=pE-300 white" },
  { family: "lumencor", exchange: lumencor.channelMap, right: "A CHMAP VIOLET BLUE GREEN" },
  { family: "lumencor", exchange: lumencor.isLit(2), right: "A CH 2 1" },
  { family: "lumencor", exchange: lumencor.intensity(2), right: "A CHINT 750" },
  { family: "lumencor", exchange: lumencor.setLit(2, true), right: "A CH 2 1" },
  { family: "arduino", exchange: arduino.pattern, right: "\x02\x05" },
  { family: "arduino", exchange: arduino.setPattern(5), right: "\x01" },
  { family: "arduino", exchange: arduino.setAnalogue(1, 300), right: "\x03\x01\x01\x2c" },
  { family: "arduino", exchange: arduino.identify, right: "MM-Ard" },
];

/** Any bytes, and right answers with bytes put in, taken out or changed. */
function replies(right: string): fc.Arbitrary<string> {
  const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
  const change = fc.record({ at: fc.nat(right.length), take: fc.nat(3), put: fc.array(fc.oneof(byte, fc.constantFrom(..."0123456789-.,: EANBRX")), { maxLength: 3 }).map((put) => put.join("")) });
  const changed = fc.array(change, { maxLength: 3 }).map((changes) => changes.reduce((text, { at, take, put }) => text.slice(0, at) + put + text.slice(at + take), right));
  return fc.oneof(changed, fc.array(byte, { maxLength: 40 }).map((bytes) => bytes.join("")));
}

describe("codecs", () => {
  it.each(CODECS)("$family reads $exchange.name or says why not, whatever comes", ({ exchange, right }) => {
    fc.assert(fc.property(replies(right), (reply) => {
      try {
        const value = exchange.parse(reply);
        for (const number of [value].flat()) if (typeof number === "number") expect(Number.isFinite(number)).toBe(true);
      } catch (error) {
        if (!(error instanceof ReplyRefused) && !(error instanceof ReplyUnreadable)) throw error;
      }
    }), { numRuns: RUNS });
  });
});

describe("a stage on a line that fails again and again", () => {
  for (const family of Object.values(LAB_FAMILIES)) {
    const parts = family.drive({ path: "nowhere", open: () => Promise.reject(new Error("not to be opened")) }, createManualClock());
    if (parts.stage === undefined) continue;
    it(`${family.id}: stays within its limits, ends every call, and works once the line does`, async () => {
      const fault = fc.record({ fault: fc.constantFrom(...LAB_FAULTS.filter((each) => each !== "jump" && each !== "power")), afterMs: fc.nat(400) });
      const order = fc.record({ x: fc.integer({ min: -2000, max: 2000 }), y: fc.integer({ min: -1500, max: 1500 }), faults: fc.array(fault, { maxLength: 3 }) });
      await fc.assert(fc.asyncProperty(fc.array(order, { minLength: 1, maxLength: 4 }), (orders) => survive(family, orders)), { numRuns: LINE_RUNS });
    });
  }
});

interface Order {
  readonly x: number;
  readonly y: number;
  readonly faults: readonly { readonly fault: (typeof LAB_FAULTS)[number]; readonly afterMs: number }[];
}

async function survive(family: LabFamily, orders: readonly Order[]): Promise<void> {
  const clock = createManualClock();
  const lab = new LabController(family.model(clock), clock);
  const controller = family.drive(lab.port, clock);
  const { stage } = controller;
  if (stage === undefined) throw new Error("no stage");
  const subject: Subject<Device> = { device: stage, nowMs: clock.nowMs, advance: clock.advance, dispose: () => controller.dispose() };
  await valueOf(subject, stage.connect());
  for (const { x, y, faults } of orders) {
    const call = stage.moveTo({ x: um(x), y: um(y) });
    call.catch(() => undefined);
    for (const { fault, afterMs } of faults) {
      await clock.advance(afterMs);
      lab.fail(fault);
    }
    const end = await ending(subject, call, 20_000);
    if ("error" in end) expect(isOcularError(end.error), String(end.error)).toBe(true);
    for (const [name, limit] of [["x", 2000], ["y", 1500]] as const) expect(Math.abs(lab.model.axes[name]?.motor() ?? Number.NaN)).toBeLessThanOrEqual(limit + 0.5);
    if (stage.status().state === "absent") await until(subject, () => tryToConnect(subject), 30_000, "it connects again");
  }
  // Faults that have not been used up yet.
  await clock.advance(5000);
  for (let tries = 0; tries < 20; tries += 1) {
    if (stage.status().state === "absent") await ending(subject, stage.connect(), 10_000);
    const end = await ending(subject, stage.moveTo({ x: um(tries % 2 === 0 ? 10 : -10), y: um(0) }), 20_000);
    if ("value" in end) break;
  }
  const reached = await valueOf(subject, stage.moveTo({ x: um(0), y: um(0) }), 20_000);
  expect(Math.hypot(reached.x, reached.y)).toBeLessThanOrEqual(1);
  await controller.dispose();
  await clock.advance(100);
  expect(lab.isMoving()).toBe(false);
}

/** True once it is connected; starts a try where none is under way. */
function tryToConnect({ device }: Subject<Device>): boolean {
  if (device.status().state === "ready") return true;
  if (device.status().state === "absent") device.connect().then(undefined, () => undefined);
  return false;
}
