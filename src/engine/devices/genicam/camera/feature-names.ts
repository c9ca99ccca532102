/** Names under which cameras have the features everyone needs: the standard's (SFNC) first, then older ones. */
export const FEATURES = {
  exposure: ["ExposureTime", "ExposureTimeAbs", "ExposureTimeRaw"],
  exposureAuto: ["ExposureAuto"],
  gain: ["Gain", "GainAbs", "GainRaw"],
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
  binningX: ["BinningHorizontal"],
  binningY: ["BinningVertical"],
  pixelFormat: ["PixelFormat"],
  payloadSize: ["PayloadSize"],
  pixelPitch: ["SensorPixelWidth"],
  acquisitionMode: ["AcquisitionMode"],
  acquisitionStart: ["AcquisitionStart"],
  acquisitionStop: ["AcquisitionStop"],
  locked: ["TLParamsLocked"],
} as const;

export type FeatureRole = keyof typeof FEATURES;
