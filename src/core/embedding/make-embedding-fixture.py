"""Make embedding.fixture.json: principal components by NumPy's SVD, cosine similarities by SciPy.

  python make-embedding-fixture.py     (made with numpy 2.4.6, scipy 1.17.1)
"""

import json
from pathlib import Path

import numpy as np
from scipy.spatial.distance import cdist

ROWS, DIMENSIONS = 40, 12
here = Path(__file__).resolve().parent


def main() -> None:
    rng = np.random.default_rng(3)
    mixing = rng.standard_normal((5, DIMENSIONS)) * np.array([5, 3, 1, 0.5, 0.2])[:, None]
    vectors = np.round(rng.standard_normal((ROWS, 5)) @ mixing + 0.1 * rng.standard_normal((ROWS, DIMENSIONS)) + 1, 4)
    u, s, vt = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    signs = np.sign(vt[np.arange(len(vt)), np.abs(vt).argmax(axis=1)])
    scores = (u * s * signs)[:, :3]
    similarity = 1 - cdist(vectors[7:8], vectors, "cosine")[0]
    order = [int(i) for i in np.argsort(-similarity, kind="stable") if i != 7][:10]
    digits = lambda a: [float(f"{v:.9g}") for v in np.asarray(a).ravel()]  # noqa: E731
    fixture = {"dimensions": DIMENSIONS, "vectors": digits(vectors), "scores": digits(scores), "shares": digits((s**2 / (s**2).sum())[:3]),
               "alikeTo": 7, "alike": [{"row": i, "similarity": float(f"{similarity[i]:.9g}")} for i in order]}
    (here / "embedding.fixture.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
