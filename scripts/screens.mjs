/**
 * The screens over a fake instrument, in any browser on this machine, for work on them:
 * `node scripts/screens.mjs`, then http://127.0.0.1:5199/dev/?state=session&theme=light (states: src/renderer/api/fake-scenarios.ts).
 * Real pictures come from $OCULAR_DATA or ../shared/data where it is there; nothing is copied in.
 */
import { createReadStream, existsSync } from "node:fs";
import { extname, resolve, sep } from "node:path";
import react from "@vitejs/plugin-react";
import { createServer } from "vite";

const dataDir = resolve(process.env["OCULAR_DATA"] ?? "../shared/data");

/** @type {import("vite").Plugin} */
const servePictures = {
  name: "ocular-dev-pictures",
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      const file = resolve(dataDir, `.${decodeURIComponent((request.url ?? "").split("?")[0] ?? "")}`);
      if (!file.startsWith(dataDir + sep) || !/\.(jpg|json)$/u.test(file) || !existsSync(file)) {
        next();
        return;
      }
      response.setHeader("content-type", extname(file) === ".json" ? "application/json" : "image/jpeg");
      createReadStream(file).pipe(response);
    });
  },
};

const server = await createServer({
  configFile: false,
  root: resolve("src/renderer"),
  plugins: [react(), servePictures],
  server: { port: Number(process.env["PORT"] ?? 5199), strictPort: true, host: "127.0.0.1" },
});
await server.listen();
console.log("Screens at http://127.0.0.1:5199/dev/?state=session");
