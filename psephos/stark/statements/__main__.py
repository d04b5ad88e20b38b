"""Write the tapes: `python -m psephos.stark.statements`."""

from psephos.stark.statements.registry import write

for path in write():
    print(path.name, path.stat().st_size)
