import type { Clock } from "../../../../../core/clock.ts";
import type { CameraLink } from "../../../genicam/camera/camera-link.ts";
import { createFeatureAccess } from "../../../genicam/camera/feature-access.ts";
import { readDeviceDescription } from "../../../genicam/description/read-description.ts";
import { deviceFileText } from "../../../genicam/file/device-file.ts";
import { createNodeMap } from "../../../genicam/map/node-map.ts";
import type { PortOptions } from "../../../genicam/register-port.ts";
import { createEmitter } from "../../../../runtime/emitter.ts";
import type { DatagramNet } from "../../../transports/gige/datagrams.ts";
import type { Transcript } from "../../../transports/transcript.ts";
import { GVBS, PRIVILEGE, readAbilities, readStoredDescription } from "../control/bootstrap.ts";
import { type ControlChannel, GvcpRefusal, openControlChannel } from "../control/control-channel.ts";
import { STATUS } from "../control/gvcp-status.ts";
import { words } from "../control/gvcp.ts";
import { startHeartbeat } from "../control/heartbeat.ts";
import { type NetworkStream, openNetworkStream } from "../stream/open-stream.ts";
import { CameraTakenError } from "./gige-errors.ts";

/** Where a camera was found. */
export interface CameraPlace {
  readonly address: string;
  /** This computer's address in the camera's network. */
  readonly localAddress: string;
  readonly model: string;
  /** Where the conversation is written down. */
  readonly transcript?: Transcript | undefined;
  /** It was ours and was lost, or we let it go just now: until its heartbeat has ended it may still believe that it obeys us. */
  readonly mayStillBeOurs: boolean;
  /** It was asked to be ours and has been let go again, if it heard that. */
  readonly didEnd: () => void;
}

/** Pauses between looks whether a camera that was ours has noticed that we are gone. */
const FREE_POLL_MS = 200;
/** How long that may take: cameras let go 3 s after the last word by default. */
export const MOST_FREE_MS = 4000;

/**
 * Takes control of a camera, reads its description and keeps it ours by a heartbeat. A camera that fails on the way is
 * let go again.
 *
 * @throws DatagramError, GenicamError (CameraTakenError when it obeys another program), or the signal's reason
 */
export async function openGigeCamera(place: CameraPlace, net: DatagramNet, clock: Clock, options: PortOptions): Promise<CameraLink> {
  const { address, localAddress, model, mayStillBeOurs, didEnd, transcript } = place;
  const channel = await openControlChannel({ net, clock, address, localAddress, transcript });
  const lost = createEmitter<string>();
  let endHeartbeat = (): void => undefined;
  let stream: NetworkStream | undefined;
  let isThere = true;
  let wasAsked = false;

  const close = async (): Promise<void> => {
    endHeartbeat();
    lost.clear();
    await stream?.abandon();
    // Whoever waits for an answer to the last word waits for a camera that may be gone; one that does not hear it lets go by its heartbeat.
    if (isThere) await channel.writeUnanswered(GVBS.privilege, PRIVILEGE.none).catch(() => undefined);
    await channel.close();
    if (wasAsked) didEnd();
  };

  try {
    await untilFree(channel, clock, mayStillBeOurs ? MOST_FREE_MS : 0, options);
    // From here on it may be ours, even where the answer says otherwise or does not come.
    wasAsked = true;
    await takeControl(channel, options);
    endHeartbeat = startHeartbeat(channel, clock, (reason) => {
      isThere = false;
      lost.emit(reason);
    });
    const abilities = await readAbilities(channel, options);
    const description = readDeviceDescription(await deviceFileText(await readStoredDescription(channel, options)));
    options.signal?.throwIfAborted();
    const map = createNodeMap({ description, port: channel, nowMs: () => clock.nowMs() });
    const features = createFeatureAccess(map);
    return {
      model, map, features, close,
      async openStream(parts, own) {
        await stream?.abandon();
        stream = await openNetworkStream({ net, channel, features, abilities, model, cameraAddress: address }, parts, own);
        return stream;
      },
      onDidLose: (listener) => lost.on(listener),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A camera that obeys another may leave our command unanswered: it is asked first. */
async function untilFree(channel: ControlChannel, clock: Clock, patienceMs: number, options: PortOptions): Promise<void> {
  const isFree = async (): Promise<boolean> => {
    const present = await channel.read(BigInt(GVBS.privilege), 4, options);
    return ((present[3] ?? 0) & (PRIVILEGE.control | PRIVILEGE.exclusive)) === 0;
  };
  for (const startedMs = clock.nowMs(); !(await isFree()); ) {
    if (clock.nowMs() - startedMs >= patienceMs) throw new CameraTakenError();
    await clock.delay(FREE_POLL_MS, options.signal);
  }
}

async function takeControl(channel: ControlChannel, options: PortOptions): Promise<void> {
  try {
    await channel.write(BigInt(GVBS.privilege), words(PRIVILEGE.control), options);
  } catch (error) {
    if (error instanceof GvcpRefusal && error.status === STATUS.accessDenied) throw new CameraTakenError();
    throw error;
  }
}
