import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { app, net, protocol, session, type WebContents } from "electron";

/** The scheme of the app's own pages: a real origin, so that CSP and sender checks have something to hold on to. */
export const APP_SCHEME = "ocular";
export const APP_ORIGIN = `${APP_SCHEME}://app`;

/** Nothing from elsewhere, no inline script, no eval. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "font-src 'self'",
  "connect-src 'self'", "worker-src 'self' blob:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join("; ");

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

/** Serves the built renderer, and only what lies inside its folder. */
export function serveRenderer(rendererDir: string): void {
  const root = path.resolve(rendererDir);
  protocol.handle(APP_SCHEME, async (request) => {
    const url = new URL(request.url);
    const relative = decodeURIComponent(url.pathname === "/" ? "/index.html" : url.pathname);
    const file = path.resolve(root, `.${relative}`);
    if (url.origin !== APP_ORIGIN && url.host !== "app") return new Response("Not found", { status: 404 });
    if (!file.startsWith(root + path.sep)) return new Response("Not found", { status: 404 });
    if (file.endsWith(".html")) {
      const html = await readFile(file);
      return new Response(new Uint8Array(html), { headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": CONTENT_SECURITY_POLICY } });
    }
    return net.fetch(pathToFileURL(file).toString());
  });
}

/** Denies every permission, every download, every request that leaves the app. */
export function lockSession(): void {
  const current = session.defaultSession;
  current.setPermissionRequestHandler((_contents, _permission, answer) => { answer(false); });
  current.setPermissionCheckHandler(() => false);
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
