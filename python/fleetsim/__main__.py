"""`python -m fleetsim ...` is `fleetsim ...`, for where the wheel's program is not on the path."""

import subprocess
import sys

from ._binary import FleetsimError, binary

if __name__ == "__main__":
    try:
        sys.exit(subprocess.call([str(binary()), *sys.argv[1:]]))
    except KeyboardInterrupt:
        sys.exit(130)
    except FleetsimError as error:
        sys.exit(f"error: {error}")
