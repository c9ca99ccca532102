import { describe, expect, it } from "vitest";
import { lumencor, LumencorOptions } from "../../../src/engine/devices/drivers/lumencor/driver.ts";
import { OcularError } from "../../../src/shared/errors.ts";
import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { createLumencorModel } from "../../lab/serial/families/lumencor.ts";
import { ending, valueOf } from "../contract.ts";
import { serialContracts } from "./serial-contracts.ts";
import { special } from "./special.ts";

serialContracts(LAB_FAMILIES["lumencor"]);

function engine(channels: readonly string[], hasScalePerChannel = true): ReturnType<typeof special> {
  return special(() => createLumencorModel(hasScalePerChannel), (port, clock) => lumencor.create({ port, clock, id: "engine" }, LumencorOptions.parse({ channels })));
}

describe("the channels of a Lumencor engine", () => {
  it.each([true, false])("are lights of their own (full scale per channel: %s)", async (hasScalePerChannel) => {
    const subject = engine(["GREEN", "VIOLET"], hasScalePerChannel);
    const [green, violet] = subject.controller.lights;
    if (green === undefined || violet === undefined) throw new Error("two channels are wanted");
    await valueOf(subject, green.connect());
    await valueOf(subject, violet.connect());
    await valueOf(subject, green.setLevel(12.5));
    await valueOf(subject, violet.setLevel(100));
    expect(subject.lit()).toEqual({ GREEN: 13, VIOLET: 100 });
    await valueOf(subject, violet.disconnect());
    expect(subject.lit()).toEqual({ GREEN: 13 });
    await subject.dispose();
    await subject.advance(50);
    expect(subject.lit()).toEqual({});
  });

  it("that it does not have are refused by name, with those that it has", async () => {
    const subject = engine(["TEAL"]);
    const end = await ending(subject, subject.device.connect(), 6000);
    expect("error" in end && end.error instanceof OcularError && end.error.message).toMatch(/no channel TEAL/u);
    await subject.dispose();
  });
});
