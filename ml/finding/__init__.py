"""The learned finder of digits: where on any paper there are digits, and which, seen in their surroundings.

A detector of centres (Zhou, Wang and Krähenbühl 2019, "Objects as points").  Nothing that serving imports from here
(`finder`, `peaks`, `tone`) imports TensorFlow; only `network` and `train` do.
"""
