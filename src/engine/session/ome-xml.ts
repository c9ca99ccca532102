import type { DeviceIdentity, Objective } from "../../shared/domain/devices.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import { layoutOf } from "../../shared/domain/pixel-layout.ts";

/** What is known about a kept field beside its frame header. */
export interface FieldContext {
  readonly sessionId: string;
  readonly fieldId: string;
  /** Start of exposure, ISO 8601. */
  readonly acquiredAt: string;
  /** Since the start of the session, ms. */
  readonly sinceStartMs: number;
  readonly objective: Objective | undefined;
  readonly camera: DeviceIdentity | undefined;
  /** Name and version of the program. */
  readonly software: string;
}

/** Namespace of our key-value pairs in the OME-XML. */
const FIELD_NAMESPACE = "urn:ocular:field:1";

/**
 * OME-XML (schema 2016-06) of one kept field. Pure ASCII: everything else is written as a character reference, because
 * TIFF's ImageDescription is ASCII by the letter. A Bayer field has a second image, the colour preview.
 *
 * @param previewSize size of the colour preview in IFD 1, absent for mono and RGB
 */
export function omeXml(header: FrameHeader, context: FieldContext, previewSize: { width: number; height: number } | undefined): string {
  const { objective, camera } = context;
  const parts = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openmicroscopy.org/Schemas/OME/2016-06 http://www.openmicroscopy.org/Schemas/OME/2016-06/ome.xsd" Creator="${escaped(context.software)}">`,
    '<Instrument ID="Instrument:0">',
    camera === undefined ? "" : element("Detector", { ID: "Detector:0", Type: "CMOS", Manufacturer: camera.vendor, Model: camera.model, SerialNumber: camera.serial }),
    objective === undefined ? "" : element("Objective", { ID: "Objective:0", Model: objective.name, NominalMagnification: objective.magnification, LensNA: objective.numericalAperture, Immersion: IMMERSION[objective.immersion] }),
    "</Instrument>",
    imageXml(header, context, { index: 0, ...sizeOf(header), reduction: 1 }),
    previewSize === undefined ? "" : imageXml(header, context, { index: 1, ...previewSize, reduction: 2 }),
    `<StructuredAnnotations><MapAnnotation ID="Annotation:0" Namespace="${FIELD_NAMESPACE}"><Value>`,
    ...Object.entries(fieldFacts(header, context)).map(([key, value]) => (value === undefined ? "" : `<M K="${key}">${escaped(String(value))}</M>`)),
    "</Value></MapAnnotation></StructuredAnnotations>",
    "</OME>",
  ];
  return parts.join("");
}

const IMMERSION = { air: "Air", water: "Water", oil: "Oil" } as const;

interface ImagePlan {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  /** Frame pixels per image pixel. */
  readonly reduction: number;
}

function sizeOf({ width, height }: FrameHeader): { width: number; height: number } {
  return { width, height };
}

