import type { PortOptions } from "../register-port.ts";
import type { CameraLink, StreamParts } from "./camera-link.ts";

/** A stream in progress. */
export interface CameraRun {
  /** Settles when nothing will be captured any more; rejects with what ended it other than `stop`. */
  readonly done: Promise<void>;
  nextSequence(): number;
  /** Stops the camera and takes back what waits. Takes it back also when the camera does not answer, and then rejects. */
  stop(options: PortOptions): Promise<void>;
}

/**
 * Starts a camera in the order every GenICam transport asks for: continuous mode, stream ready, parameters locked, start.
 * What was begun is taken back when a step fails.
 */
export async function startCameraRun(link: CameraLink, parts: StreamParts, options: PortOptions): Promise<CameraRun> {
  const { features, map } = link;
  const mode = await features.name("acquisitionMode", options);
  if (mode !== undefined && (await map.access(mode, options)) === "RW" && (await map.entries(mode, options)).some(({ name }) => name === "Continuous")) {
    await map.writeEnumeration(mode, "Continuous", options);
  }
  const stream = await link.openStream(parts, options);
  // Until whoever starts the run listens to `done` a failure must not count as unhandled.
  stream.done.catch(() => "told to whoever started the run, by its done");
  try {
    await features.writeNumber("locked", 1, options);
    await features.execute("acquisitionStart", options);
  } catch (error) {
    await stream.takeBack();
    throw error;
  }
  return {
    done: stream.done,
    nextSequence: () => stream.nextSequence(),
    async stop(own) {
      try {
        await features.execute("acquisitionStop", own);
        await features.writeNumber("locked", 0, own);
      } finally {
        await stream.takeBack();
      }
      await stream.switchOff(own);
    },
  };
}
