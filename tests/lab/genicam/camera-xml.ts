/** The GenICam description of the virtual cameras, written for them: every kind of node we read appears at least once. */
import { CHUNK_EXPOSURE, REG, SENSOR } from "./sensor-map.ts";

/** Where a transport's bootstrap has the camera's names, and how its registers are ordered. */
const TRANSPORTS = {
  usb3vision: { nameSpace: "U3V", isLittleEndian: true, vendor: [0x04, 64], model: [0x44, 64], serial: [0x144, 64], userName: [0x184, 64] },
  gigevision: { nameSpace: "GEV", isLittleEndian: false, vendor: [0x48, 32], model: [0x68, 32], serial: [0xd8, 16], userName: [0xe8, 16] },
} as const;

const hex = (value: number): string => `0x${value.toString(16)}`;

const reg = (kind: string, name: string, address: number, more = "", access = "RW", length = 4): string =>
  `<${kind} Name="${name}"><Address>${hex(address)}</Address><Length>${length}</Length><AccessMode>${access}</AccessMode><pPort>Device</pPort>${more}</${kind}>`;

const integer = (name: string, register: string, more: string, tip: string): string =>
  `<Integer Name="${name}" NameSpace="Standard"><ToolTip>${tip}</ToolTip><Streamable>Yes</Streamable><pValue>${register}</pValue>${more}</Integer>`;

const entries = (named: Readonly<Record<string, number>>): string =>
  Object.entries(named).map(([name, value]) => `<EnumEntry Name="${name}" NameSpace="Standard"><Value>${value}</Value></EnumEntry>`).join("");

const enumeration = (name: string, register: string, named: Readonly<Record<string, number>>, tip: string, more = ""): string =>
  `<Enumeration Name="${name}" NameSpace="Standard"><ToolTip>${tip}</ToolTip>${more}${entries(named)}<pValue>${register}</pValue></Enumeration>`;

const category = (name: string, features: readonly string[]): string =>
  `<Category Name="${name}" NameSpace="Standard">${features.map((feature) => `<pFeature>${feature}</pFeature>`).join("")}</Category>`;

const LOCKED = "<pIsLocked>TLParamsLocked</pIsLocked>";

/** Formats the camera offers: name and PFNC code. */
export const CAMERA_PIXEL_FORMATS: Readonly<Record<string, number>> = {
  Mono8: 0x01080001, Mono10: 0x01100003, Mono10p: 0x010a0046, Mono12: 0x01100005, Mono12p: 0x010c0047, Mono16: 0x01100007,
  BayerRG8: 0x01080009, BayerRG10p: 0x010a0058, BayerRG12p: 0x010c0059, RGB8: 0x02180014, BGR8: 0x02180015, YUV422_8: 0x02100032,
};

/** Registers whose description says nothing of it have the transport's order. */
function inOrder(xml: string, isLittleEndian: boolean): string {
  if (isLittleEndian) return xml;
  return xml.replaceAll(/<(IntReg|MaskedIntReg|FloatReg|StructReg)\b[\s\S]*?<\/\1>/gu, (register) =>
    register.includes("<Endianess>") ? register : register.replace("<pPort>", "<Endianess>BigEndian</Endianess><pPort>"));
}

