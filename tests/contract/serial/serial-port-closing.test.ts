import { holdNext } from "../../lab/serial/held-calls.ts";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ByteStream } from "../../../src/engine/devices/transports/byte-stream.ts";
import { bytesOf } from "../../../src/engine/devices/transports/byte-stream.ts";
import { serialPort } from "../../../src/engine/devices/transports/serial-port.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { LabController } from "../../lab/serial/lab-controller.ts";
import { type PseudoTerminal, ptyOf, whyNoPty } from "../../lab/serial/pty.ts";

const LINE = { baudRate: 9600 } as const;

/** The system gives a new file the lowest number that is free: that of the port, once it is closed. */
describe.skipIf(whyNoPty() !== undefined)("a serial port that closes under a read or a write", () => {
  let folder: string;
  let lab: LabController;
  let terminal: PseudoTerminal;
  let stream: ByteStream;

  beforeEach(async () => {
    const family = LAB_FAMILIES["prior-proscan"];
    if (family === undefined) throw new Error("The lab has no prior-proscan.");
    lab = new LabController(family.model(systemClock), systemClock);
    folder = mkdtempSync(join(tmpdir(), "ocular-closing-"));
    terminal = await ptyOf(lab);
    stream = await serialPort(terminal.path).open(LINE);
  });

  afterEach(async () => {
    await stream.close();
    await terminal.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("takes nothing from what is opened next", async () => {
    const file = join(folder, "answer-of-another-device");
    writeFileSync(file, "R 100,200\r");
    const holding = holdNext("read");
    lab.sayUnasked("R\r");
    const held = await holding;
    await stream.close();
    const other = openSync(file, "r");
    await held.release();
    expect(readFileSync(other, "utf8")).toBe("R 100,200\r");
    closeSync(other);
    // It was given up, and is closed all the same once the read is back.
    const next = await serialPort(terminal.path).open(LINE);
    await next.close();
  });

  it("writes nothing to what is opened next", async () => {
    const file = join(folder, "orders-to-another-device");
    const lost = new Promise((resolve) => stream.onClose(resolve));
    const holding = holdNext("write");
    const writing = expect(stream.write(bytesOf("G 1000,0\r"))).rejects.toThrow();
    const held = await holding;
    await terminal.hangUp();
    await lost;
    // Enough of the pool's time for a closing that waits for nothing.
    for (let turn = 0; turn < 20; turn += 1) await stat(folder);
    // The hung up terminal has left lower numbers free as well.
    const others = Array.from({ length: 16 }, () => openSync(file, "a"));
    await held.release();
    await writing;
    expect(readFileSync(file, "utf8")).toBe("");
    for (const other of others) closeSync(other);
  });

  it("refuses what is written while a loss is being told", async () => {
    const holding = holdNext("read");
    lab.sayUnasked("R\r");
    const held = await holding;
    held.fail("ENXIO");
    // serialport has heard of it, and closes; that takes the system longer than this.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    await expect(stream.write(bytesOf("I\r"))).rejects.toThrow("the port is closed");
  });
});
