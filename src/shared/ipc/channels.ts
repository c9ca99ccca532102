/** Channels of ipcMain / ipcRenderer. Nothing else is listened to. Apart from the contract: who needs only these reads no schemas. */
export const CALL_CHANNEL = "ocular:call";
export const EVENT_CHANNEL = "ocular:event";
/** Carries the MessagePort of the preview stream to the window, once per load. */
export const PREVIEW_CHANNEL = "ocular:preview";
