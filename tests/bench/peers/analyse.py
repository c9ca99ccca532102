"""Does the analyse path with onnxruntime and OpenCV, as one would write it, and tells how long it takes.

Started by tests/bench/inference.ts. One JSON line in, one out:
  {"op": "open", ...}   model file, its numbers, the frame's file and layout -> versions
  {"op": "turn", "runs"} -> {"msPerPicture", "runMs": of that in the model, "objects"}
"""

import json
import sys
import time

import cv2
import numpy as np
import onnxruntime

state = {}


def open_model(q):
    cv2.setNumThreads(q["threads"])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = q["threads"]
    options.inter_op_num_threads = 1
    state.update(q)
    state["session"] = onnxruntime.InferenceSession(q["model"], options, providers=["CPUExecutionProvider"])
    state["pixels"] = np.fromfile(q["frame"], np.uint8)
    return {"opencv": cv2.__version__, "onnxruntime": onnxruntime.__version__}


def prepare():
    if state["pixelFormat"] == "BayerRG8":
        # OpenCV names the pattern by the second row's second pixel on.
        rgb = cv2.cvtColor(state["pixels"].reshape(state["height"], state["width"]), cv2.COLOR_BayerBG2RGB)
    else:
        rgb = state["pixels"].reshape(state["height"], state["width"], 3)
    size = (state["modelWidth"], state["modelHeight"])
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    step = state["step"]
    padded = cv2.copyMakeBorder(small, 0, -size[1] % step, 0, -size[0] % step, cv2.BORDER_REPLICATE)
    return cv2.dnn.blobFromImage(padded, scalefactor=1 / 255)


def objects_of(heat, size, offset):
    found = []
    stride = state["stride"]
    for label, threshold in enumerate(state["thresholds"]):
        plane = heat[0, label]
        peaks = (plane >= threshold) & (plane == cv2.dilate(plane, np.ones((3, 3), np.uint8)))
        rows, columns = np.nonzero(peaks)
        scores = plane[rows, columns]
        width, height = size[0, 0, rows, columns], size[0, 1, rows, columns]
        x = (columns + offset[0, 0, rows, columns]) * stride - width / 2
        y = (rows + offset[0, 1, rows, columns]) * stride - height / 2
        boxes = np.stack([x, y, width, height], 1)
        kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), threshold, state["nmsIou"])
        found += [(label, float(scores[i]), *boxes[i].tolist()) for i in np.array(kept).ravel()]
    return found


def turn(q):
    session = state["session"]
    running = 0.0
    started = time.perf_counter()
    for _ in range(q["runs"]):
        tensor = prepare()
        before = time.perf_counter()
        outputs = session.run(state["outputs"], {state["input"]: tensor})
        running += time.perf_counter() - before
        found = objects_of(*outputs)
    per_picture = 1000 / q["runs"]
    return {"msPerPicture": (time.perf_counter() - started) * per_picture, "runMs": running * per_picture, "objects": len(found)}


for line in sys.stdin:
    question = json.loads(line)
    answer = open_model(question) if question["op"] == "open" else turn(question)
    print(json.dumps(answer), flush=True)
