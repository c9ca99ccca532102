/** What the leaders of USB3 Vision and GigE Vision say alike, in the byte order of each. Pure: bytes in, records out. */

/** Payload type of a picture; `PAYLOAD_HAS_CHUNKS` is set beside it where chunks follow. */
export const PAYLOAD_IMAGE = 0x0001;
export const PAYLOAD_HAS_CHUNKS = 0x4000;

/** A picture as its leader announces it. */
export interface LeaderImage {
  /** PFNC code. */
  readonly pixelFormat: number;
  readonly width: number;
  /** Largest height; the trailer has the real one. */
  readonly height: number;
  readonly offsetX: number;
  readonly offsetY: number;
  /** Bytes added to each line. */
  readonly linePadding: number;
}

/** What a leader says of the picture behind it, whatever the transport. */
export interface PictureLeader {
  readonly payloadType: number;
  /** Device clock, ns. */
  readonly timestampNs: bigint;
  /** Absent for payloads without a picture. */
  readonly image?: LeaderImage;
}

export const isImagePayload = (payloadType: number): boolean => (payloadType & ~PAYLOAD_HAS_CHUNKS) === PAYLOAD_IMAGE;

export const hasChunks = (payloadType: number): boolean => (payloadType & PAYLOAD_HAS_CHUNKS) !== 0;

/** Bytes of the fields below, reserved ones at their end included. */
export const LEADER_IMAGE_BYTES = 24;

/** The picture's fields, which begin at `at` and are all there. */
export function readLeaderImage(view: DataView, at: number, isLittleEndian: boolean): LeaderImage {
  return {
    pixelFormat: view.getUint32(at, isLittleEndian), width: view.getUint32(at + 4, isLittleEndian), height: view.getUint32(at + 8, isLittleEndian),
    offsetX: view.getUint32(at + 12, isLittleEndian), offsetY: view.getUint32(at + 16, isLittleEndian), linePadding: view.getUint16(at + 20, isLittleEndian),
  };
}

/** For device models and tests. */
export function writeLeaderImage(view: DataView, at: number, isLittleEndian: boolean, image: LeaderImage): void {
  view.setUint32(at, image.pixelFormat, isLittleEndian);
  view.setUint32(at + 4, image.width, isLittleEndian);
  view.setUint32(at + 8, image.height, isLittleEndian);
  view.setUint32(at + 12, image.offsetX, isLittleEndian);
  view.setUint32(at + 16, image.offsetY, isLittleEndian);
  view.setUint16(at + 20, image.linePadding, isLittleEndian);
}
