/**
 * Names under which cameras have the features everyone needs: the standard's (SFNC) first, then older ones. `ExposureTimeRaw` and `GainRaw` are none of
 * them: they count in steps of which only the camera's manual tells the size.
 */
export const FEATURES = {
  exposure: ["ExposureTime", "ExposureTimeAbs"],
  exposureAuto: ["ExposureAuto"],
  gain: ["Gain", "GainAbs"],
  gainAuto: ["GainAuto"],
  blackLevel: ["BlackLevel", "BlackLevelRaw"],
  frameRate: ["AcquisitionFrameRate", "AcquisitionFrameRateAbs"],
  frameRateEnable: ["AcquisitionFrameRateEnable", "AcquisitionFrameRateEnabled"],
  frameRateAuto: ["AcquisitionFrameRateAuto"],
  resultingFrameRate: ["AcquisitionResultingFrameRate", "ResultingFrameRate", "ResultingFrameRateAbs"],
  width: ["Width"],
  height: ["Height"],
  offsetX: ["OffsetX"],
  offsetY: ["OffsetY"],
  sensorWidth: ["SensorWidth"],
  sensorHeight: ["SensorHeight"],
  widthMax: ["WidthMax"],
  heightMax: ["HeightMax"],
  binningX: ["BinningHorizontal"],
  binningY: ["BinningVertical"],
  decimationX: ["DecimationHorizontal"],
  decimationY: ["DecimationVertical"],
  pixelFormat: ["PixelFormat"],
  payloadSize: ["PayloadSize"],
  pixelPitch: ["SensorPixelWidth"],
  acquisitionMode: ["AcquisitionMode"],
  acquisitionStart: ["AcquisitionStart"],
  acquisitionStop: ["AcquisitionStop"],
  locked: ["TLParamsLocked"],
} as const;

export type FeatureRole = keyof typeof FEATURES;
