import type { CaptureCalls, CaptureConstraints, CaptureDevice, CaptureProblem, CaptureTrack } from "../../shared/ipc/capture.ts";

/** Why a camera could not be opened or set, in the contract's words. */
export class CaptureFailure extends Error {
  readonly problem: CaptureProblem;
  constructor(problem: CaptureProblem, reason: string) {
    super(reason);
    this.problem = problem;
  }

  /** The names are those of getUserMedia (W3C Media Capture and Streams). */
  static of(error: unknown): CaptureFailure {
    if (error instanceof CaptureFailure) return error;
    const name = error instanceof Error || error instanceof DOMException ? error.name : "";
    const text = error instanceof Error || error instanceof DOMException ? error.message : String(error);
    // An impossible deviceId is an impossible constraint: the camera is not there.
    const about = error instanceof Error && "constraint" in error && error.constraint === "deviceId" ? "NotFoundError" : name;
    const problem = PROBLEMS[about] ?? "failed";
    return new CaptureFailure(problem, `${name}${text === "" ? "" : `: ${text}`}`);
  }
}

const PROBLEMS: Readonly<Record<string, CaptureProblem>> = { NotFoundError: "gone", NotReadableError: "busy", AbortError: "busy", NotAllowedError: "denied", OverconstrainedError: "unsupported" };

export async function listCameras(): Promise<readonly CaptureDevice[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId, groupId, label }) => ({ deviceId, groupId, label }));
}

/** Constraints that choose among the camera's pictures; all others are Image Capture's. */
const OF_THE_PICTURE = new Set(["width", "height", "frameRate"]);

/** A camera in our hands. */
export class OpenCamera {
  readonly media: MediaStreamTrack;
  #picture: string;

  private constructor(media: MediaStreamTrack, picture: string) {
    this.media = media;
    this.#picture = picture;
  }

  /**
   * Never scaled ("none"): a pixel is a pixel of the camera, at the resolution nearest to what is asked for.
   * @throws DOMException of getUserMedia
   */
  static async open({ deviceId, width, height, frameRate }: CaptureCalls["open"]["given"], onEnded: (reason: string) => void): Promise<OpenCamera> {
    const picture = pictureConstraints({ width, height, frameRate });
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { deviceId: { exact: deviceId }, ...picture } });
    const [media] = stream.getVideoTracks();
    if (media === undefined) throw new CaptureFailure("failed", "the camera gave no video");
    media.addEventListener("ended", () => { onEnded("it was unplugged or taken away"); });
    return new OpenCamera(media, JSON.stringify(picture));
  }

  track(): CaptureTrack {
    return { capabilities: { ...this.media.getCapabilities() }, settings: { ...this.media.getSettings() } };
  }

  /**
   * In two calls: Chromium leaves the constraints of the picture aside where Image Capture's are among them, and forgets
   * those of Image Capture that a later set of them does not name.
   */
  async apply(constraints: CaptureConstraints): Promise<CaptureTrack> {
    const entries = Object.entries(constraints);
    const picture = { ...this.#pictureNow(), ...Object.fromEntries(entries.filter(([name]) => OF_THE_PICTURE.has(name))) };
    const asked = pictureConstraints(picture);
    if (JSON.stringify(asked) !== this.#picture) {
      await this.media.applyConstraints(asked);
      this.#picture = JSON.stringify(asked);
    }
    const rest = Object.fromEntries(entries.filter(([name]) => !OF_THE_PICTURE.has(name)));
    if (Object.keys(rest).length > 0) await this.media.applyConstraints({ advanced: [rest] });
    return this.track();
  }

  close(): void {
    this.media.stop();
  }

  /** What was asked for last: a rate alone must not change the size. */
  #pictureNow(): CaptureConstraints {
    const asked: unknown = JSON.parse(this.#picture);
    const known = typeof asked === "object" && asked !== null ? Object.entries(asked) : [];
    return Object.fromEntries(known.flatMap(([name, value]: [string, unknown]) => (typeof value === "object" && value !== null && "ideal" in value && typeof value.ideal === "number" ? [[name, value.ideal]] : [])));
  }
}

function pictureConstraints(asked: CaptureConstraints): MediaTrackConstraints & { readonly resizeMode: "none" } {
  const ideal = Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, { ideal: value }]));
  return { ...ideal, resizeMode: "none" };
}
