"""Fits one logistic regression a model to a sparse matrix that bench-scale.ts wrote.

    python3 fit-scikit.py FOLDER

Prints one JSON line: seconds of all fits, log loss on the held-out rows, peak memory.
"""

import json
import sys
import time
from pathlib import Path

import numpy
import sklearn
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

folder = Path(sys.argv[1])
problem = json.loads((folder / "problem.json").read_text())


def read(name, kind):
    return numpy.fromfile(folder / name, dtype=kind)


matrix = csr_matrix(
    (read("values", "<f4"), read("columns", "<u2").astype("<i4"), read("row-starts", "<i4")),
    shape=(problem["rowCount"], problem["columnCount"]),
)
quality = read("quality", "<f4").reshape(problem["rowCount"], -1)
training_rows = read("training-rows", "<i4")
held_out = matrix[read("held-out-rows", "<i4")]
held_out_quality = quality[read("held-out-rows", "<i4")]
training = matrix[training_rows]
training_quality = quality[training_rows]
del matrix

seconds = 0.0
loss = 0.0
for model in range(quality.shape[1]):
    labels = training_quality[:, model] > 0.5
    regression = LogisticRegression(C=problem["dataWeight"], max_iter=200)
    begin = time.perf_counter()
    regression.fit(training, labels)
    seconds += time.perf_counter() - begin
    scores = regression.decision_function(held_out)
    loss += numpy.mean(numpy.logaddexp(0, scores) - held_out_quality[:, model] * scores)


# `ru_maxrss` would be that of the process that started this one, where that is greater.
status = Path("/proc/self/status").read_text()
peak_kilobytes = int(status.split("VmHWM:")[1].split()[0])

print(
    json.dumps(
        {
            "version": sklearn.__version__,
            "seconds": seconds,
            "logLoss": loss / quality.shape[1],
            "peakBytes": 1024 * peak_kilobytes,
        }
    )
)
