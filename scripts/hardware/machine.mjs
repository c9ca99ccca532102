/** One boot of a virtual machine without hardware virtualisation: it has until its deadline, then it is killed. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * @param {object} parts
 * @param {string} parts.kernel
 * @param {string} parts.initramfs
 * @param {import("./initramfs.mjs").Share[]} parts.shares
 * @param {number} parts.limitMs
 * @param {(line: string) => void} parts.onLine what the guest says on its console
 * @returns {Promise<"off" | "killed" | { code: number }>} how it ended: switched off by itself, by us, or otherwise
 */
export function bootMachine({ kernel, initramfs, shares, limitMs, onLine }) {
  const args = [
    "-M", "q35", "-accel", "tcg,thread=multi,tb-size=512", "-cpu", "max", "-smp", "2", "-m", "1024", "-nographic", "-no-reboot", "-nodefaults", "-serial", "stdio",
    "-kernel", kernel, "-initrd", initramfs,
    "-append", "console=ttyS0 quiet panic=-1 mitigations=off nokaslr random.trust_cpu=on cryptomgr.notests rdinit=/init",
    ...shares.flatMap(({ tag, host, isWritable = false }) => ["-virtfs", `local,path=${host.replaceAll(",", ",,")},mount_tag=${tag},security_model=none,multidevs=remap${isWritable ? "" : ",readonly=on"}`]),
    "-netdev", "user,id=n0", "-device", "virtio-net-pci,netdev=n0,romfile=", "-device", "virtio-rng-pci",
  ];
  return new Promise((resolve, reject) => {
    // In our own process group: whoever ends that ends the machine as well.
    const child = spawn("qemu-system-x86_64", args, { stdio: ["ignore", "pipe", "pipe"] });
    const kill = () => void child.kill("SIGKILL");
    process.once("exit", kill);
    let isKilled = false;
    const timer = setTimeout(() => {
      isKilled = true;
      kill();
    }, limitMs);
    createInterface({ input: child.stdout }).on("line", onLine);
    createInterface({ input: child.stderr }).on("line", (line) => onLine(`qemu: ${line}`));
    const settle = () => {
      clearTimeout(timer);
      process.off("exit", kill);
    };
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("close", (code) => {
      settle();
      resolve(isKilled ? "killed" : code === 0 ? "off" : { code: code ?? -1 });
    });
  });
}
