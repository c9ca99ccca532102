import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCameraFeatures, writeCameraFeature } from "../../src/engine/devices/setup/camera-features.ts";
import { createGigeVisionCamera } from "../../src/engine/devices/drivers/gigevision/discover.ts";
import type { ConfiguredDevice } from "../../src/shared/domain/device-configuration.ts";
import { isOcularError } from "../../src/shared/errors.ts";
import { rampSource } from "../lab/genicam/frame-source.ts";
import { createGigeModel, type GigeModel, type GigeModelOptions } from "../lab/gigevision/camera-model.ts";
import { type LabDesk, labDesk, NOTHING } from "../lab/lab-desk.ts";

const CAMERA: ConfiguredDevice = { key: "camera", name: "Network camera", family: "gigevision", identity: { vendor: "Ocular Lab", product: "LabCamera", serial: "LAB0001" }, options: {} };
const CONFIGURED = { ...NOTHING, name: "Room 2", devices: [CAMERA], roles: { camera: { device: "camera" } } };

describe("the device desk and a GigE Vision camera, against the lab in this process", () => {
  let lab: LabDesk;
  let model: GigeModel;
  const camera = (options: Partial<GigeModelOptions> = {}): GigeModel => createGigeModel({ clock: lab.clock, source: rampSource, ...options });
  const load = (device: ConfiguredDevice = CAMERA): Promise<void> => lab.settled(lab.desk.load({ ...CONFIGURED, devices: [device] }, { kind: "file", path: "x.yaml" }));
  /** What is found on the network. */
  const discovered = async () => {
    const { devices, problems } = await lab.settled(lab.desk.discover());
    expect(problems).toEqual([]);
    return devices.filter(({ connection }) => connection === "network");
  };
  const stateIs = (state: string) => () => lab.roleOf("camera")?.state === state;

  beforeEach(async () => {
    lab = await labDesk();
    model = camera();
  });
  afterEach(async () => {
    await lab.dispose();
    model.powerOff();
    await lab.clock.advance(0);
    expect(lab.net.openCount()).toBe(0);
  });

  it("is found by maker, model and number, tested and let go again, added with its role, and no longer offered", async () => {
    lab.net.plug(model);
    const found = await discovered();
    expect(found).toHaveLength(1);
    const [first] = found;
    expect(first).toMatchObject({ connection: "network", title: "Ocular Lab LabCamera", address: "10.0.0.7, on lab0", identity: CAMERA.identity, suggestion: { family: "gigevision", identity: CAMERA.identity } });
    expect(model.isControlled()).toBe(false);
    if (first?.suggestion === undefined) throw new Error("unreachable: checked above");

    expect(await lab.settled(lab.desk.test(first.suggestion))).toMatchObject([{ part: "camera", state: "ready", words: expect.stringMatching(/^1920 x 1200 px/u) as unknown }]);
    await lab.clock.advance(0);
    expect(model.isControlled()).toBe(false);

    const setup = await lab.settled(lab.desk.add(first.suggestion, undefined));
    expect(setup.devices).toMatchObject([{ state: "ready", address: "10.0.0.7, on lab0", hasFeatures: true }]);
    expect(lab.roleOf("camera")).toMatchObject({ seated: "configured", state: "ready" });
    expect(model.isControlled()).toBe(true);
    expect(await discovered()).toMatchObject([{ configuredAs: "gigevision" }]);
    await lab.settled(lab.desk.remove("gigevision"));
    expect(model.isControlled()).toBe(false);
  });

  it("is named in one sentence while it does not answer, and taken up within 2 s of answering, with its settings, whatever its address", async () => {
    await load();
    const sentence = "Network camera does not answer on the network: see to its power, its cable and its address; it is taken up by itself.";
    expect(lab.roleOf("camera")).toMatchObject({ seated: "configured", state: "absent", missing: sentence });
    expect(lab.said).toEqual([`warning: ${sentence}`]);

    lab.net.plug(model);
    expect(await lab.untilMs("taken up", stateIs("ready"))).toBeLessThanOrEqual(2000);
    expect(lab.roleOf("camera")?.missing).toBeUndefined();
    const racked = lab.desk.racked("camera");
    expect((await lab.settled(writeCameraFeature(racked, "ExposureTime", "4000"))).value).toBe("4000");
    const said = racked.console.after().lines.map(({ direction, text }) => `${direction} ${text}`);
    expect(said).toContain("> write 40 af 40 00 00 00 00 00 at 0x8020");
    // The heartbeat asks twice a second, which is nothing to read.
    const beforeRest = said.length;
    await lab.clock.advance(5000);
    expect(racked.console.after().lines).toHaveLength(beforeRest);

    // The cable: silence is noticed within 2.5 s, and told.
    lab.net.unplug(model);
    expect(await lab.untilMs("missed", stateIs("absent"))).toBeLessThanOrEqual(2600);
    await lab.untilMs("named", () => lab.roleOf("camera")?.missing === sentence);
    const again = camera({ address: "10.0.0.99" });
    lab.net.plug(again);
    expect(await lab.untilMs("taken up again", stateIs("ready"))).toBeLessThanOrEqual(2000);
    await lab.untilMs("its place told", () => lab.desk.setup().devices[0]?.address === "10.0.0.99, on lab0");
    expect((await lab.settled(readCameraFeatures(racked, ["ExposureTime"])))[0]?.value).toBe("4000");
    again.powerOff();
  });

  it("says so when it obeys another program, and takes it up when it is let go", async () => {
    lab.net.plug(model);
    const other = createGigeVisionCamera({ identity: { id: "gigevision:Ocular-Lab:LabCamera:LAB0001", kind: "camera", vendor: "", model: "", serial: "" }, net: lab.net, clock: lab.clock });
    await lab.settled(other.connect());
    await load();
    expect(lab.roleOf("camera")).toMatchObject({ state: "absent", missing: expect.stringMatching(/^Network camera \(10\.0\.0\.7, on lab0\) does not work: .*another program controls it/u) as unknown });
    await lab.settled(other.dispose());
    // A camera that is there and refuses is tried less and less often, up to every 10 s.
    expect(await lab.untilMs("taken up", stateIs("ready"), 15_000)).toBeLessThanOrEqual(10_500);
  });

  it("says which addresses do not go together", async () => {
    lab.net.plug(camera({ address: "169.254.3.4" }));
    const devices = await discovered();
    expect(devices).toMatchObject([{ address: "169.254.3.4, on lab0", problem: "its address 169.254.3.4 is not in this computer's network (10.0.0.1): give one of them another address" }]);
    expect(devices[0]?.suggestion).toBeUndefined();
    await expect(lab.settled(lab.desk.probe("169.254.3.4", () => undefined))).resolves.toMatchObject({ suggestion: { options: { addresses: ["169.254.3.4"] } } });
  });

  it("is asked at the address that a person typed where no looking round reaches it, and found there from then on", async () => {
    const far = camera({ address: "10.9.0.7" });
    lab.net.plug(far, { isFar: true });
    expect(await discovered()).toEqual([]);
    const result = await lab.settled(lab.desk.probe("10.9.0.7", () => undefined));
    expect(result).toMatchObject({ family: "gigevision", title: "GigE Vision camera", model: "Ocular Lab LabCamera", serial: "LAB0001" });
    expect(result?.suggestion).toMatchObject({ identity: CAMERA.identity, options: { addresses: ["10.9.0.7"] } });
    if (result === undefined) throw new Error("unreachable: it answered");
    await lab.settled(lab.desk.add(result.suggestion, undefined));
    expect(lab.roleOf("camera")).toMatchObject({ seated: "configured", state: "ready" });
    await expect(lab.settled(lab.desk.probe("10.9.0.7", () => undefined))).rejects.toThrow(/set up already, as Ocular Lab LabCamera/u);
    expect(await lab.settled(lab.desk.probe("10.9.0.8", () => undefined))).toBeUndefined();
    far.powerOff();
  });

  it("refuses addresses that are none, and a camera without identity, in words", async () => {
    lab.net.plug(model);
    await load({ ...CAMERA, options: { addresses: ["somewhere"] } });
    expect(lab.desk.setup().devices[0]).toMatchObject({ state: "unusable", reason: expect.stringContaining("addresses") as unknown });
    await expect(lab.settled(lab.desk.add({ key: "other", name: "Other", family: "gigevision", port: "10.0.0.7", options: {} }, undefined))).rejects.toSatisfy((error) => isOcularError(error, "InvalidInput") && /discover it and add it again/u.test(String(error)));
  });
});
