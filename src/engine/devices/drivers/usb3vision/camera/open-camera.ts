import type { Clock } from "../../../../../core/clock.ts";
import { readDeviceDescription } from "../../../genicam/description/read-description.ts";
import { deviceFileText } from "../../../genicam/file/device-file.ts";
import { GenicamError } from "../../../genicam/genicam-error.ts";
import { createNodeMap } from "../../../genicam/map/node-map.ts";
import type { PortOptions } from "../../../genicam/register-port.ts";
import type { Transcript } from "../../../transports/transcript.ts";
import type { UsbDevice } from "../../../transports/usb/usb-device.ts";
import { readBootstrap, readDeviceFile, readManifest } from "../control/bootstrap.ts";
import { createControlChannel } from "../control/control-channel.ts";
import { findU3vInterfaces } from "../interfaces.ts";
import { createFeatureAccess } from "../../../genicam/camera/feature-access.ts";
import type { CameraLink } from "../../../genicam/camera/camera-link.ts";
import { openUsbStream } from "../stream/open-stream.ts";

/** What a person is told of a camera that is gone. */
export const UNPLUGGED = "the cable came out";

/** Wait for an answer before asking again; devices promise their own, some of them far too much or nothing. */
const SHORTEST_REPLY_MS = 100;
const LONGEST_REPLY_MS = 1000;

/**
 * Opens a camera and reads its description. A device that fails on the way is closed again.
 * @param plugged transcript: where the conversation is written down
 * @throws UsbError, GenicamError, or the signal's reason
 */
export async function openUsbCamera({ device, transcript }: { readonly device: UsbDevice; readonly transcript?: Transcript | undefined }, clock: Clock, options: PortOptions): Promise<CameraLink> {
  const interfaces = findU3vInterfaces(device.description);
  if (interfaces?.stream === undefined) throw new GenicamError("malformed", "", "it is no USB3 Vision camera with a stream");
  const { control, stream } = interfaces;
  await device.open();
  try {
    await device.claim(control.number);
    await device.claim(stream.number);
    const channel = createControlChannel({ device, input: control.input, output: control.output, clock, transcript });
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
    const pipe = { device, port: channel, model: bootstrap.model, endpoint: stream.input, packetBytes: stream.packetBytes, registers: bootstrap.streamAddress };
    return {
      model: bootstrap.model, map, features: createFeatureAccess(map),
      openStream: (parts, own) => openUsbStream(pipe, parts, own),
      onDidLose: (listener) => device.onDidDetach(() => listener(UNPLUGGED)),
      close: () => device.close(),
    };
  } catch (error) {
    await device.close();
    throw error;
  }
}