function imageXml(header: FrameHeader, context: FieldContext, plan: ImagePlan): string {
  const layout = layoutOf(header.pixelFormat);
  const isPreview = plan.index > 0;
  const isColour = isPreview || layout.channels === 3;
  const is16Bit = !isPreview && layout.bytesPerSample === 2;
  const pixelSize = header.pixelSizeUm === undefined ? undefined : header.pixelSizeUm * plan.reduction;
  const name = isPreview ? `${context.fieldId} (colour preview, half size)` : context.fieldId;
  const { stagePositionUm: stage } = header;
  return [
    `<Image ID="Image:${plan.index}" Name="${escaped(name)}"><AcquisitionDate>${escaped(context.acquiredAt)}</AcquisitionDate>`,
    '<InstrumentRef ID="Instrument:0"/>',
    context.objective === undefined ? "" : '<ObjectiveSettings ID="Objective:0"/>',
    stage === undefined ? "" : element("StageLabel", { Name: context.fieldId, X: stage.x, XUnit: UM, Y: stage.y, YUnit: UM, ...(header.focusPositionUm === undefined ? {} : { Z: header.focusPositionUm, ZUnit: UM }) }),
    openTag("Pixels", {
      ID: `Pixels:${plan.index}`, DimensionOrder: "XYCZT", Type: is16Bit ? "uint16" : "uint8", SignificantBits: isPreview ? 8 : layout.significantBits,
      SizeX: plan.width, SizeY: plan.height, SizeC: isColour ? 3 : 1, SizeZ: 1, SizeT: 1, Interleaved: isColour ? "true" : undefined, BigEndian: "false",
      ...(pixelSize === undefined ? {} : { PhysicalSizeX: pixelSize, PhysicalSizeXUnit: UM, PhysicalSizeY: pixelSize, PhysicalSizeYUnit: UM }),
    }),
    channelXml(header, context, plan, isColour ? 3 : 1),
    `<TiffData IFD="${plan.index}" PlaneCount="1"/>`,
    element("Plane", {
      TheZ: 0, TheC: 0, TheT: 0, DeltaT: context.sinceStartMs, DeltaTUnit: "ms",
      ...(header.exposureMs === undefined ? {} : { ExposureTime: header.exposureMs, ExposureTimeUnit: "ms" }),
      ...(stage === undefined ? {} : { PositionX: stage.x, PositionXUnit: UM, PositionY: stage.y, PositionYUnit: UM }),
      ...(header.focusPositionUm === undefined ? {} : { PositionZ: header.focusPositionUm, PositionZUnit: UM }),
    }),
    '</Pixels><AnnotationRef ID="Annotation:0"/></Image>',
  ].join("");
}

function channelXml(header: FrameHeader, context: FieldContext, plan: ImagePlan, samples: number): string {
  const { cfa } = layoutOf(header.pixelFormat);
  const name = plan.index > 0 ? "Colour preview" : samples === 3 ? "RGB" : cfa === undefined ? "Brightfield" : `Bayer mosaic ${cfa}`;
  const open = openTag("Channel", { ID: `Channel:${plan.index}:0`, Name: name, SamplesPerPixel: samples });
  return context.camera === undefined ? `${open}</Channel>` : `${open}<DetectorSettings ID="Detector:0" Binning="Other"/></Channel>`;
}

/** The frame's own facts, keys as on a log line: nothing of the header is lost, also where OME has no place for it. */
function fieldFacts(header: FrameHeader, context: FieldContext): Record<string, string | number | boolean | undefined> {
  return {
    session_id: context.sessionId,
    field_id: context.fieldId,
    frame_id: header.frameId,
    pixel_format: header.pixelFormat,
    cfa_pattern: layoutOf(header.pixelFormat).cfa,
    camera_id: header.cameraId,
    device_sequence: header.deviceSequence,
    device_time_ms: header.deviceTimeMs,
    host_time_ms: header.hostTimeMs,
    settled: header.settled,
    stage_um_from_px: header.stageUmFromPx?.join(" "),
    objective_id: header.objectiveId,
    gain_db: header.gainDb,
    light_percent: header.lightPercent,
    settings_hash: header.settingsHash,
    frame_status: header.status,
    source_name: header.sourceName,
  };
}

/** The value of one of our key-value pairs, read back from the XML we wrote. */
export function fieldFact(xml: string, key: string): string | undefined {
  const value = new RegExp(`<M K="${key}">([^<]*)</M>`, "u").exec(xml)?.[1];
  return value === undefined ? undefined : unescaped(value);
}

/** Micrometre with the micro sign, as OME's unit list spells it. */
const UM = "\u00b5m";

type Attributes = Record<string, string | number | undefined>;

function openTag(name: string, attributes: Attributes): string {
  const written = Object.entries(attributes).map(([key, value]) => (value === undefined ? "" : ` ${key}="${escaped(String(value))}"`));
  return `<${name}${written.join("")}>`;
}

function element(name: string, attributes: Attributes): string {
  return `${openTag(name, attributes).slice(0, -1)}/>`;
}

const NAMED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" } as const;

/** Characters that XML 1.0 cannot hold at all, not even as a reference, become the replacement character. */
function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
    .replace(/[&<>"]/gu, (sign) => NAMED[sign as keyof typeof NAMED])
    .replace(/[^\u0020-\u007e]/gu, (sign) => `&#${sign.codePointAt(0) ?? 0xfffd};`);
}

function unescaped(text: string): string {
  return text
    .replace(/&#(\d+);/gu, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&quot;", '"').replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}
