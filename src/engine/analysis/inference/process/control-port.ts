/** The port a forked process has to its owner: Node's IPC channel or Electron's `process.parentPort`. */
export interface ControlPort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The owner is gone. */
  onClose(listener: () => void): void;
}

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: "message", listener: (event: { data: unknown }) => void): void;
}

/** @throws Error when nobody forked this process. */
export function controlPort(): ControlPort {
  const parentPort: unknown = Reflect.get(process, "parentPort");
  if (isParentPort(parentPort)) {
    return {
      post: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on("message", (event) => listener(event.data)),
      // Electron ends its utility processes itself.
      onClose: () => undefined,
    };
  }
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error("This file is run by Ocular, not by hand.");
  return {
    post: (message) => send(message, undefined, undefined, () => undefined),
    onMessage: (listener) => process.on("message", listener),
    onClose: (listener) => process.on("disconnect", listener),
  };
}

function isParentPort(port: unknown): port is ParentPort {
  return typeof port === "object" && port !== null && "postMessage" in port && "on" in port;
}
