import * as z from "zod";

/**
 * Every failure that crosses a process boundary is one of these tagged records. Inside a process it travels as an
 * `OcularError` (errors.ts), where each tag has its sentence: what happened, on which thing, what to do now.
 */
export const ErrorData = z.discriminatedUnion("tag", [
  z.object({ tag: z.literal("DeviceTimeout"), deviceId: z.string(), command: z.string(), timeoutMs: z.number() }),
  z.object({ tag: z.literal("DeviceDisconnected"), deviceId: z.string(), command: z.string().optional() }),
  /** `meaning`: the reply in words, where the device's manual has them. */
  z.object({ tag: z.literal("DeviceFaulted"), deviceId: z.string(), command: z.string(), reply: z.string(), meaning: z.string().optional() }),
  z.object({ tag: z.literal("DeviceStalled"), deviceId: z.string(), axis: z.string(), atUm: z.number(), targetUm: z.number() }),
  /** Axes whose controller has begun to count anew; `reason` is a clause. */
  z.object({ tag: z.literal("PlaceUnknown"), deviceId: z.string(), reason: z.string() }),
  /** `reason` is a clause: "another program holds it". */
  z.object({ tag: z.literal("PortUnavailable"), deviceId: z.string(), port: z.string(), reason: z.string() }),
  z.object({ tag: z.literal("OutOfRange"), what: z.string(), value: z.number(), min: z.number(), max: z.number(), unit: z.string() }),
  z.object({ tag: z.literal("UnsupportedValue"), what: z.string(), value: z.string(), allowed: z.array(z.string()) }),
  z.object({ tag: z.literal("Canceled"), what: z.string() }),
  z.object({ tag: z.literal("WrongState"), what: z.string(), state: z.string(), allowedIn: z.array(z.string()) }),
  z.object({ tag: z.literal("ImageUnreadable"), path: z.string(), reason: z.string() }),
  z.object({ tag: z.literal("ImageTooLarge"), path: z.string(), width: z.number(), height: z.number(), maxPixels: z.number() }),
  /** Its file states pixels of these sides, um. */
  z.object({ tag: z.literal("PixelsNotSquare"), path: z.string(), xUm: z.number(), yUm: z.number() }),
  /** A camera whose picture pixels stand for so many sensor pixels along width and height. */
  z.object({ tag: z.literal("CameraPixelsNotSquare"), deviceId: z.string(), across: z.number().int(), down: z.number().int() }),
  /** A camera whose largest picture, px wide, is smaller than its sensor by more than the factor that it tells. */
  z.object({ tag: z.literal("CameraScaleUnknown"), deviceId: z.string(), sensorPx: z.number().int(), largestPx: z.number().int(), factor: z.number().int() }),
  z.object({ tag: z.literal("NoImages"), path: z.string() }),
  z.object({ tag: z.literal("FileMissing"), path: z.string() }),
  z.object({ tag: z.literal("PathOutside"), path: z.string(), root: z.string() }),
  z.object({ tag: z.literal("ModelUnknown"), modelId: z.string(), known: z.array(z.string()) }),
  z.object({ tag: z.literal("ModelInvalid"), modelId: z.string(), reason: z.string() }),
  z.object({ tag: z.literal("ModelHashMismatch"), modelId: z.string(), file: z.string(), expected: z.string(), actual: z.string() }),
  z.object({ tag: z.literal("ModelNotReproduced"), modelId: z.string(), tensor: z.string(), largestDifference: z.number(), tolerance: z.number(), keptIn: z.string().optional() }),
  z.object({ tag: z.literal("InferenceDied"), modelId: z.string(), reason: z.string() }),
  z.object({ tag: z.literal("InferenceTimeout"), modelId: z.string(), timeoutMs: z.number() }),
  z.object({ tag: z.literal("RecipeUnknown"), recipeId: z.string(), known: z.array(z.string()) }),
  /** `where`: step, class or member; `reason` is a clause. */
  z.object({ tag: z.literal("RecipeInvalid"), recipeId: z.string(), where: z.string(), reason: z.string() }),
  z.object({ tag: z.literal("RecipeExists"), recipeId: z.string(), version: z.number().int() }),
  /** Two analyzers that would look at one picture at different scales, um per pixel. */
  z.object({ tag: z.literal("PixelSizesDiffer"), first: z.string(), firstUm: z.number(), second: z.string(), secondUm: z.number() }),
  z.object({ tag: z.literal("SessionDamaged"), path: z.string(), line: z.number(), reason: z.string() }),
  z.object({ tag: z.literal("SessionInUse"), path: z.string(), pid: z.number(), since: z.string() }),
  z.object({ tag: z.literal("SessionSealed"), path: z.string() }),
  z.object({ tag: z.literal("SessionExists"), path: z.string() }),
  z.object({ tag: z.literal("NotASession"), path: z.string(), reason: z.string() }),
  z.object({ tag: z.literal("DiskFull"), path: z.string(), neededBytes: z.number(), freeBytes: z.number() }),
  z.object({ tag: z.literal("DiskUnwritable"), path: z.string(), reason: z.string() }),
  /** A folder with an unfinished batch of another kind; `difference` is a phrase. */
  z.object({ tag: z.literal("BatchDiffers"), folder: z.string(), difference: z.string() }),
  z.object({ tag: z.literal("InvalidInput"), what: z.string(), reason: z.string() }),
  z.object({ tag: z.literal("Internal"), what: z.string(), reason: z.string() }),
]);
export type ErrorData = z.infer<typeof ErrorData>;
