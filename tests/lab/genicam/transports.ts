import type { CameraLoss } from "../../../src/engine/devices/api/camera.ts";
import type { DeviceState } from "../../../src/shared/domain/devices.ts";
import type { ErrorTag } from "../../../src/shared/errors.ts";
import { createGigeModel, type GigeModelOptions } from "../gigevision/camera-model.ts";
import type { BlockFault as GigeBlockFault, ReplyFault as GigeReplyFault } from "../gigevision/faults.ts";
import { gigeLabCamera } from "../gigevision/lab-camera.ts";
import { createCameraModel } from "../usb3vision/camera-model.ts";
import type { BlockFault as UsbBlockFault, ReplyFault as UsbReplyFault } from "../usb3vision/faults.ts";
import { labCamera } from "../usb3vision/lab-camera.ts";
import { rampSource } from "./frame-source.ts";
import type { GenicamRig, Remains, RigOptions } from "./rig.ts";

/** One way for a camera's bytes to come, with what can go wrong on it. */
export interface CameraTransport {
  readonly name: string;
  /** Of the description in `cameraXml`. */
  readonly kind: "usb3vision" | "gigevision";
  readonly open: (options?: RigOptions) => Promise<GenicamRig>;
  /** Ways to set up the stream; all bring the same pictures. */
  readonly streams: readonly { readonly name: string; readonly open: (options?: RigOptions) => Promise<GenicamRig> }[];
  /** Byte order of registers and chunk values. */
  readonly isLittleEndian: boolean;
  /** Faults that one answer, or three on end, may have without a call failing. */
  readonly passingReplies: readonly string[];
  /** Faults that no call gets over while every answer has them. */
  readonly lastingReplies: readonly string[];
  /** Faults that cost the block they happen to, and how it is counted. */
  readonly losses: readonly (readonly [fault: string, reason: CameraLoss["reason"]])[];
  /** What brings a block's pieces in another order, which costs nothing; absent where they cannot overtake each other. */
  readonly disorder?: string;
  /** What is there of a camera that is connected and does nothing. */
  readonly resting: Remains;
  /** How a call ends during which the cable comes out, and what the camera then is. */
  readonly whenCutOff: { readonly tag: ErrorTag; readonly state: DeviceState };
  /** A camera whose cable is out is absent after so long, ms, with this reason. */
  readonly missedWithinMs: number;
  readonly missedReason: string;
}

const usb = {
  replies: {
    passing: ["none", "magic", "ackId", "requestId", "cut", "empty", "oversized", "noise", "stale", "busy", "badHeader", "stall", "pending"],
    lasting: ["none", "magic", "ackId", "requestId", "empty", "noise", "busy", "badHeader", "stall", "pendingForever", "error"],
  } satisfies Record<string, readonly UsbReplyFault[]>,
  losses: [
    ["skip", "camera-gap"], ["leaderMagic", "incomplete"], ["noLeader", "incomplete"], ["trailerMagic", "incomplete"], ["noTrailer", "incomplete"], ["short", "incomplete"],
    ["oversized", "incomplete"], ["discarded", "incomplete"], ["hugePicture", "incomplete"], ["unknownFormat", "incomplete"], ["noImage", "incomplete"], ["stall", "camera-gap"],
  ] satisfies readonly (readonly [UsbBlockFault, CameraLoss["reason"]])[],
};

async function openUsb(options: RigOptions = {}): Promise<GenicamRig> {
  const { camera, clock, model, usb: bus } = await labCamera(options);
  let inPlug: typeof model | undefined = model;
  return {
    camera, clock, memory: model.memory, faults: model.faults,
    exposedCount: () => model.stream.exposedCount(),
    unplug() {
      if (inPlug !== undefined) bus.unplug(inPlug);
      inPlug = undefined;
    },
    plug() {
      if (inPlug === undefined) bus.plug(model);
      inPlug ??= model;
    },
    plugAnother() {
      inPlug = createCameraModel({ clock, source: rampSource });
      for (const address of model.faults.denied) inPlug.faults.denied.add(address);
      bus.plug(inPlug);
      return inPlug.memory;
    },
    remains: () => ({ open: bus.openCount(), held: bus.waitingCount(), timers: clock.pendingCount() }),
    async end() {
      await camera.dispose();
      inPlug?.powerOff();
      await clock.advance(0);
      await bus.dispose();
    },
  };
}

