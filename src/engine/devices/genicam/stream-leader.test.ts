import { describe, expect, it } from "vitest";
import { readLeader as readGigeLeader, writeImageLeader } from "../drivers/gigevision/stream/gvsp.ts";
import { readLeader as readUsbLeader, writeLeader } from "../drivers/usb3vision/stream/stream-packets.ts";
import { hasChunks, isImagePayload, PAYLOAD_HAS_CHUNKS, PAYLOAD_IMAGE } from "./stream-leader.ts";

const image = { pixelFormat: 0x010c0047, width: 0x01020304, height: 0x0a0b0c0d, offsetX: 0x11, offsetY: 0x2233, linePadding: 0x4455 };

describe("the leader of a picture", () => {
  it.each([PAYLOAD_IMAGE, PAYLOAD_IMAGE | PAYLOAD_HAS_CHUNKS])("says the same over both transports (payload type %d)", (payloadType) => {
    const usb = readUsbLeader(writeLeader({ blockId: 7n, payloadType, timestampNs: 5n, image }));
    const gige = readGigeLeader(writeImageLeader({ payloadType, timestampTicks: 5n, ...image }), 1_000_000_000n);
    expect(usb).toEqual({ blockId: 7n, payloadType, timestampNs: 5n, image });
    expect(gige).toEqual({ payloadType, timestampNs: 5n, image });
  });

  it("has its fields where the standards put them, low byte first over USB and high byte first over the network", () => {
    const usb = writeLeader({ blockId: 7n, payloadType: PAYLOAD_IMAGE, timestampNs: 5n, image });
    expect([...usb.subarray(28, 50)]).toEqual([0x47, 0, 0x0c, 1, 4, 3, 2, 1, 0x0d, 0x0c, 0x0b, 0x0a, 0x11, 0, 0, 0, 0x33, 0x22, 0, 0, 0x55, 0x44]);
    const gige = writeImageLeader({ payloadType: PAYLOAD_IMAGE, timestampTicks: 5n, ...image });
    expect([...gige.subarray(12, 34)]).toEqual([1, 0x0c, 0, 0x47, 1, 2, 3, 4, 0x0a, 0x0b, 0x0c, 0x0d, 0, 0, 0, 0x11, 0, 0, 0x22, 0x33, 0x44, 0x55]);
  });

  it("has no picture where the payload is none, and chunks where the type says so", () => {
    expect([0, PAYLOAD_IMAGE, PAYLOAD_HAS_CHUNKS, PAYLOAD_IMAGE | PAYLOAD_HAS_CHUNKS, 2, 0x8001].map(isImagePayload)).toEqual([false, true, false, true, false, false]);
    expect([PAYLOAD_IMAGE, PAYLOAD_IMAGE | PAYLOAD_HAS_CHUNKS].map(hasChunks)).toEqual([false, true]);
    expect(readUsbLeader(writeLeader({ blockId: 7n, payloadType: PAYLOAD_HAS_CHUNKS, timestampNs: 5n, image }))).toEqual({ blockId: 7n, payloadType: PAYLOAD_HAS_CHUNKS, timestampNs: 5n });
    expect(readGigeLeader(writeImageLeader({ payloadType: 2, timestampTicks: 5n, ...image }), 1_000_000_000n)).toEqual({ payloadType: 2, timestampNs: 5n });
  });
});
