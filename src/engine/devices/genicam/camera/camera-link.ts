/** The seam between a GenICam camera and what carries it: USB3 Vision, GigE Vision. */
import type { Clock } from "../../../../core/clock.ts";
import type { CapturedHeader } from "../../../../shared/domain/frame.ts";
import type { OcularError } from "../../../../shared/errors.ts";
import type { CameraLoss, CapturedFrame } from "../../api/camera.ts";
import type { Unsubscribe } from "../../api/device.ts";
import type { FramePool } from "../../api/frame-pool.ts";
import type { NodeMap } from "../map/node-map.ts";
import type { PortOptions } from "../register-port.ts";
import type { FeatureAccess } from "./feature-access.ts";

/** What a run tells. */
export interface RunListeners {
  capture(frame: CapturedFrame, chunks: ReadonlyMap<bigint, Uint8Array> | undefined): void;
  lose(loss: CameraLoss): void;
  /** Worth a line in the log; each is told once a run. */
  report(message: string): void;
}

/** What a stream needs to know to turn bytes into frames. */
export interface StreamParts {
  readonly cameraId: string;
  readonly clock: Clock;
  readonly pool: FramePool;
  /** Size that the pictures of this run have, px: those of another would be told with a scale and a place that are not theirs. */
  readonly picture: { readonly width: number; readonly height: number };
  /** Number of the first frame: it goes on from the run before. */
  readonly firstSequence: number;
  /** What the header says of exposure and gain, as far as they are known. */
  readonly frameSettings: () => Pick<CapturedHeader, "exposureMs" | "gainDb">;
  readonly listeners: RunListeners;
}

/** A stream that is ready for pictures. */
export interface CameraStream {
  /** Settles when nothing will be captured any more; rejects with what ended it other than `takeBack`. */
  readonly done: Promise<void>;
  nextSequence(): number;
  /** Gives up what waits for pictures, whatever the camera does; resolves when no frame will come any more. */
  takeBack(): Promise<void>;
  /** Tells the camera that nobody listens any more. */
  switchOff(options: PortOptions): Promise<void>;
}

/** An open camera: its features, and a way to its pictures. */
export interface CameraLink {
  /** Name for people. */
  readonly model: string;
  readonly map: NodeMap;
  readonly features: FeatureAccess;
  openStream(parts: StreamParts, options: PortOptions): Promise<CameraStream>;
  /** Tells once that the camera is gone, and why. */
  onDidLose(listener: (reason: string) => void): Unsubscribe;
  /** Lets the camera go; resolves in time, also when it is gone. */
  close(): Promise<void>;
}

/** How one camera is reached, whichever plug or address it has. */
export interface CameraTransport {
  /** Opens the camera where it is now. Undefined: it is not there. Rejects with the transport's own error, GenicamError, or the signal's reason. */
  open(options: PortOptions): Promise<CameraLink | undefined>;
  /** Tells, until unsubscribed, when a camera that was lost may be there again. */
  watch(mayBeBack: () => void): Unsubscribe;
  /** What a person is told of an error from below; what is told already passes through. */
  asOcular(error: unknown, command: string): OcularError;
  /** What a person is told when a call found the camera gone: "the cable came out". */
  readonly goneReason: string;
}
