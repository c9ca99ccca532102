import * as z from "zod";
import type { CaptureCalls, CaptureCommand, CaptureFrame, CaptureMessage } from "../../../../shared/ipc/capture.ts";

const MOST_PIXELS = 2 ** 27;
const MOST_DEVICES = 64;
const text = z.string().max(1000);
const whole = z.number().int().nonnegative();
const empty = z.object({});

const Track = z.object({ capabilities: z.record(z.string(), z.unknown()), settings: z.record(z.string(), z.unknown()) });

/** Schema of each answer's value. */
const ANSWERS: { readonly [C in CaptureCommand]: z.ZodType<CaptureCalls[C]["gives"]> } = {
  list: z.array(z.object({ deviceId: text, groupId: text, label: text })).max(MOST_DEVICES),
  open: Track,
  apply: Track,
  start: empty,
  stop: empty,
  close: empty,
};

const Frame = z.object({
  kind: z.literal("frame"),
  skipped: whole, dropped: whole,
  format: z.enum(["I420", "NV12", "RGBA", "RGBX", "BGRA", "BGRX", "luma"]),
  width: z.number().int().positive(), height: z.number().int().positive(),
  planes: z.array(z.object({ offset: whole, stride: z.number().int().positive() })).max(4),
  matrix: text.optional(), fullRange: z.boolean().optional(),
  timestampUs: z.number(),
  pixels: z.instanceof(ArrayBuffer),
});

const Message = z.discriminatedUnion("kind", [
  z.discriminatedUnion("ok", [
    z.object({ kind: z.literal("answer"), id: whole, ok: z.literal(true), value: z.unknown() }),
    z.object({ kind: z.literal("answer"), id: whole, ok: z.literal(false), problem: z.enum(["gone", "busy", "denied", "unsupported", "failed"]), reason: text }),
  ]),
  z.object({ kind: z.literal("devices") }),
  z.object({ kind: z.literal("ended"), reason: text }),
  z.object({ kind: z.literal("unreadable"), reason: text }),
  Frame,
]);

/** A message of the page; undefined for anything else. */
export function parseCaptureMessage(message: unknown): CaptureMessage | undefined {
  const parsed = Message.safeParse(message);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  if (data.kind === "answer") return data.ok ? { ...data, value: data.value } : data;
  if (data.kind !== "frame") return data;
  const frame: CaptureFrame = { ...data, matrix: data.matrix, fullRange: data.fullRange };
  return holdsItsPlanes(frame) ? frame : undefined;
}

/** The value of an answer; undefined when it is not one to that command. */
export function parseCaptureAnswer<C extends CaptureCommand>(command: C, value: unknown): CaptureCalls[C]["gives"] | undefined {
  const schema: z.ZodType<CaptureCalls[C]["gives"]> = ANSWERS[command];
  return schema.safeParse(value).data;
}

/** Bytes of a line and number of lines of each plane of a format (WebCodecs). */
function planeSizes({ format, width, height }: Pick<CaptureFrame, "format" | "width" | "height">): readonly { readonly lineBytes: number; readonly lines: number }[] {
  const half = { width: Math.ceil(width / 2), lines: Math.ceil(height / 2) };
  const luma = { lineBytes: width, lines: height };
  switch (format) {
    case "luma": return [luma];
    case "I420": return [luma, { lineBytes: half.width, lines: half.lines }, { lineBytes: half.width, lines: half.lines }];
    case "NV12": return [luma, { lineBytes: 2 * half.width, lines: half.lines }];
    default: return [{ lineBytes: 4 * width, lines: height }];
  }
}

/** True when every line that the header promises lies inside the pixels. */
function holdsItsPlanes(frame: CaptureFrame): boolean {
  if (frame.width * frame.height > MOST_PIXELS) return false;
  return planeSizes(frame).every(({ lineBytes, lines }, index) => {
    const plane = frame.planes[index];
    if (plane === undefined || plane.stride < lineBytes) return false;
    return plane.offset + plane.stride * (lines - 1) + lineBytes <= frame.pixels.byteLength;
  });
}
