import { expect, it } from "vitest";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import { um } from "../../shared/units.ts";
import type { FocusDrive } from "../devices/api/focus-drive.ts";
import { autofocus, type SettledFrame } from "./autofocus.ts";

const SHARP_UM = 2;
const SIDE_PX = 64;

/** A checked picture: the further from the sharp plane, the fainter. */
function pictureAt(zUm: number): SettledFrame {
  const depth = Math.round(100 / (1 + (zUm - SHARP_UM) ** 2));
  const bytes = Uint8Array.from({ length: SIDE_PX * SIDE_PX }, (_, index) => 128 + ((((index % SIDE_PX) >> 1) + (index >> 7)) % 2 === 0 ? depth : -depth));
  const header: FrameHeader = {
    frameId: 0, cameraId: "camera", deviceSequence: 0, deviceTimeMs: 0, hostTimeMs: 0, width: SIDE_PX, height: SIDE_PX, pixelFormat: "Mono8",
    status: "complete", settled: true, settingsHash: "", focusPositionUm: um(zUm),
  };
  return { header, bytes, release: () => undefined };
}

/** A drive, and a camera that hands out `late` pictures of the plane before with each one that it is asked for after a move. */
function microscopeThatIs(late: number) {
  let atUm = 0;
  let waiting: number[] = [];
  const focus = {
    position: () => um(atUm),
    softLimits: () => ({ min: um(-50), max: um(50) }),
    moveTo: async (zUm: number) => {
      waiting = Array.from({ length: late }, () => atUm);
      atUm = zUm;
    },
  } as unknown as FocusDrive;
  return { focus, nextSettledFrame: async () => pictureAt(waiting.shift() ?? atUm) };
}

it("takes no picture that was exposed before the drive went for one of the new plane", async () => {
  const { focus, nextSettledFrame } = microscopeThatIs(1);
  // The first plane asked for lies far off; what comes then was taken right at the sharp one.
  await focus.moveTo(um(SHARP_UM));
  const found = await autofocus({ focus, nextSettledFrame, rangeUm: 4, stepUm: 1, overruled: new AbortController().signal });
  expect(found.kind).toBe("found");
  expect(focus.position()).toBeCloseTo(SHARP_UM, 1);
});

it("finds nothing where every picture is of another plane than the drive says", async () => {
  const { focus, nextSettledFrame } = microscopeThatIs(1000);
  expect((await autofocus({ focus, nextSettledFrame, rangeUm: 4, stepUm: 1, overruled: new AbortController().signal })).kind).toBe("notFound");
  expect(focus.position()).toBe(0);
});
