"""Memory: what the system and the cgroup leave, and the errors that say it ran out."""

from __future__ import annotations

import pytest

from twentyq.memory import available_memory, is_out_of_memory

GIB = 1 << 30
MEMINFO = {"proc/meminfo": f"MemTotal: 9 kB\nMemAvailable:   {8 << 20} kB\n"}
V2 = {"sys/fs/cgroup/memory.max": f"{4 * GIB}\n", "sys/fs/cgroup/memory.current": f"{GIB}\n"}
V1 = {
    "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{3 * GIB}\n",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{GIB}\n",
}
CACHED = f"anon 5\ninactive_file {GIB // 2}\nactive_file {GIB // 4}\nfile {GIB}\n"
ROOMS = [
    ({}, 0),
    (V2, 0),
    (MEMINFO, 8 * GIB),
    (MEMINFO | V2, 3 * GIB),
    (MEMINFO | V1, 2 * GIB),
    (MEMINFO | V2 | {"sys/fs/cgroup/memory.stat": CACHED}, 3 * GIB + 3 * GIB // 4),
    (MEMINFO | V2 | {"sys/fs/cgroup/memory.max": "max\n"}, 8 * GIB),
    (MEMINFO | {"sys/fs/cgroup/memory.max": "1\n"}, 8 * GIB),
    (MEMINFO | V2 | {"sys/fs/cgroup/memory.current": f"{5 * GIB}\n"}, 0),
    (MEMINFO | V1 | {"sys/fs/cgroup/memory/memory.limit_in_bytes": str(2**63 - 4096)}, 8 * GIB),
]


@pytest.mark.parametrize(("files", "expected"), ROOMS)
def test_the_tighter_of_system_and_cgroup_counts(tmp_path, files, expected):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert available_memory(tmp_path) == expected


class OutOfMemoryError(RuntimeError):
    """As torch calls its own."""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (OutOfMemoryError("no words"), True),
        (RuntimeError("CUDA error: out of memory"), True),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
            True,
        ),
        (
            RuntimeError("DefaultCPUAllocator: not enough memory: you tried"),
            True,
        ),
        (RuntimeError("CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("CUBLAS_STATUS_EXECUTION_FAILED"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_errors_that_say_that_memory_ran_out(error, expected):
    assert is_out_of_memory(error) is expected