const gige = {
  replies: {
    passing: ["none", "requestId", "ackId", "cut", "empty", "noise", "twice", "stale", "foreign", "busy", "pending"],
    lasting: ["none", "requestId", "ackId", "empty", "noise", "foreign", "busy", "pendingForever", "error"],
  } satisfies Record<string, readonly GigeReplyFault[]>,
  losses: [
    ["skip", "camera-gap"], ["gone", "incomplete"], ["deaf", "incomplete"], ["short", "incomplete"], ["hugePicture", "incomplete"], ["unknownFormat", "incomplete"], ["noImage", "incomplete"],
  ] satisfies readonly (readonly [GigeBlockFault, CameraLoss["reason"]])[],
  disorder: "reordered" satisfies GigeBlockFault,
};

async function openGige(options: RigOptions & Partial<GigeModelOptions> = {}): Promise<GenicamRig> {
  const { camera, clock, model, net } = await gigeLabCamera(options);
  const models = [model];
  let inPlug: typeof model | undefined = model;
  return {
    camera, clock, memory: model.memory, faults: model.faults,
    exposedCount: () => model.stream.exposedCount(),
    unplug() {
      if (inPlug !== undefined) net.unplug(inPlug);
      inPlug = undefined;
    },
    plug() {
      if (inPlug === undefined) net.plug(model);
      inPlug ??= model;
    },
    plugAnother() {
      // On a network it may well be somewhere else.
      inPlug = createGigeModel({ clock, source: rampSource, address: "10.0.0.9" });
      for (const address of model.faults.denied) inPlug.faults.denied.add(address);
      models.push(inPlug);
      net.plug(inPlug);
      return inPlug.memory;
    },
    remains: () => ({ open: net.openCount(), held: models.filter((each) => each.isControlled()).length, timers: clock.pendingCount() }),
    async end() {
      await camera.dispose();
      await clock.advance(0);
      for (const each of models) each.powerOff();
      await clock.advance(0);
    },
  };
}

export const USB3_VISION: CameraTransport = {
  name: "USB3 Vision", kind: "usb3vision", open: openUsb, streams: [{ name: "as it is", open: openUsb }], isLittleEndian: true,
  passingReplies: usb.replies.passing, lastingReplies: usb.replies.lasting, losses: usb.losses,
  resting: { open: 1, held: 0, timers: 0 }, whenCutOff: { tag: "DeviceDisconnected", state: "absent" }, missedWithinMs: 0, missedReason: "the cable came out",
};

export const GIGE_VISION: CameraTransport = {
  name: "GigE Vision", kind: "gigevision", open: openGige, isLittleEndian: false,
  streams: [
    { name: "packets of 1500 bytes", open: (options) => openGige({ ...options, isExtended: false, mostPacketBytes: 1500 }) },
    { name: "packets of 9000 bytes, extended ids", open: (options) => openGige({ ...options, isExtended: true, mostPacketBytes: 9000 }) },
    { name: "no test packets", open: (options) => openGige({ ...options, isExtended: false, mostPacketBytes: 0 }) },
  ],
  passingReplies: gige.replies.passing, lastingReplies: gige.replies.lasting, losses: gige.losses, disorder: gige.disorder,
  // Its heartbeat waits; at a call's deadline the camera is not missed yet.
  resting: { open: 1, held: 1, timers: 1 }, whenCutOff: { tag: "DeviceTimeout", state: "ready" }, missedWithinMs: 2600, missedReason: "it does not answer any more",
};

export const CAMERA_TRANSPORTS: readonly CameraTransport[] = [USB3_VISION, GIGE_VISION];
