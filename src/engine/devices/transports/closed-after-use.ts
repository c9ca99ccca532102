/** What serialport has opened, below its stream: what is used of it here. */
export interface OpenedPort {
  readonly isOpen: boolean;
  /** What waits for bytes and for room; none on Windows. */
  readonly poller?: { stop(): void };
  read(buffer: Buffer, offset: number, length: number): Promise<unknown>;
  write(bytes: Buffer): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The same port, whose descriptor is closed only when nothing that takes bytes from it or gives it some is under way.
 *
 * serialport 13 closes at once. A read or write that it has given to Node's thread pool by then comes to its system call when the
 * number may already belong to what was opened next, and takes that one's bytes, or writes an order to it: of another device, say.
 * Here the waiting for bytes is called off, what is under way comes back (the descriptor does not block), and then it is closed.
 * Draining is not waited for: it may hang as long as the device holds it up, and does nothing to another file.
 *
 * Windows works without descriptors that are taken again: its ports are given back as they are.
 */
export function closedAfterUse(port: OpenedPort): OpenedPort {
  const { poller } = port;
  if (poller === undefined) return port;
  const underWay = new Set<Promise<unknown>>();
  let isClosing = false;
  const counted = <T>(work: Promise<T>): Promise<T> => {
    const watched = work.finally(() => underWay.delete(watched));
    underWay.add(watched);
    return watched;
  };
  // serialport's own functions run on this object: what they find closing they do not start again.
  const view = Object.create(port) as OpenedPort;
  return Object.defineProperties(view, {
    isOpen: { get: () => port.isOpen && !isClosing },
    read: { value: (buffer: Buffer, offset: number, length: number) => counted(port.read.call(view, buffer, offset, length)) },
    write: { value: (bytes: Buffer) => counted(port.write.call(view, bytes)) },
    flush: { value: () => counted(port.flush.call(view)) },
    close: {
      async value() {
        if (isClosing) throw new Error("Port is not open");
        isClosing = true;
        poller.stop();
        await Promise.allSettled(underWay);
        await port.close();
      },
    },
  });
}
