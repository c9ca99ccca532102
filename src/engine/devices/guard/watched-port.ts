import * as z from "zod";
import type { LineSettings } from "../transports/byte-stream.ts";

/** A port whose devices must be left safe, and what has to be written there for that. */
export interface WatchedPort {
  /** As it was opened: "/dev/ttyUSB0". */
  readonly path: string;
  readonly line: LineSettings;
  /** Stops and lights off, one character per byte. */
  readonly safe: string;
}

/** The app's only message to its guard: all that is to be watched from now on. One line of JSON; the answer is the sequence. */
export const GuardOrder = z.object({
  sequence: z.number().int(),
  ports: z.array(z.object({
    path: z.string(),
    line: z.object({
      baudRate: z.number(), dataBits: z.union([z.literal(7), z.literal(8)]).exactOptional(), stopBits: z.union([z.literal(1), z.literal(2)]).exactOptional(),
      parity: z.enum(["none", "even", "odd"]).exactOptional(), rtscts: z.boolean().exactOptional(),
    }),
    safe: z.string(),
  })),
});
export type GuardOrder = z.infer<typeof GuardOrder>;
