"""Train the nuclei segmenter; run again with the same --out to resume.

  python train_nuclei.py --virtual DIR --out runs/nuclei

Every step draws its own random numbers from (seed, step): a resumed run sees the pictures it would have seen.
"""

from __future__ import annotations

import argparse
import copy
import csv
import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch

from evaluate_nuclei import evaluate_pictures, run_torch, summary_line
from losses import distance_loss, foreground_loss, touching_weight
from nuclei_data import Picture, load_coco, load_dsb
from unet import NucleiNet, parameter_count
from views import random_view

#: Share of the views drawn from each kind of picture; within a kind, groups of like pictures are evened out below.
KIND_SHARE = {"fluorescence": 0.58, "stained-purple": 0.12, "stained-white-bg": 0.12, "brightfield-grey": 0.06,
              "stained-pink": 0.03, "virtual": 0.09}
#: Validation pictures looked at while training (all of them at the end): every so manieth.
LOOK_AT = 5


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = Path(__file__).resolve().parent
    parser.add_argument("--data", type=Path, default=here.parents[2].parent / "shared" / "data")
    parser.add_argument("--virtual", type=Path, help="folder of rendered pictures with annotations.json")
    parser.add_argument("--virtual-held-out", type=int, default=24, help="last pictures of --virtual not trained on")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cycles", default="3750,7500", help="steps of each cosine; the rate starts anew with each")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=0, help="0 = all cores")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, ...")
    parser.add_argument("--check-every", type=int, default=400)
    parser.add_argument("--save-every", type=int, default=50)
    return parser.parse_args()


def picture_weights(pool: list[Picture]) -> np.ndarray:
    """Probability of each picture: its kind's share, spread by the square root of its area and of its nuclei."""
    size = np.array([np.sqrt(p.labels.size / 65536) * np.sqrt(min(p.labels.max(), 60) + 5) for p in pool])
    weights = np.zeros(len(pool))
    for kind, share in KIND_SHARE.items():
        mine = np.array([p.modality == kind for p in pool])
        if mine.any():
            weights[mine] = share * size[mine] / size[mine].sum()
    return weights / weights.sum()


def make_batch(pool: list[Picture], weights: np.ndarray, batch: int, seed: int, step: int) -> tuple[torch.Tensor, ...]:
    """image [N,3,H,W], labels [N,H,W] and distance [N,H,W]."""
    views = [random_view(pool, weights, np.random.default_rng([seed, step, i])) for i in range(batch)]
    return (torch.from_numpy(np.stack([v.image for v in views])), torch.from_numpy(np.stack([v.labels for v in views])),
            torch.from_numpy(np.stack([v.distance for v in views])))


def rate_at(step: int, cycles: list[int], peak: float, warm_up: int = 100) -> float:
    """In each cycle a linear warm-up, then a cosine to one hundredth of the peak (warm restarts, arXiv:1608.03983)."""
    for steps in cycles:
        if step < steps:
            break
        step -= steps
    if step < warm_up:
        return peak * (step + 1) / warm_up
    progress = (step - warm_up) / max(steps - warm_up, 1)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


def average_into(ema: NucleiNet, net: NucleiNet, step: int) -> None:
    """Exponential moving average of weights and norm statistics, faster in the beginning."""
    keep = min(0.998, (step + 1) / (step + 20))
    with torch.no_grad():
        source = net.state_dict()
        for name, value in ema.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(source[name], 1 - keep)
            else:
                value.copy_(source[name])


def main() -> None:
    options = arguments()
    if options.threads:
        torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    cycles = [int(part) for part in options.cycles.split(",")]
    steps = sum(cycles)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu") if options.device == "auto" \
        else torch.device(options.device)

    pool = load_dsb(options.data, "train", with_distance=True)
    validation = load_dsb(options.data, "validation")
    if options.virtual:
        pool += load_coco(options.virtual, with_distance=True, chosen=slice(None, -options.virtual_held_out))
    weights = picture_weights(pool)

    net = NucleiNet().to(device, memory_format=torch.channels_last)
    print(f"{parameter_count(net)} parameters, {len(pool)} training pictures, {len(validation)} validation, {device}",
          flush=True)
    ema = copy.deepcopy(net).eval()
    decayed = [p for p in net.parameters() if p.ndim > 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.02},
                                   {"params": [p for p in net.parameters() if p.ndim <= 1], "weight_decay": 0.0}],
                                  lr=options.rate)
    checkpoint = options.out / "checkpoint.pt"
    begin = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True, map_location=device)
        net.load_state_dict(state["net"])
        ema.load_state_dict(state["ema"])
        if state["optimiser"] is not None:  # None: the checkpoint comes from a package (from_package.py)
            optimiser.load_state_dict(state["optimiser"])
        begin = state["step"]
        print(f"resumed at step {begin}", flush=True)

    log_path = options.out / "log.csv"
    fresh = not log_path.exists()
    with log_path.open("a", newline="") as log_file:
        log = csv.writer(log_file)
        if fresh:
            log.writerow(["step", "seconds", "rate", "foreground_loss", "distance_loss", "f1_50", "f1_70",
                          "f1_50_fluorescence"])
            log_file.flush()
        started, sums, counted = time.monotonic(), [0.0, 0.0], 0
        ahead = ThreadPoolExecutor(1)
        coming = ahead.submit(make_batch, pool, weights, options.batch, options.seed, begin)
        for step in range(begin, steps):
            image, labels, distance = (t.to(device) for t in coming.result())
            coming = ahead.submit(make_batch, pool, weights, options.batch, options.seed, step + 1)
            for group in optimiser.param_groups:
                group["lr"] = rate_at(step, cycles, options.rate)
            net.train()
            # bfloat16 halves the time on processors with AVX512-BF16 and changes nothing elsewhere but rounding.
            with torch.autocast(device.type, torch.bfloat16):
                logits, _ = net(image.contiguous(memory_format=torch.channels_last))
            logits = logits.float()
            nucleus, weight = (labels > 0).float(), touching_weight(labels)
            foreground_part = foreground_loss(logits[:, 0], nucleus, weight)
            distance_part = distance_loss(logits[:, 1], distance, nucleus, weight)
            optimiser.zero_grad(set_to_none=True)
            (foreground_part + 2 * distance_part).backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            average_into(ema, net, step)
            sums[0] += foreground_part.item()
            sums[1] += distance_part.item()
            counted += 1
            last = step + 1 == steps
            if (step + 1) % 25 == 0:
                print(f"step {step + 1}/{steps} foreground {sums[0] / counted:.3f} distance {sums[1] / counted:.3f} "
                      f"{(step + 1 - begin) * options.batch / (time.monotonic() - started):.1f} views/s", flush=True)
            if (step + 1) % options.check_every == 0 or last:
                # Watched, never used to choose anything: the last step is the one that is kept.
                report = evaluate_pictures(run_torch(ema), validation if last else validation[::LOOK_AT])
                print(f"step {step + 1} validation {summary_line(report)}", flush=True)
                log.writerow([step + 1, round(time.monotonic() - started), rate_at(step, cycles, options.rate),
                              sums[0] / counted, sums[1] / counted, report["all"]["f1_50"], report["all"]["f1_70"],
                              report["fluorescence"]["f1_50"]])
                log_file.flush()
                sums, counted = [0.0, 0.0], 0
            if (step + 1) % options.save_every == 0 or last:
                torch.save({"net": net.state_dict(), "ema": ema.state_dict(), "optimiser": optimiser.state_dict(),
                            "step": step + 1}, checkpoint)
                torch.save(ema.state_dict(), options.out / "weights.pt")


if __name__ == "__main__":
    main()