export function cameraXml(transport: keyof typeof TRANSPORTS): string {
  const { nameSpace, isLittleEndian, vendor, model, serial, userName } = TRANSPORTS[transport];
  const names = (name: string, [address, length]: readonly [number, number], access: string, tip = ""): string =>
    `<StringReg Name="${name}">${tip}<Address>${hex(address)}</Address><Length>${length}</Length><AccessMode>${access}</AccessMode><pPort>Device</pPort></StringReg>`;
  return inOrder(`<?xml version="1.0" encoding="utf-8"?>
<RegisterDescription ModelName="LabCamera" VendorName="Ocular Lab" ToolTip="A camera that is a program" StandardNameSpace="${nameSpace}" SchemaMajorVersion="1" SchemaMinorVersion="1" SchemaSubMinorVersion="0" MajorVersion="1" MinorVersion="0" SubMinorVersion="0" ProductGuid="0f0c0c01-0000-4000-8000-000000000001" VersionGuid="0f0c0c01-0000-4000-8000-000000000002" xmlns="http://www.genicam.org/GenApi/Version_1_1">
${category("Root", ["DeviceControl", "ImageFormatControl", "AcquisitionControl", "AnalogControl", "ChunkDataControl", "TransportLayerControl"])}
${category("DeviceControl", ["DeviceVendorName", "DeviceModelName", "DeviceSerialNumber", "DeviceUserID", "DeviceTemperature", "LightOn"])}
${category("ImageFormatControl", ["SensorWidth", "SensorHeight", "SensorPixelWidth", "Width", "Height", "OffsetX", "OffsetY", "BinningHorizontal", "BinningVertical", "DecimationHorizontal", "DecimationVertical", "PixelFormat", "TestPattern"])}
${category("AcquisitionControl", ["AcquisitionMode", "AcquisitionStart", "AcquisitionStop", "ExposureAuto", "ExposureTime", "AcquisitionFrameRateEnable", "AcquisitionFrameRate", "TriggerSelector", "TriggerMode", "TriggerSource", "TriggerSoftware"])}
${category("AnalogControl", ["GainAuto", "Gain", "BlackLevel"])}
${category("ChunkDataControl", ["ChunkModeActive", "ChunkExposureTime"])}
${category("TransportLayerControl", ["PayloadSize", "TLParamsLocked"])}
<Group Comment="device">
${names("DeviceVendorName", vendor, "RO")}
${names("DeviceModelName", model, "RO")}
${names("DeviceSerialNumber", serial, "RO")}
${names("DeviceUserID", userName, "RW", "<ToolTip>A name of your own for this camera</ToolTip>")}
${reg("IntReg", "TemperatureReg", REG.temperature, "<Sign>Signed</Sign><Endianess>BigEndian</Endianess><PollingTime>1000</PollingTime>", "RO", 2)}
<SwissKnife Name="DeviceTemperature"><ToolTip>Of the sensor</ToolTip><Visibility>Expert</Visibility><pVariable Name="RAW">TemperatureReg</pVariable><Constant Name="PER">100</Constant><Expression Name="DEGREES">RAW / PER</Expression><Formula>ROUND(DEGREES, 1)</Formula><Unit>C</Unit></SwissKnife>
${reg("MaskedIntReg", "LightReg", REG.light, "<Bit>0</Bit><Endianess>BigEndian</Endianess>")}
<Boolean Name="LightOn"><ToolTip>The ring of diodes round the lens mount</ToolTip><Visibility>Guru</Visibility><pValue>LightReg</pValue></Boolean>
</Group>
<Group Comment="picture">
<Integer Name="SensorWidth" NameSpace="Standard"><Value>${SENSOR.width}</Value><ImposedAccessMode>RO</ImposedAccessMode></Integer>
<Integer Name="SensorHeight" NameSpace="Standard"><Value>${SENSOR.height}</Value><ImposedAccessMode>RO</ImposedAccessMode></Integer>
<Float Name="SensorPixelWidth" NameSpace="Standard"><Value>3.45</Value><Unit>um</Unit><ImposedAccessMode>RO</ImposedAccessMode></Float>
${reg("IntReg", "WidthReg", REG.width, "<pInvalidator>BinningXReg</pInvalidator><pInvalidator>DecimationXReg</pInvalidator>")}${reg("IntReg", "HeightReg", REG.height, "<pInvalidator>BinningYReg</pInvalidator><pInvalidator>DecimationYReg</pInvalidator>")}${reg("IntReg", "OffsetXReg", REG.offsetX)}${reg("IntReg", "OffsetYReg", REG.offsetY)}
${reg("IntReg", "BinningXReg", REG.binningX)}${reg("IntReg", "BinningYReg", REG.binningY)}${reg("IntReg", "DecimationXReg", REG.decimationX)}${reg("IntReg", "DecimationYReg", REG.decimationY)}${reg("IntReg", "PixelFormatReg", REG.pixelFormat)}
<IntSwissKnife Name="WidthMax"><pVariable Name="S">SensorWidth</pVariable><pVariable Name="B">BinningXReg</pVariable><pVariable Name="D">DecimationXReg</pVariable><pVariable Name="O">OffsetXReg</pVariable><Formula>((S / (B * D) - O) / 8) * 8</Formula></IntSwissKnife>
<IntSwissKnife Name="HeightMax"><pVariable Name="S">SensorHeight</pVariable><pVariable Name="B">BinningYReg</pVariable><pVariable Name="D">DecimationYReg</pVariable><pVariable Name="O">OffsetYReg</pVariable><Formula>((S / (B * D) - O) / 2) * 2</Formula></IntSwissKnife>
<IntSwissKnife Name="OffsetXMax"><pVariable Name="S">SensorWidth</pVariable><pVariable Name="B">BinningXReg</pVariable><pVariable Name="D">DecimationXReg</pVariable><pVariable Name="W">WidthReg</pVariable><Formula>((S / (B * D) - W) / 8) * 8</Formula></IntSwissKnife>
<IntSwissKnife Name="OffsetYMax"><pVariable Name="S">SensorHeight</pVariable><pVariable Name="B">BinningYReg</pVariable><pVariable Name="D">DecimationYReg</pVariable><pVariable Name="H">HeightReg</pVariable><Formula>((S / (B * D) - H) / 2) * 2</Formula></IntSwissKnife>
${integer("Width", "WidthReg", `${LOCKED}<Min>16</Min><pMax>WidthMax</pMax><Inc>8</Inc><Unit>px</Unit>`, "Columns of the picture")}
${integer("Height", "HeightReg", `${LOCKED}<Min>16</Min><pMax>HeightMax</pMax><Inc>2</Inc><Unit>px</Unit>`, "Lines of the picture")}
${integer("OffsetX", "OffsetXReg", `${LOCKED}<Min>0</Min><pMax>OffsetXMax</pMax><Inc>8</Inc><Unit>px</Unit>`, "Columns left out on the left")}
${integer("OffsetY", "OffsetYReg", `${LOCKED}<Min>0</Min><pMax>OffsetYMax</pMax><Inc>2</Inc><Unit>px</Unit>`, "Lines left out on top")}
${integer("BinningHorizontal", "BinningXReg", `${LOCKED}<Min>1</Min><Max>4</Max>`, "Columns added up")}
${integer("BinningVertical", "BinningYReg", `${LOCKED}<Min>1</Min><Max>4</Max>`, "Lines added up")}
${integer("DecimationHorizontal", "DecimationXReg", `${LOCKED}<Min>1</Min><Max>4</Max>`, "Of so many columns one is read")}
${integer("DecimationVertical", "DecimationYReg", `${LOCKED}<Min>1</Min><Max>4</Max>`, "Of so many lines one is read")}
${enumeration("PixelFormat", "PixelFormatReg", CAMERA_PIXEL_FORMATS, "How pixels are stored", LOCKED)}
<StructReg Comment="test pattern"><Address>${hex(REG.pattern)}</Address><Length>4</Length><AccessMode>RW</AccessMode><pPort>Device</pPort>
<StructEntry Name="PatternReg"><LSB>0</LSB><MSB>3</MSB></StructEntry><StructEntry Name="PatternSpeedReg"><LSB>8</LSB><MSB>15</MSB></StructEntry></StructReg>
${enumeration("TestPattern", "PatternReg", { Off: 0, Ramp: 1 }, "A picture that the camera makes up")}
</Group>
<Group Comment="acquisition">
${reg("IntReg", "AcquisitionModeReg", REG.acquisitionMode)}${reg("IntReg", "AcquisitionStartReg", REG.start, "<Cachable>NoCache</Cachable>", "WO")}${reg("IntReg", "AcquisitionStopReg", REG.stop, "<Cachable>NoCache</Cachable>", "WO")}
${enumeration("AcquisitionMode", "AcquisitionModeReg", { SingleFrame: 0, Continuous: 1 }, "One picture or a stream")}
<Command Name="AcquisitionStart" NameSpace="Standard"><pValue>AcquisitionStartReg</pValue><CommandValue>1</CommandValue></Command>
<Command Name="AcquisitionStop" NameSpace="Standard"><pValue>AcquisitionStopReg</pValue><CommandValue>1</CommandValue></Command>
${reg("IntReg", "ExposureAutoReg", REG.exposureAuto)}${enumeration("ExposureAuto", "ExposureAutoReg", { Off: 0, Continuous: 1 }, "The camera chooses the exposure")}
<IntSwissKnife Name="ExposureIsAuto"><pVariable Name="A">ExposureAutoReg</pVariable><Formula>A &lt;&gt; 0</Formula></IntSwissKnife>
<FloatReg Name="ExposureReg"><Address>${hex(REG.exposure)}</Address><Length>8</Length><AccessMode>RW</AccessMode><pPort>Device</pPort></FloatReg>
<Float Name="ExposureTime" NameSpace="Standard"><ToolTip>How long light is collected</ToolTip><Description>Time for which the sensor collects light, for every line alike.</Description><Streamable>Yes</Streamable><pIsLocked>ExposureIsAuto</pIsLocked><pValue>ExposureReg</pValue><Min>20</Min><Max>1000000</Max><Unit>us</Unit><Representation>Logarithmic</Representation></Float>
${reg("IntReg", "FrameRateEnableReg", REG.frameRateEnable)}<Boolean Name="AcquisitionFrameRateEnable"><pValue>FrameRateEnableReg</pValue></Boolean>
${reg("IntReg", "FrameRateReg", REG.frameRate)}
<Converter Name="FrameRateConverter"><FormulaTo>FROM * K</FormulaTo><FormulaFrom>TO / K</FormulaFrom><Constant Name="K">1000</Constant><pValue>FrameRateReg</pValue><Slope>Increasing</Slope></Converter>
<Float Name="AcquisitionFrameRate" NameSpace="Standard"><ToolTip>Pictures a second</ToolTip><Streamable>Yes</Streamable><pValue>FrameRateConverter</pValue><Min>0.5</Min><Max>1000</Max><Unit>Hz</Unit></Float>
${reg("IntReg", "TriggerSelectorReg", REG.triggerSelector)}
<Enumeration Name="TriggerSelector" NameSpace="Standard"><pSelected>TriggerMode</pSelected><EnumEntry Name="FrameStart"><Value>0</Value></EnumEntry><EnumEntry Name="AcquisitionStart"><Value>1</Value></EnumEntry><pValue>TriggerSelectorReg</pValue></Enumeration>
<IntReg Name="TriggerModeReg"><Address>${hex(REG.triggerMode)}</Address><pIndex Offset="4">TriggerSelectorReg</pIndex><Length>4</Length><AccessMode>RW</AccessMode><pPort>Device</pPort></IntReg>
${enumeration("TriggerMode", "TriggerModeReg", { Off: 0, On: 1 }, "Wait for a signal before each picture")}
${reg("IntReg", "TriggerSourceReg", REG.triggerSource)}${enumeration("TriggerSource", "TriggerSourceReg", { Software: 0, Line1: 1 }, "Where the signal comes from")}
${reg("IntReg", "TriggerSoftwareReg", REG.triggerSoftware, "<Cachable>NoCache</Cachable>", "WO")}<Command Name="TriggerSoftware"><pIsAvailable>TriggerModeReg</pIsAvailable><pValue>TriggerSoftwareReg</pValue></Command>
</Group>
<Group Comment="analog">
${reg("IntReg", "GainAutoReg", REG.gainAuto)}${enumeration("GainAuto", "GainAutoReg", { Off: 0, Continuous: 1 }, "The camera chooses the gain")}
${reg("FloatReg", "GainReg", REG.gain, "<Endianess>BigEndian</Endianess>")}<Float Name="Gain" NameSpace="Standard"><ToolTip>Amplification of the signal</ToolTip><Streamable>Yes</Streamable><pValue>GainReg</pValue><Min>0</Min><Max>24</Max><Unit>dB</Unit></Float>
${reg("MaskedIntReg", "BlackLevelReg", REG.blackLevel, "<LSB>8</LSB><MSB>15</MSB>")}
<IntConverter Name="BlackLevel"><Streamable>Yes</Streamable><FormulaTo>FROM</FormulaTo><FormulaFrom>TO</FormulaFrom><pValue>BlackLevelReg</pValue><Unit>DN</Unit></IntConverter>
</Group>
<Group Comment="chunks and transport">
${reg("IntReg", "ChunkModeReg", REG.chunkMode)}<Boolean Name="ChunkModeActive">${LOCKED}<pValue>ChunkModeReg</pValue></Boolean>
<Port Name="ExposureChunk"><ChunkID>${CHUNK_EXPOSURE.toString(16)}</ChunkID></Port>
<FloatReg Name="ChunkExposureReg"><Address>0</Address><Length>8</Length><AccessMode>RO</AccessMode><pPort>ExposureChunk</pPort></FloatReg><Float Name="ChunkExposureTime"><pValue>ChunkExposureReg</pValue><Unit>us</Unit></Float>
${reg("IntReg", "PayloadSizeReg", REG.payloadSize, "<pInvalidator>Width</pInvalidator><pInvalidator>Height</pInvalidator><pInvalidator>PixelFormat</pInvalidator><pInvalidator>ChunkModeActive</pInvalidator>", "RO")}<Integer Name="PayloadSize"><pValue>PayloadSizeReg</pValue><Unit>bytes</Unit></Integer>
${reg("IntReg", "TLParamsLockedReg", REG.locked)}<Integer Name="TLParamsLocked"><Visibility>Invisible</Visibility><pValue>TLParamsLockedReg</pValue><Min>0</Min><Max>1</Max></Integer>
</Group>
<Port Name="Device"/>
</RegisterDescription>
`, isLittleEndian);
}

