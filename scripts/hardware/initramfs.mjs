/** The guest's first and only root: busybox, the drivers, and mount points for the host's folders. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { run } from "../lib/process.mjs";

/**
 * A folder of the host that the guest sees.
 *
 * @typedef {{ tag: string, host: string, guest: string, isWritable?: boolean }} Share
 */

/** Debian merges these into /usr. */
const merged = ["bin", "sbin", "lib", "lib64"];

/**
 * @param {string} folder empty; what is made there stays
 * @param {{ modules: string[], shares: Share[], command: string, busybox: string, files: Record<string, string> }} parts `command` is run by the
 *   guest's shell when all is there; `files`: copies, by their place in the guest
 * @returns {Promise<string>} the archive
 */
export async function makeInitramfs(folder, { modules, shares, command, busybox, files }) {
  const tree = join(folder, "root");
  for (const path of ["proc", "sys", "dev", "run", "tmp", "root", "var", "etc/udev", "drivers", "first", ...shares.map(({ guest }) => guest)]) {
    mkdirSync(join(tree, path), { recursive: true });
  }
  for (const path of merged) symlinkSync(`usr/${path}`, join(tree, path));
  symlinkSync("/run", join(tree, "var/run"));
  copyFileSync(busybox, join(tree, "first/busybox"));
  for (const file of modules) copyFileSync(file, join(tree, "drivers", basename(file)));
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    copyFileSync(source, join(tree, path));
  }
  // No file of the host's /etc but these two, which every program may read.
  if (existsSync("/etc/ld.so.cache")) copyFileSync("/etc/ld.so.cache", join(tree, "etc/ld.so.cache"));
  if (existsSync("/etc/group")) copyFileSync("/etc/group", join(tree, "etc/group"));
  writeFileSync(join(tree, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  writeFileSync(join(tree, "etc/hosts"), "127.0.0.1 localhost\n");
  writeFileSync(join(tree, "etc/udev/udev.conf"), "");
  writeFileSync(join(tree, "init"), initScript({ modules, shares, command }));
  chmodSync(join(tree, "init"), 0o755);
  const archive = join(folder, "initrd");
  const { code, stderr } = await run("sh", ["-c", 'cd "$1" && find . | cpio --quiet -o -H newc > "$2"', "sh", tree, archive], { limitMs: 30_000 });
  if (code !== 0) throw new Error(`the guest's archive was not made: ${stderr.trim()}`);
  return archive;
}

/** @param {{ modules: string[], shares: Share[], command: string }} parts */
function initScript({ modules, shares, command }) {
  const mount = shares.map(({ tag, guest, isWritable = false }) =>
    // What the host does not change may be kept; results must be seen at once.
    `mount -t 9p -o ${isWritable ? "rw" : "ro"},trans=virtio,version=9p2000.L,cache=${isWritable ? "none" : "loose"},msize=524288 ${tag} ${guest} || fail "${guest} cannot be mounted"`);
  return `#!/first/busybox sh
b=/first/busybox
fail() { echo "init: $1"; $b poweroff -f; }
mount() { $b mount "$@"; }
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
$b mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs none /dev/shm
mount -t tmpfs none /run
${modules.map((file) => `$b insmod /drivers/${basename(file)} || fail "${basename(file)} cannot be loaded"`).join("\n")}
${mount.join("\n")}
$b ifconfig lo 127.0.0.1 up
$b ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
/lib/systemd/systemd-udevd --daemon || fail "udevd does not start"
${command}
echo $? > /out/exit
$b sync
$b poweroff -f
`;
}

/**
 * The folder under which a program and what it needs lie, where that is not /usr.
 *
 * @param {string} program
 */
export function ownFolder(program) {
  return program.startsWith("/usr/") ? undefined : dirname(dirname(program));
}
