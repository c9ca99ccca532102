import type { Clock } from "../../../../../core/clock.ts";
import { readDeviceDescription } from "../../../genicam/description/read-description.ts";
import { deviceFileText } from "../../../genicam/file/device-file.ts";
import { GenicamError } from "../../../genicam/genicam-error.ts";
import { createNodeMap, type NodeMap } from "../../../genicam/map/node-map.ts";
import type { PortOptions } from "../../../genicam/register-port.ts";
import type { UsbDevice } from "../../../transports/usb/usb-device.ts";
import { type Bootstrap, readBootstrap, readDeviceFile, readManifest } from "../control/bootstrap.ts";
import { type ControlChannel, createControlChannel } from "../control/control-channel.ts";
import { findU3vInterfaces } from "../interfaces.ts";
import { createFeatureAccess, type FeatureAccess } from "../../../genicam/camera/feature-access.ts";

/** An open camera: its registers, its features, its stream's pipe. */
export interface CameraLink {
  readonly device: UsbDevice;
  readonly channel: ControlChannel;
  readonly bootstrap: Bootstrap;
  readonly map: NodeMap;
  readonly features: FeatureAccess;
  readonly stream: { readonly endpoint: number; readonly packetBytes: number; readonly registers: bigint };
}

/** Wait for an answer before asking again; devices promise their own, some of them far too much or nothing. */
const SHORTEST_REPLY_MS = 100;
const LONGEST_REPLY_MS = 1000;

/**
 * Opens a camera and reads its description. A device that fails on the way is closed again.
 * @throws UsbError, GenicamError, or the signal's reason
 */
export async function openCameraLink(device: UsbDevice, clock: Clock, options: PortOptions): Promise<CameraLink> {
  const interfaces = findU3vInterfaces(device.description);
  if (interfaces?.stream === undefined) throw new GenicamError("malformed", "", "it is no USB3 Vision camera with a stream");
  const { control, stream } = interfaces;
  await device.open();
  try {
    await device.claim(control.number);
    await device.claim(stream.number);
    const channel = createControlChannel({ device, input: control.input, output: control.output, clock });
    await channel.reset(options);
    const bootstrap = await readBootstrap(channel, options);
    channel.useLimits({
      commandBytes: bootstrap.commandBytes, replyBytes: bootstrap.replyBytes,
      replyMs: Math.min(LONGEST_REPLY_MS, Math.max(SHORTEST_REPLY_MS, bootstrap.responseMs)),
    });
    if (bootstrap.streamAddress === undefined) throw new GenicamError("malformed", "", "it has no registers for a stream");
    const stored = await readDeviceFile(channel, await readManifest(channel, bootstrap.manifestAddress, options), options);
    const description = readDeviceDescription(await deviceFileText(stored));
    options.signal?.throwIfAborted();
    const map = createNodeMap({ description, port: channel, nowMs: () => clock.nowMs() });
    return {
      device, channel, bootstrap, map, features: createFeatureAccess(map),
      stream: { endpoint: stream.input, packetBytes: stream.packetBytes, registers: bootstrap.streamAddress },
    };
  } catch (error) {
    await device.close();
    throw error;
  }
}
