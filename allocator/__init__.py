"""From scenario file to certified allocation: files in, case, ranked solving, audit, report."""

from os import environ

# Two parts are solved at a time, and one thread is one order of operations. NumPy's linear algebra would take a thread for every processor:
# they wait in a loop, and doubled the processor time of all small programs.
environ.setdefault("OPENBLAS_NUM_THREADS", "1")
