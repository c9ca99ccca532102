import { describe, expect, it } from "vitest";
import { running } from "../genicam/rig.ts";
import { valueOf } from "../genicam/settled.ts";
import { labCamera } from "./lab-camera.ts";

// What both transports promise alike: tests/lab/genicam/streaming.test.ts.
describe("the stream of a USB3 Vision camera", () => {
  it("becomes faulted when the pipe breaks again and again, and can be connected anew", async () => {
    const lab = await labCamera();
    const seen = await running(lab);
    for (let i = 0; i < 20; i++) lab.model.faults.blocks.push("stall");
    await lab.clock.advance(2000);
    expect(lab.camera.status().state).toBe("faulted");
    expect(seen.ends).toEqual(["faulted"]);
    lab.model.faults.blocks.length = 0;
    await valueOf(lab.clock, lab.camera.connect());
    expect(lab.camera.status().state).toBe("ready");
    await lab.camera.dispose();
    seen.pool.assertAllFree();
  });
});
