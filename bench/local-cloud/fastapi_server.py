"""The usual Python server of a model: FastAPI, pydantic, numpy, onnxruntime. One model, one route.

BENCH_MODEL names the file. Run it by `uvicorn fastapi_server:app --workers 2`.
"""

import os

import numpy
import onnxruntime
from fastapi import FastAPI
from pydantic import BaseModel

options = onnxruntime.SessionOptions()
# Two workers share two cores: more threads would only make each other wait.
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(
    os.environ["BENCH_MODEL"], options, providers=["CPUExecutionProvider"]
)


class Tensor(BaseModel):
    name: str
    datatype: str
    shape: list[int]
    data: list[float]


class InferRequest(BaseModel):
    inputs: list[Tensor]


app = FastAPI()


@app.post("/infer")
def infer(request: InferRequest):
    feeds = {
        tensor.name: numpy.array(tensor.data, numpy.float32).reshape(tensor.shape)
        for tensor in request.inputs
    }
    results = session.run(None, feeds)
    return {
        "outputs": [
            {"name": output.name, "shape": result.shape, "data": result.ravel().tolist()}
            for output, result in zip(session.get_outputs(), results)
        ]
    }
