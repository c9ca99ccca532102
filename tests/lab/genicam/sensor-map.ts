/** Where the virtual GenICam cameras keep what, whatever carries them. */
export const SENSOR = { width: 1920, height: 1200 } as const;

/** Feature registers begin here; everything below is the transport's own. The stored description is at `FILE_ADDRESS`. */
export const FEATURES_ADDRESS = 0x8000;
export const FILE_ADDRESS = 0x100000;

/** Feature registers, as the cameras' description names them. */
export const REG = {
  width: 0x8000, height: 0x8004, offsetX: 0x8008, offsetY: 0x800c, binningX: 0x8010, binningY: 0x8014, pixelFormat: 0x8018,
  exposure: 0x8020, gain: 0x8028, blackLevel: 0x802c, frameRate: 0x8030, frameRateEnable: 0x8034,
  acquisitionMode: 0x8038, start: 0x803c, stop: 0x8040, locked: 0x8044, triggerSelector: 0x8048, triggerMode: 0x8050, triggerSource: 0x8060, triggerSoftware: 0x8064,
  chunkMode: 0x8068, payloadSize: 0x806c, exposureAuto: 0x8070, gainAuto: 0x8074, temperature: 0x8078, pattern: 0x807c, light: 0x8080, decimationX: 0x8084, decimationY: 0x8088,
} as const;

/** Id of the chunk with the exposure of the frame, us as a double. */
export const CHUNK_EXPOSURE = 0xe0;
