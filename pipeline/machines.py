"""The machines that ``fit`` knows: memory of the card and beside it, and what they compute in."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import ParamsError

GIB = 1 << 30
KAGGLE_HOST = 16_000_000_000
"""Main memory that a submission gets, and that a Kaggle notebook has at least."""


@dataclass(frozen=True)
class Machine:
    """Where a model is to run. ``memory`` and ``host``: bytes of one card, and beside it.

    ``load_rate``: bytes a second at which saved weights are read and set up; measured on the
    CPU (three models, 0.15 to 1.1 GB), assumed for a disk behind a GPU.
    """

    label: str
    memory: int
    host: int
    bfloat16: bool = True
    cuda: bool = True
    load_rate: float = 0.2e9
    load_start: float = 10.0
    remark: str = ""

    def compute_dtype(self, float16_works: bool) -> str:
        """What the agent computes in here (``twentyq.llm.pick_compute_dtype``)."""
        if self.bfloat16:
            return "bfloat16"
        return "float16" if self.cuda and float16_works else "float32"


MACHINES = {
    "t4": Machine("T4", int(14.74 * GIB), KAGGLE_HOST, bfloat16=False),
    "t4x2": Machine(
        "T4 of two",
        int(14.74 * GIB),
        KAGGLE_HOST,
        bfloat16=False,
        remark="counted is one card: a submission gets one, and each of two holds a whole copy",
    ),
    "l4": Machine("L4", int(22.16 * GIB), KAGGLE_HOST),
    "p100": Machine(
        "P100",
        int(15.89 * GIB),
        KAGGLE_HOST,
        bfloat16=False,
        remark="recent torch builds have no kernels for a P100: take a T4 if there is a choice",
    ),
    "h200": Machine("H200", int(139.8 * GIB), 128_000_000_000),
}
"""Memory as torch reports it for the card; ``cpu`` is measured on the machine at hand."""


def machine(name: str) -> Machine:
    """A machine by name; ``cpu`` is this one, ``auto`` this one with its GPU if it has one."""
    if name in MACHINES:
        return MACHINES[name]
    if name not in ("cpu", "auto"):
        raise ParamsError(
            f"There is no machine {name!r}; there are {', '.join([*MACHINES, 'cpu', 'auto'])}."
        )
    import psutil
    import torch

    from twentyq.llm import pick_compute_dtype

    host = psutil.virtual_memory().total
    if name == "auto" and torch.cuda.is_available():
        card = torch.cuda.get_device_properties(0)
        return Machine(card.name, card.total_memory, host, bfloat16=card.major >= 8)
    return Machine(
        "CPU of this machine",
        host,
        host,
        bfloat16=pick_compute_dtype("cpu") == torch.bfloat16,
        cuda=False,
        load_rate=0.12e9,
        load_start=1.0,
    )
