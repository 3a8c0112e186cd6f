"""Run a command, say how long it took and the most memory it held: python -m bench.peak COMMAND ....

A new process inherits the peak of the one that starts it (Linux keeps `ru_maxrss` through fork and exec),
and a benchmark that has made a county's table held more than the import of it. So this small one starts it.
"""

import json
import os
import subprocess
import sys
import time


def _main(command: list[str]) -> int:
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts in KiB.
    print(json.dumps({"seconds": time.perf_counter() - began, "memory": usage.ru_maxrss / 1024}))
    return process.returncode


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
