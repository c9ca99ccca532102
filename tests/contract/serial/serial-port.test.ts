import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serialPort } from "../../../src/engine/devices/transports/serial-port.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { LabController } from "../../lab/serial/lab-controller.ts";
import { type PseudoTerminal, ptyOf, whyNoPty } from "../../lab/serial/pty.ts";

const LINE = { baudRate: 9600 } as const;

describe.skipIf(whyNoPty() !== undefined)("a serial port of this computer", () => {
  let terminal: PseudoTerminal;

  beforeEach(async () => {
    const family = LAB_FAMILIES["prior-proscan"];
    if (family === undefined) throw new Error("The lab has no prior-proscan.");
    terminal = await ptyOf(new LabController(family.model(systemClock), systemClock));
  });

  afterEach(() => terminal.close());

  it("belongs to one who opened it, and the next is told so", async () => {
    const first = await serialPort(terminal.path).open(LINE);
    await expect(serialPort(terminal.path).open(LINE)).rejects.toThrow("another program holds it");
    await first.close();
    const second = await serialPort(terminal.path).open(LINE);
    await second.close();
  });

  it("is had by one who comes while it is being let go", async () => {
    const first = await serialPort(terminal.path).open(LINE);
    const next = serialPort(terminal.path).open(LINE);
    await first.close();
    const second = await next;
    await second.close();
  });
});
