import type { ErrorData } from "./error-data.ts";

export type { ErrorData } from "./error-data.ts";
export type ErrorTag = ErrorData["tag"];

/** The exception form of {@link ErrorData}. `message` is the sentence people read. */
export class OcularError extends Error {
  readonly data: ErrorData;
  constructor(data: ErrorData, options?: { cause?: unknown }) {
    super(describeError(data), options);
    this.name = data.tag;
    this.data = data;
  }
}

/** True when `error` is an {@link OcularError}, of that tag when one is named. */
export function isOcularError(error: unknown, tag?: ErrorTag): error is OcularError {
  return error instanceof OcularError && (tag === undefined || error.data.tag === tag);
}

/** The tagged record of any thrown thing; what is not ours becomes `Internal` and keeps its message. */
export function errorDataOf(error: unknown, what: string): ErrorData {
  if (error instanceof OcularError) return error.data;
  return { tag: "Internal", what, reason: error instanceof Error ? error.message : String(error) };
}

/** One sentence for a person: what happened, on which thing, what to do now. */
export function describeError(error: ErrorData): string {
  switch (error.tag) {
    case "DeviceTimeout":
      return `${error.deviceId} did not answer "${error.command}" within ${error.timeoutMs} ms: check its cable and power, then try again.`;
    case "DeviceDisconnected":
      return `${error.deviceId} is disconnected${error.command === undefined ? "" : ` ("${error.command}" was not done)`}: plug it in again; Ocular reconnects by itself.`;
    case "DeviceFaulted":
      return `${error.deviceId} answered "${error.reply}" to "${error.command}"${error.meaning === undefined ? "" : ` (${error.meaning})`}: see its page in docs/devices, then try again.`;
    case "DeviceStalled":
      return `${error.deviceId} axis ${error.axis} stopped at ${error.atUm.toFixed(1)} µm on its way to ${error.targetUm.toFixed(1)} µm: free the stage, then move again.`;
    case "PlaceUnknown":
      return `${error.deviceId} does not move, for its place is not known (${error.reason}): home it, or say under Devices that the place it tells is right.`;
    case "PortUnavailable":
      return `Port ${error.port} of ${error.deviceId} cannot be opened (${error.reason}): ${portAdvice(error.reason)}.`;
    case "OutOfRange":
      return `${error.what} ${error.value} ${error.unit} is outside ${error.min} to ${error.max} ${error.unit}: choose a value inside.`;
    case "UnsupportedValue":
      return `${error.what} "${error.value}" is not supported: choose one of ${error.allowed.join(", ")}.`;
    case "Canceled":
      return `${error.what} was canceled.`;
    case "WrongState":
      return `${error.what} is not possible while ${error.state}: it needs ${error.allowedIn.join(" or ")}.`;
    case "ImageUnreadable":
      return `${error.path} cannot be read as a picture (${error.reason}): replace the file or leave it out.`;
    case "ImageTooLarge":
      return `${error.path} is ${error.width} x ${error.height} px, more than the ${error.maxPixels} px limit: cut it into parts first.`;
    case "PixelsNotSquare":
      return `${error.path} has pixels of ${shortUm(error.xUm)} x ${shortUm(error.yUm)} um, and only square ones can be measured: resample it, or state the one pixel size that is true.`;
    case "CameraPixelsNotSquare":
      return `${error.deviceId} makes pixels of ${error.across} x ${error.down} pixels of its sensor, and only square ones can be measured: set its binning and decimation alike across and down, in its features under Devices, then start again.`;
    case "CameraScaleUnknown":
      return `${error.deviceId} makes pictures of at most ${error.largestPx} px from ${error.sensorPx} px of its sensor, which is more than the ${error.factor} px a pixel that it tells, so their scale is unknown: select all of its binning (BinningSelector) or undo the part that is not selected, in its features under Devices, then start again.`;
    case "NoImages":
      return `${error.path} holds no PNG, JPEG or TIFF picture: choose another folder.`;
    case "FileMissing":
      return `${error.path} does not exist: check the path.`;
    case "PathOutside":
      return `${error.path} lies outside ${error.root}: choose a place inside.`;
    case "ModelUnknown":
      return `There is no model "${error.modelId}": choose one of ${error.known.join(", ") || "none installed"}.`;
    case "ModelInvalid":
      return `Model ${error.modelId} cannot be used (${error.reason}): mend its package or choose another model.`;
    case "ModelHashMismatch":
      return `Model ${error.modelId}: ${error.file} is not the file its rdf.yaml names (sha256 ${error.actual.slice(0, 12)}..., expected ${error.expected.slice(0, 12)}...): install the package again.`;
    case "ModelNotReproduced":
      return `Model ${error.modelId} does not reproduce its test tensor ${error.tensor} on this machine (largest difference ${error.largestDifference}, allowed ${error.tolerance}): do not use it here${error.keptIn === undefined ? "" : `; both tensors are kept in ${error.keptIn}`}.`;
    case "InferenceDied":
      return `The inference process of ${error.modelId} died (${error.reason}): it is restarted; the frame is counted as lost.`;
    case "InferenceTimeout":
      return `The inference process of ${error.modelId} did not answer within ${error.timeoutMs} ms: it is restarted; the frame is counted as lost.`;
    case "RecipeUnknown":
      return `There is no recipe "${error.recipeId}": choose one of ${error.known.join(", ") || "none installed"}, or name a file.`;
    case "RecipeInvalid":
      return `Recipe ${error.recipeId} cannot be used (${error.where}: ${error.reason}): mend it there.`;
    case "RecipeExists":
      return `Recipe ${error.recipeId} version ${error.version} exists already: save it as the next version.`;
    case "PixelSizesDiffer":
      return `${error.first} assumes ${error.firstUm} um per pixel and ${error.second} ${error.secondUm}: state the pixel size of the pictures, so that both see the same scale.`;
    case "SessionDamaged":
      return `Session ${error.path} is damaged at log line ${error.line} (${error.reason}): what comes before is intact; keep a copy and show it to QA.`;
    case "SessionInUse":
      return `${error.path} is open in another Ocular (process ${error.pid}, since ${error.since}): close it there first.`;
    case "SessionSealed":
      return `Session ${error.path} is sealed and takes no more records: start a new session.`;
    case "SessionExists":
      return `${error.path} exists already: choose another name.`;
    case "NotASession":
      return `${error.path} is not an Ocular session (${error.reason}): choose a folder that ends in .ocular.`;
    case "DiskFull":
      return `The disk of ${error.path} is full (${error.freeBytes} bytes free${error.neededBytes === 0 ? "" : `, ${error.neededBytes} needed`}): what was saved before is kept; free some space, then go on.`;
    case "DiskUnwritable":
      return `${error.path} cannot be written (${error.reason}): choose another folder or change its permissions.`;
    case "BatchDiffers":
      return `${error.folder} holds an unfinished analysis that differs (${error.difference}): go on with that one, choose another folder, or begin anew with --restart.`;
    case "InvalidInput":
      return `${error.what} is not valid: ${error.reason}.`;
    case "Internal":
      return `${error.what} failed (${error.reason}): please report this with the session log.`;
    default:
      return unreachable(error);
  }
}

/** What to do about a port, by the clause that a transport gave (serial-port.ts). */
/** As many digits as a pixel size is known to. */
function shortUm(um: number): number {
  return Number(um.toPrecision(4));
}

function portAdvice(reason: string): string {
  if (/may not open/u.test(reason)) return "give this user the right to it (docs/devices/serial.md), then connect again";
  if (/holds it/u.test(reason)) return "close that program, then connect again";
  if (/not plugged in|no such port/u.test(reason)) return "plug it in; a device that is set up is taken up by itself";
  return "close other programs that use it and check its cable, then connect again";
}

/** Compile-time proof that a switch is complete. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}
