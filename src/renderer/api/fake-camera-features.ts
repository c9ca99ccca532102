import type { CameraFeature, CameraFeatureCategory, CameraFeatureValue } from "../../shared/domain/device-setup.ts";

/** A feature and its value as the fake camera has them. */
type Entry = readonly [kind: CameraFeature["kind"], name: string, toolTip: string, value: Omit<CameraFeatureValue, "name">, more?: { readonly unit?: string; readonly visibility?: CameraFeature["visibility"]; readonly help?: string }];

const RW = (value: string, limits: Partial<CameraFeatureValue> = {}): Omit<CameraFeatureValue, "name"> => ({ access: "RW", value, ...limits });
const RO = (value: string): Omit<CameraFeatureValue, "name"> => ({ access: "RO", value });
const choice = (value: string, ...names: readonly string[]): Omit<CameraFeatureValue, "name"> => ({ access: "RW", value, choices: names.map((name) => ({ name, displayName: name, toolTip: "" })) });
const command: Omit<CameraFeatureValue, "name"> = { access: "WO" };
const not: Omit<CameraFeatureValue, "name"> = { access: "NA" };
const [expert, guru] = [{ visibility: "Expert" }, { visibility: "Guru" }] as const;

const CATEGORIES: Readonly<Record<string, readonly Entry[]>> = {
  DeviceControl: [
    ["string", "DeviceVendorName", "Who made it", RO("Basler")], ["string", "DeviceModelName", "Model", RO("acA1920-155um")], ["string", "DeviceSerialNumber", "Serial number", RO("22571134")],
    ["string", "DeviceUserID", "A name of your own, kept in the camera", RW("")], ["float", "DeviceTemperature", "Of the sensor board", RO("41.25"), { unit: "C" }],
    ["enumeration", "DeviceTemperatureSelector", "Which place is measured", choice("Sensorboard", "Sensorboard", "Coreboard"), expert], ["command", "DeviceReset", "Starts the camera again as if it were unplugged", command, guru],
    ["integer", "DeviceLinkThroughputLimit", "Bytes a second that the camera may send", RW("360000000", { min: "1000000", max: "400000000", inc: "1" }), { unit: "Bps", visibility: "Expert", help: "Lower it where several cameras share one USB controller." }],
  ],
  ImageFormatControl: [
    ["integer", "SensorWidth", "Pixels of the sensor", RO("1984"), expert], ["integer", "SensorHeight", "Pixels of the sensor", RO("1264"), expert],
    ["integer", "Width", "Of the picture", RW("1920", { min: "16", max: "1920", inc: "16" })], ["integer", "Height", "Of the picture", RW("1200", { min: "2", max: "1200", inc: "2" })],
    ["integer", "OffsetX", "Left edge of the picture on the sensor", RW("0", { min: "0", max: "0", inc: "16" })], ["integer", "OffsetY", "Upper edge of the picture on the sensor", RW("0", { min: "0", max: "0", inc: "2" })],
    ["enumeration", "PixelFormat", "What a pixel is made of", choice("Mono8", "Mono8", "Mono12", "Mono12p")], ["integer", "BinningHorizontal", "Pixels added side by side", RW("1", { min: "1", max: "4", inc: "1" })], ["integer", "BinningVertical", "Pixels added one above the other", RW("1", { min: "1", max: "4", inc: "1" })],
    ["boolean", "ReverseX", "Mirrors the picture", RW("false"), expert], ["boolean", "ReverseY", "Turns the picture upside down", RW("false"), expert],
    ["enumeration", "TestPattern", "A drawn picture instead of the sensor's", choice("Off", "Off", "GreyDiagonalRamp", "Black", "White"), expert],
  ],
  AcquisitionControl: [
    ["float", "ExposureTime", "How long the sensor gathers light", RW("8000", { min: "20", max: "1000000" }), { unit: "us", help: "How long the sensor gathers light for one picture. Longer is brighter and blurs what moves; it also limits the frame rate." }],
    ["enumeration", "ExposureAuto", "Whether the camera chooses the exposure", choice("Off", "Off", "Once", "Continuous")], ["enumeration", "ExposureMode", "What ends the exposure", choice("Timed", "Timed", "TriggerWidth"), expert],
    ["boolean", "AcquisitionFrameRateEnable", "Whether the rate is held", RW("true")], ["float", "AcquisitionFrameRate", "Pictures a second", RW("30.000000000000004", { min: "0.5", max: "164" }), { unit: "Hz" }], ["float", "ResultingFrameRate", "What exposure and link allow", RO("124.9531"), { unit: "Hz", visibility: "Expert" }],
    ["enumeration", "TriggerSelector", "Which trigger is set below", choice("FrameStart", "FrameStart", "FrameBurstStart"), expert], ["enumeration", "TriggerMode", "Whether a trigger starts a picture", choice("Off", "Off", "On")],
    ["enumeration", "TriggerSource", "Where the trigger comes from", choice("Software", "Software", "Line1", "Line2")], ["command", "TriggerSoftware", "Starts one picture", not], ["float", "TriggerDelay", "From the trigger to the exposure", RW("0", { min: "0", max: "1000000" }), { unit: "us", visibility: "Expert" }],
  ],
  AnalogControl: [
    ["float", "Gain", "Amplifies the signal, and its noise", RW("0", { min: "0", max: "36" }), { unit: "dB" }], ["enumeration", "GainAuto", "Whether the camera chooses the gain", choice("Off", "Off", "Once", "Continuous")],
    ["float", "BlackLevel", "What black is lifted by", RW("0", { min: "0", max: "31.9375", inc: "0.0625" }), { unit: "DN" }], ["float", "Gamma", "Bends the curve from light to number", RW("1", { min: "0", max: "3.99998" }), expert],
  ],
  DigitalIOControl: [
    ["enumeration", "LineSelector", "Which line is set below", choice("Line1", "Line1", "Line2", "Line3"), expert], ["enumeration", "LineMode", "In or out", choice("Input", "Input", "Output"), expert],
    ["boolean", "LineInverter", "Turns the signal round", RW("false"), guru], ["boolean", "LineStatus", "As it is now", RO("false"), expert], ["integer", "LineStatusAll", "All lines, a bit each", RO("0"), guru],
  ],
  TransportLayerControl: [
    ["integer", "PayloadSize", "Bytes of a picture on the wire", RO("2304000"), expert], ["boolean", "PayloadCRC", "A checksum with each picture", RW("false"), guru], ["integer", "SIPayloadTransferSize", "Bytes of one USB transfer", RO("262144"), guru],
  ],
  UserSetControl: [
    ["enumeration", "UserSetSelector", "Which set is meant below", choice("Default", "Default", "HighGain", "UserSet1"), expert], ["command", "UserSetLoad", "Takes the set into use", command, expert], ["command", "UserSetSave", "Keeps the settings in the set", not, expert],
  ],
};

const words = (name: string): string => name.replaceAll(/([a-z])([A-Z])/gu, "$1 $2");
const sentence = (text: string): string => words(text).replaceAll(/ ([A-Z])(?=[a-z])/gu, (_, letter: string) => ` ${letter.toLowerCase()}`);

/** The tree of a camera as people have on their microscopes. */
export const FAKE_TREE: CameraFeatureCategory = {
  kind: "category", name: "Root", displayName: "Root",
  members: Object.entries(CATEGORIES).map(([name, entries]) => ({
    kind: "category", name, displayName: sentence(name),
    members: entries.map(([kind, feature, toolTip, , more]) => ({ kind, name: feature, displayName: sentence(feature), toolTip, help: more?.help ?? `${toolTip}.`, unit: more?.unit ?? "", visibility: more?.visibility ?? "Beginner", isStreamable: true })),
  })),
};

/** Values of all its features at the start. */
export function fakeFeatureValues(): Map<string, CameraFeatureValue> {
  return new Map(Object.values(CATEGORIES).flat().map(([, name, , value]) => [name, { name, ...value }]));
}
