"""The reader of handwritten digits: pictures in, numbers out; its training and its evaluation.

Knows no web framework and no queue.  Nothing that serving imports (`images`, `page`, `reader`, `read`, `evaluate`)
imports TensorFlow; only `model`, `export` and `train` do.
"""
