import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { app, protocol, session, type ProtocolResponse, type Session, type WebContents } from "electron";

/** The scheme of the app's own pages: a real origin, so that CSP and sender checks have something to hold on to. */
const APP_SCHEME = "ocular";
export const APP_ORIGIN = `${APP_SCHEME}://app`;

/** The one page that may use cameras: an empty document in a partition of its own (electron-capture-host.ts). */
export const CAPTURE_PAGE = `${APP_SCHEME}://capture/`;

/** Nothing from elsewhere, no inline script, no eval. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "font-src 'self'",
  "connect-src 'self'", "worker-src 'self' blob:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join("; ");

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

/** Chromium's net::ERR_FAILED: what a page is told whose files could not be read. */
const NET_FAILED = -2;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".map": "application/json", ".png": "image/png", ".svg": "image/svg+xml", ".woff2": "font/woff2",
};

/** The files of a folder, by the path they are asked for with. */
export type PageFiles = ReadonlyMap<string, { readonly bytes: Buffer; readonly type: string }>;

/**
 * Reads the built renderer into memory (a megabyte): begun before the app is ready, so that the page waits for no disk.
 * Nothing outside the folder can be asked for, because nothing outside it is in the map.
 */
export async function readPageFiles(rendererDir: string): Promise<PageFiles> {
  const entries = await readdir(rendererDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(".map"));
  return new Map(await Promise.all(files.map(async (entry) => {
    const file = path.join(entry.parentPath, entry.name);
    const address = `/${path.relative(rendererDir, file).split(path.sep).join("/")}`;
    const type = CONTENT_TYPES[path.extname(file)] ?? "application/octet-stream";
    return [address, { bytes: await readFile(file), type }] as const;
  })));
}

/**
 * Serves the page's own files under the app's scheme, and nothing else.
 *
 * Not by `protocol.handle`, although that is the newer way: its answers are fetch's `Response`, so main reads Node's
 * fetch (thirty files) and pumps every file through a web stream: 35 to 65 ms of main's processor time before the page's
 * code runs (docs/performance/start.md).
 */
export function servePage(files: Promise<PageFiles>): void {
  const find = async (address: string): Promise<ProtocolResponse> => {
    const url = new URL(address);
    const file = url.host === "app" ? (await files).get(url.pathname) : undefined;
    if (file === undefined) return { statusCode: 404, mimeType: "text/plain", data: Buffer.from("Not found") };
    const policy = file.type.startsWith("text/html") ? { "content-security-policy": CONTENT_SECURITY_POLICY } : undefined;
    return { headers: { "content-type": file.type, ...policy }, data: file.bytes };
  };
  protocol.registerBufferProtocol(APP_SCHEME, (request, answer) => {
    find(request.url).then(answer, () => { answer({ error: NET_FAILED }); });
  });
}

/** Serves the empty page of a partition that captures, and nothing else: it has no script and may load none. */
export function serveCapturePage(partition: Session): void {
  partition.protocol.registerBufferProtocol(APP_SCHEME, ({ url }, answer) => {
    if (url !== CAPTURE_PAGE) return answer({ statusCode: 404, mimeType: "text/plain", data: Buffer.from("Not found") });
    answer({ headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" }, data: Buffer.from("<!doctype html><title>Ocular capture</title>") });
  });
}

/** What a page asks the browser engine for. */
export interface PermissionAsked {
  readonly permission: string;
  /** Address of the page that asks. */
  readonly pageUrl: string | undefined;
  readonly wantsAudio: boolean;
}

/** Denies every permission that is not granted here, every download, every request that leaves the app. */
export function lockSession(current: Session = session.defaultSession, grants: (asked: PermissionAsked) => boolean = () => false): void {
  current.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const wantsAudio = "mediaTypes" in details && details.mediaTypes?.includes("audio") === true;
    answer(details.isMainFrame && grants({ permission, pageUrl: details.requestingUrl, wantsAudio }));
  });
  current.setPermissionCheckHandler((_contents, permission, _origin, details) => details.isMainFrame && grants({ permission, pageUrl: details.requestingUrl, wantsAudio: details.mediaType === "audio" }));
  current.setDevicePermissionHandler(() => false);
  current.on("will-download", (event) => { event.preventDefault(); });
  current.webRequest.onBeforeRequest((details, answer) => {
    const local = /^(ocular|devtools|blob|data|file|chrome-extension):/u.test(details.url);
    answer({ cancel: !local });
  });
}

/** Refuses navigation, new windows and embedded pages, for every page the app will ever have. */
export function lockNavigation(): void {
  app.on("web-contents-created", (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: "deny" }));
    contents.on("will-navigate", (event) => { event.preventDefault(); });
    contents.on("will-redirect", (event) => { event.preventDefault(); });
    contents.on("will-attach-webview", (event) => { event.preventDefault(); });
  });
}

/** True when a message comes from the main frame of our own page in that window. */
export function isTrustedSender(frameUrl: string | undefined, sender: WebContents, expected: WebContents | undefined, isMainFrame: boolean): boolean {
  return expected !== undefined && sender.id === expected.id && isMainFrame && frameUrl?.startsWith(`${APP_ORIGIN}/`) === true;
}
