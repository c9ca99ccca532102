/** Where the virtual USB3 Vision camera keeps what is the transport's own. */
export const MAP = { abrm: 0, sbrm: 0x1000, sirm: 0x2000, manifest: 0x3000 } as const;

export const SIRM = { info: 0x00, control: 0x04, payload: 0x08, leader: 0x10, trailer: 0x14, maxLeader: 0x18, transfer: 0x1c, count: 0x20, final1: 0x24, final2: 0x28, maxTrailer: 0x2c } as const;

/** Endpoints of the virtual camera. */
export const PIPES = { controlIn: 0x81, controlOut: 0x01, stream: 0x82, packetBytes: 1024 } as const;
