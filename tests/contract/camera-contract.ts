import { expect } from "vitest";
import { createFramePool } from "../../src/engine/acquisition/frame-pool.ts";
import { bytesPerFrame } from "../../src/engine/acquisition/run-pool.ts";
import type { Camera, CameraLoss, CapturedFrame } from "../../src/engine/devices/api/camera.ts";
import type { CapturedHeader } from "../../src/shared/domain/frame.ts";
import { frameBytes } from "../../src/shared/domain/pixel-layout.ts";
import { connect, type ContractOptions, defineContract, type DevicePromise, expectRejection, fail, type Subject, type SubjectFactory, until, valueOf } from "./contract.ts";
import { devicePromises } from "./device-promises.ts";

type CameraSubject = Subject<Camera>;

/** A camera that runs into a pool, and all that it tells. */
interface Watched {
  readonly pool: ReturnType<typeof createFramePool>;
  readonly headers: CapturedHeader[];
  readonly losses: CameraLoss[];
  readonly ends: string[];
  /** What was wrong with a buffer. Listeners must not throw, so it is written down. */
  readonly complaints: string[];
  /** "frame 3", "loss 2 camera-gap", in the order they were told. */
  readonly told: string[];
  lost(): number;
}

async function watch(subject: CameraSubject, keep?: CapturedFrame[], slotCount = 4): Promise<Watched> {
  const { device } = subject;
  const slotBytes = Math.max(bytesPerFrame(device.settings()), device.maxFrameBytes?.() ?? 0);
  const pool = createFramePool({ slotBytes, slotCount });
  const watched: Watched = {
    pool, headers: [], losses: [], ends: [], complaints: [], told: [],
    lost: () => watched.losses.reduce((sum, loss) => sum + loss.count, 0),
  };
  device.onDidCapture((frame) => {
    watched.headers.push(frame.header);
    watched.told.push(`frame ${frame.header.deviceSequence}`);
    const exact = frameBytes(frame.header.pixelFormat, frame.header.width, frame.header.height);
    if (frame.buffer.bytes.length !== exact) watched.complaints.push(`${frame.buffer.bytes.length} bytes instead of ${exact}`);
    if (frame.buffer.bytes.buffer !== pool.memory) watched.complaints.push("a buffer that is not from the pool");
    if (keep === undefined) frame.buffer.release();
    else keep.push(frame);
  });
  device.onDidLose((loss) => {
    watched.losses.push(loss);
    watched.told.push(`loss ${loss.count} ${loss.reason}`);
  });
  device.onDidEnd(({ reason }) => watched.ends.push(reason));
  return watched;
}

async function run(subject: CameraSubject, keep?: CapturedFrame[], slotCount?: number): Promise<Watched> {
  await connect(subject);
  const watched = await watch(subject, keep, slotCount);
  await valueOf(subject, subject.device.startAcquisition(watched.pool));
  expect(subject.device.isAcquiring()).toBe(true);
  return watched;
}

const periods = (subject: CameraSubject, count: number): number => (count * 1000) / subject.device.settings().frameRate;

const frames = (subject: CameraSubject, watched: Watched, count: number): Promise<void> =>
  until(subject, () => watched.headers.length >= count, 5000 + periods(subject, 4 * count), `${count} frames come (got ${watched.headers.length})`);

/** Numbers between the first and the last frame that no frame has. */
function missingNumbers(watched: Watched): number {
  const first = watched.headers[0]?.deviceSequence ?? 0;
  const last = watched.headers.at(-1)?.deviceSequence ?? -1;
  return last - first + 1 - watched.headers.length;
}

