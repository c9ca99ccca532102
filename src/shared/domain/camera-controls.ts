import * as z from "zod";

const named = { id: z.string(), label: z.string() };

/** Something beyond the settings that all cameras share: a webcam's white balance, focus, zoom, resolution. */
export const CameraControl = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("range"), ...named, unit: z.string(), min: z.number(), max: z.number(), /** 0 where the device names none. */ step: z.number(), value: z.number() }),
  z.object({ kind: z.literal("choice"), ...named, choices: z.array(z.string()), value: z.string() }),
]);
export type CameraControl = z.infer<typeof CameraControl>;

/** What a control is set to. */
export const ControlValue = z.union([z.number(), z.string()]);
export type ControlValue = z.infer<typeof ControlValue>;
