import { stageWayOf } from "../../core/geometry/stage-from-image.ts";
import { serpentine } from "../../core/scan/serpentine.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { OcularError } from "../../shared/errors.ts";
import { um, type StagePointUm } from "../../shared/units.ts";
import { fittedParts } from "../devices/api/microscope.ts";
import type { Instrument } from "./instrument.ts";

/** Sweep of the first focus, and of the small correction at each field, um. */
const FIRST_FOCUS = { rangeUm: 4, stepUm: 1 };
const FIELD_FOCUS = { rangeUm: 1, stepUm: 0.5 };

/**
 * Keeps `fields` fields: with a stage a serpentine of abutting counting frames round the present place, refocused at
 * each; without one the next pictures as they come. Needs an open session. Resolves with the fields, analysed.
 * With `isEnough` each field is analysed before the next one, and the scan ends at the first after which it says so.
 * @throws OcularError Canceled when `signal` aborts or the plan is overruled: what was kept stays kept; device and disk errors
 */
export async function scanFields(instrument: Instrument, options: {
  fields: number;
  onField: (kept: number, field: FieldView) => void;
  onRemark: (text: string) => void;
  isEnough?: () => boolean;
  signal?: AbortSignal;
}): Promise<FieldView[]> {
  const { signal } = options;
  const call = signal === undefined ? {} : { signal };
  const overruled = instrument.overruled();
  const throwIfAborted = (): void => {
    if (signal?.aborted === true || overruled.aborted) throw new OcularError({ tag: "Canceled", what: "The scan" });
  };
  await instrument.nextFrame();
  const places = placesOf(instrument, options.fields);
  const canFocus = fittedParts(instrument.microscope).focus !== undefined;
  throwIfAborted();
  if (canFocus) {
    const focused = await instrument.autofocus({ ...FIRST_FOCUS, ...call });
    if (focused.kind === "notFound") options.onRemark(`Focus: ${focused.reason}; going on at the present plane.`);
  }
  const keptIds: string[] = [];
  for (let n = 0; n < options.fields; n++) {
    throwIfAborted();
    const place = places?.[n];
    if (place !== undefined) await instrument.moveStageTo(place);
    throwIfAborted();
    if (canFocus) await instrument.autofocus({ ...FIELD_FOCUS, ...call });
    throwIfAborted();
    const field = await instrument.keepField();
    keptIds.push(field.fieldId);
    options.onField(keptIds.length, field);
    if (options.isEnough === undefined) continue;
    await instrument.fieldAnalysed(field.fieldId);
    if (options.isEnough()) break;
  }
  const analysed: FieldView[] = [];
  for (const fieldId of keptIds) analysed.push(await instrument.fieldAnalysed(fieldId));
  return analysed;
}

function placesOf(instrument: Instrument, fields: number): StagePointUm[] | undefined {
  const { camera, pixelSizeUm, stageUmFromPx, stage, session } = instrument.snapshot();
  if (stage === undefined) return undefined;
  const unknown = new OcularError({ tag: "InvalidInput", what: "A scan", reason: "the scale of the picture is unknown: choose an objective" });
  if (camera === undefined || pixelSizeUm === undefined) throw unknown;
  const { roi, binning } = camera.settings;
  const guardPx = (2 * (session?.countingFrame.insetUm ?? 0)) / pixelSizeUm;
  const scale = { pixelSizeUm, stageUmFromPx };
  const acrossUm = stageWayOf(scale, { x: roi.width / binning - guardPx, y: 0 });
  const downUm = stageWayOf(scale, { x: 0, y: roi.height / binning - guardPx });
  if (acrossUm === undefined || downUm === undefined) throw unknown;
  return serpentine({
    centreUm: { x: um(stage.positionUm.x), y: um(stage.positionUm.y) },
    fields,
    columns: Math.max(1, Math.round(Math.sqrt(fields * 1.25))),
    acrossUm, downUm,
  });
}