export const cameraPromises: readonly DevicePromise<Camera>[] = [
  ...devicePromises<Camera>((camera, options) => camera.applySettings({ frameRate: camera.settings().frameRate }, options), (camera) => !camera.isAcquiring()),
  {
    text: "takes settings within its limits and tells the true values",
    async check(subject) {
      await connect(subject);
      const { device } = subject;
      const { min, max } = device.limits().exposureMs;
      const wanted = min + (max - min) * 0.25;
      const applied = await valueOf(subject, device.applySettings({ exposureMs: wanted }));
      expect(device.settings()).toEqual(applied);
      expect(Math.abs(applied.exposureMs - wanted)).toBeLessThanOrEqual(Math.max(0.05, wanted * 0.01));
    },
  },
  {
    text: "refuses a setting out of range with OutOfRange and changes nothing, not even the rest of the patch",
    async check(subject) {
      await connect(subject);
      const { device } = subject;
      const before = device.settings();
      const { exposureMs, frameRate } = device.limits();
      const other = before.exposureMs === exposureMs.min ? exposureMs.max : exposureMs.min;
      await expectRejection(subject, device.applySettings({ exposureMs: other, frameRate: frameRate.max * 10 }), "OutOfRange");
      await expectRejection(subject, device.applySettings({ exposureMs: exposureMs.max * 10 + 1 }), "OutOfRange");
      const { roi } = before;
      await expectRejection(subject, device.applySettings({ roi: { ...roi, width: device.limits().sensorWidth + 16 } }), "OutOfRange");
      expect(device.settings()).toEqual(before);
    },
  },
  {
    text: "changes geometry and format only while not acquiring",
    async check(subject) {
      await run(subject);
      const { device } = subject;
      const before = device.settings();
      const { roi } = before;
      await expectRejection(subject, device.applySettings({ roi: { ...roi, width: roi.width / 2 } }), "WrongState");
      expect(device.settings()).toEqual(before);
      await valueOf(subject, device.applySettings({ exposureMs: device.limits().exposureMs.min }));
    },
  },
  {
    text: "delivers frames in order, each once, exact in size, in buffers of the pool, as the settings say",
    async check(subject) {
      const watched = await run(subject);
      await frames(subject, watched, 8);
      const numbers = watched.headers.map((header) => header.deviceSequence);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(watched.complaints).toEqual([]);
      const times = watched.headers.map((header) => header.hostTimeMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      for (const header of watched.headers) {
        expect(header.cameraId).toBe(subject.device.identity.id);
        expect(subject.device.limits().pixelFormats).toContain(header.pixelFormat);
      }
      expect(missingNumbers(watched)).toBe(watched.lost());
      await valueOf(subject, subject.device.stopAcquisition());
      watched.pool.assertAllFree();
    },
  },
  {
    text: "counts a frame without a buffer as lost instead of waiting, and goes on when buffers are back",
    async check(subject) {
      const kept: CapturedFrame[] = [];
      const watched = await run(subject, kept, 2);
      await frames(subject, watched, 2);
      await until(subject, () => watched.lost() >= 3, 5000 + periods(subject, 20), "frames are counted lost while the pool is empty");
      expect(watched.losses.every((loss) => loss.reason === "no-buffer")).toBe(true);
      const before = watched.headers.length;
      for (const frame of kept) frame.buffer.release();
      kept.length = 0;
      await until(subject, () => watched.headers.length > before, 5000 + periods(subject, 20), "frames come again");
      // Frames lost since the newest one came are told already, though no number shows them yet.
      expect(missingNumbers(watched)).toBeGreaterThanOrEqual(3);
      expect(missingNumbers(watched)).toBeLessThanOrEqual(watched.lost());
      await valueOf(subject, subject.device.stopAcquisition());
      for (const frame of kept) frame.buffer.release();
      watched.pool.assertAllFree();
    },
  },
  {
    text: "shows frames the device lost as a gap in deviceSequence and counts them, before the next frame",
    needs: "dropFrames",
    async check(subject) {
      const watched = await run(subject);
      await frames(subject, watched, 2);
      await fail(subject, "dropFrames");
      const before = watched.headers.length;
      await until(subject, () => watched.lost() > 0 && watched.headers.length >= before + 3, 5000 + periods(subject, 60), "lost frames are told and frames come again");
      expect(missingNumbers(watched)).toBe(watched.lost());
      // A loss told after the frame behind it would be counted twice by whoever looks for gaps.
      const gapAt = watched.headers.findIndex((header, index) => index > 0 && header.deviceSequence > (watched.headers[index - 1]?.deviceSequence ?? 0) + 1);
      const frameBehind = watched.told.indexOf(`frame ${watched.headers[gapAt]?.deviceSequence}`);
      expect(watched.told.slice(0, frameBehind).some((line) => line.startsWith("loss"))).toBe(true);
      await valueOf(subject, subject.device.stopAcquisition());
      watched.pool.assertAllFree();
    },
  },
  {
    text: "delivers nothing after stopAcquisition resolved, and gave every buffer back",
    async check(subject) {
      const watched = await run(subject);
      await frames(subject, watched, 2);
      await valueOf(subject, subject.device.stopAcquisition());
      expect(subject.device.isAcquiring()).toBe(false);
      const before = watched.told.length;
      await subject.advance(periods(subject, 5));
      expect(watched.told.length).toBe(before);
      watched.pool.assertAllFree();
    },
  },
  {
    text: "refuses a second start with WrongState and keeps running; a second stop is harmless",
    async check(subject) {
      const watched = await run(subject);
      await expectRejection(subject, subject.device.startAcquisition(watched.pool), "WrongState");
      await frames(subject, watched, 2);
      await valueOf(subject, subject.device.stopAcquisition());
      await valueOf(subject, subject.device.stopAcquisition());
      expect(watched.ends.length).toBeLessThanOrEqual(1);
    },
  },
  {
    text: "starts again after a stop, with numbers that rise and sums that agree",
    async check(subject) {
      const watched = await run(subject);
      await frames(subject, watched, 2);
      await valueOf(subject, subject.device.stopAcquisition());
      const again = watched.headers.length;
      await valueOf(subject, subject.device.startAcquisition(watched.pool));
      await frames(subject, watched, again + 3);
      await valueOf(subject, subject.device.stopAcquisition());
      watched.pool.assertAllFree();
    },
  },
  {
    text: "ends once with its reason when the camera is lost, gives every buffer back, and runs again when it is back",
    needs: "disconnect",
    async check(subject) {
      const watched = await run(subject);
      await frames(subject, watched, 2);
      await fail(subject, "disconnect");
      await until(subject, () => watched.ends.length > 0, 5000, "the end is told");
      const before = watched.headers.length;
      await subject.advance(periods(subject, 5));
      expect(watched.ends).toEqual(["disconnected"]);
      expect(subject.device.isAcquiring()).toBe(false);
      expect(watched.headers.length).toBe(before);
      watched.pool.assertAllFree();
      await fail(subject, "reconnect");
      await valueOf(subject, subject.device.connect());
      await valueOf(subject, subject.device.startAcquisition(watched.pool));
      await frames(subject, watched, before + 2);
      await valueOf(subject, subject.device.stopAcquisition());
      watched.pool.assertAllFree();
    },
  },
  {
    text: "is set as it was when it is back after a loss, and after a disconnect",
    needs: "reconnect",
    async check(subject) {
      await connect(subject);
      const { device } = subject;
      const { exposureMs, gainDb } = device.limits();
      const between = ({ min, max }: { readonly min: number; readonly max: number }, share: number): number => min + (max - min) * share;
      const before = await valueOf(subject, device.applySettings({ exposureMs: between(exposureMs, 0.1), gainDb: between(gainDb, 0.5), pixelFormat: device.limits().pixelFormats.at(-1) ?? "Mono8" }));
      await fail(subject, "disconnect");
      await until(subject, () => device.status().state === "absent", 5000, "a lost camera becomes absent");
      await fail(subject, "reconnect");
      await valueOf(subject, device.connect());
      expect(device.settings()).toEqual(before);
      await valueOf(subject, device.disconnect());
      await valueOf(subject, device.connect());
      expect(device.settings()).toEqual(before);
    },
  },
  {
    text: "stops acquiring when disconnected or disposed on the way, and gives every buffer back",
    async check(subject) {
      const watched = await run(subject);
      await frames(subject, watched, 2);
      await valueOf(subject, subject.device.disconnect());
      expect(subject.device.isAcquiring()).toBe(false);
      await subject.advance(periods(subject, 3));
      watched.pool.assertAllFree();
      await valueOf(subject, subject.device.connect());
      await valueOf(subject, subject.device.startAcquisition(watched.pool));
      await frames(subject, watched, watched.headers.length + 1);
      await subject.device.dispose();
      const before = watched.told.length;
      await subject.advance(periods(subject, 5));
      expect(watched.told.length).toBe(before);
      watched.pool.assertAllFree();
    },
  },
];

/** One test per promise of Camera. */
export function cameraContract(name: string, factory: SubjectFactory<Camera>, options?: ContractOptions): void {
  defineContract(`${name} keeps the promises of Camera`, cameraPromises, factory, options);
}
