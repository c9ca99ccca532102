import type { Clock } from "../../../src/core/clock.ts";
import type { DatagramNet } from "../../../src/engine/devices/transports/gige/datagrams.ts";
import { createUdpNet } from "../../../src/engine/devices/transports/gige/udp-net.ts";
import type { FrameSource } from "../../lab/genicam/frame-source.ts";
import { REG } from "../../lab/genicam/sensor-map.ts";
import { createGigeModel, type GigeModel } from "../../lab/gigevision/camera-model.ts";
import { type CameraOnUdp, cameraOnUdp } from "../../lab/gigevision/on-loopback.ts";

/** The lab's GigE Vision camera in the app. */
export interface GigeInApp {
  /** Where the app looks for cameras: the virtual one's own network and no other. */
  readonly net: DatagramNet;
  readonly handle: {
    readonly address: string;
    readonly serial: string;
    /** The cable comes out: the camera hears nothing any more, and streams on until it misses its controller. */
    unplug(): Promise<void>;
    plug(): Promise<void>;
    /** Its mains go off and on: everything it was set to is forgotten. */
    restart(): Promise<void>;
    /** Somebody has control of it. */
    isControlled(): boolean;
    /** What its register says, us. */
    exposureUs(): number;
  };
}

/** Undefined where this computer's own network is but one address: everywhere but on Linux. */
export async function gigeInApp(clock: Clock, source: FrameSource): Promise<GigeInApp | undefined> {
  if (process.platform !== "linux") return undefined;
  // All of 127.0.0.0/8 is this computer: an address of this process's own, for the port of commands is the same for all.
  const address = `127.77.${(process.pid >> 8) & 255}.${process.pid & 255}`;
  const serial = "GIGE0001";
  const fresh = (): { model: GigeModel; wire: CameraOnUdp } => {
    const model = createGigeModel({ clock, source, address, serial, mostPacketBytes: 9000 });
    // A picture that a busy test machine draws in time.
    model.memory.setU32(REG.width, 480);
    model.memory.setU32(REG.height, 360);
    return { model, wire: cameraOnUdp(model) };
  };
  let camera = fresh();
  await camera.wire.plug();
  const net = createUdpNet();
  return {
    // Far: in no network of this computer's, so that only who knows its address finds it.
    net: { ...net, interfaces: () => (process.env["OCULAR_LAB_GIGE"] === "far" ? [] : [{ name: "lo", address, netmask: "255.0.0.0", isLoopback: true }]) },
    handle: {
      address, serial,
      unplug: () => camera.wire.unplug(),
      plug: () => camera.wire.plug(),
      async restart() {
        camera.model.powerOff();
        await camera.wire.unplug();
        camera = fresh();
        await camera.wire.plug();
      },
      isControlled: () => camera.model.isControlled(),
      exposureUs: () => camera.model.memory.f64(REG.exposure),
    },
  };
}
