"""The model hub: is it there, which commit, and what its refusals mean in plain words.

HF_HOME, HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE are honoured by huggingface_hub itself.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .errors import WeightsError
from .hashing import sha256


class Refused(WeightsError):
    """The hub does not give this model to this account: its terms, or a token that is missing."""


PROBE_SECONDS = 3.0
WANTED = (
    "*.safetensors",
    "*.json",
    "*.jinja",
    "*.txt",
    "*.model",
    "tokenizer*",
)
"""What a model is made of here: no pickles (.bin, .pt), no other formats."""
UNWANTED = ("consolidated*", "original/*", "onnx/*", "metal/*")
"""The same weights once more in another layout; Mistral's repositories would come twice."""


def probe(seconds: float = PROBE_SECONDS) -> None:
    """Raise WeightsError within seconds if the hub cannot be reached.

    huggingface_hub itself retries for half a minute where there is no name service.
    """
    import httpx
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        raise WeightsError("offline mode is on (HF_HUB_OFFLINE); unset it to download")
    try:
        # httpx rather than a socket: it knows about proxies and certificates.
        httpx.head(constants.ENDPOINT, timeout=seconds)
    except httpx.HTTPError as error:
        raise WeightsError(
            f"no network: {constants.ENDPOINT} cannot be reached ({type(error).__name__})"
        ) from None


def resolve_commit(model_id: str, revision: str) -> str:
    """The commit that a revision stands for now. Raises WeightsError as ``explain`` words it."""
    from huggingface_hub import HfApi

    probe()
    try:
        return str(HfApi().model_info(model_id, revision=revision, timeout=10).sha)
    except Exception as error:
        raise explain(error, model_id, revision) from error


def listing(model_id: str, commit: str) -> dict[str, int]:
    """File names of a repository and their bytes. Raises WeightsError."""
    from huggingface_hub import HfApi

    try:
        info = HfApi().model_info(model_id, revision=commit, files_metadata=True, timeout=10)
    except Exception as error:
        raise explain(error, model_id, commit) from error
    return {f.rfilename: f.size or 0 for f in info.siblings or []}


def wanted_bytes(files: dict[str, int]) -> int:
    """Bytes of those files that would be downloaded."""
    from huggingface_hub.utils import filter_repo_objects

    patterns = {"allow_patterns": list(WANTED), "ignore_patterns": list(UNWANTED)}
    return sum(files[name] for name in filter_repo_objects(files, **patterns))


def small_file(model_id: str, commit: str, name: str) -> Path:
    """One small file in the hub cache, fetched if it is not there. Raises WeightsError."""
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(model_id, name, revision=commit))
    except Exception as error:
        raise explain(error, model_id, commit) from error


def snapshot(model_id: str, commit: str, code: bool = False) -> Path:
    """The model's files in the hub cache, downloaded (and resumed) where missing.

    Files stored by content hash are checked against it; a broken one is deleted, so that
    the next run fetches it again. Raises WeightsError.
    """
    from huggingface_hub import snapshot_download

    patterns = [*WANTED, "*.py"] if code else list(WANTED)
    try:
        folder = Path(
            snapshot_download(
                model_id,
                revision=commit,
                allow_patterns=patterns,
                ignore_patterns=list(UNWANTED),
            )
        )
    except Exception as error:
        raise explain(error, model_id, commit) from error
    for file in sorted(folder.rglob("*.safetensors")):
        blob = file.resolve()
        if re.fullmatch(r"[0-9a-f]{64}", blob.name):
            found = sha256(blob)
            if found != blob.name:
                blob.unlink()
                file.unlink(missing_ok=True)
                raise WeightsError(
                    f"{file.name} of {model_id} is damaged: expected sha256 {blob.name}, found "
                    f"{found}. It was deleted; run the same command again to fetch it anew."
                )
    return folder


def cached_snapshot(model_id: str, revision: str) -> Path | None:
    """The snapshot that an earlier, complete download left in the hub cache, if any."""
    from huggingface_hub import snapshot_download

    try:
        return Path(
            snapshot_download(
                model_id,
                revision=revision,
                allow_patterns=list(WANTED),
                ignore_patterns=list(UNWANTED),
                local_files_only=True,
            )
        )
    except Exception:
        return None


def cached_file(model_id: str, revision: str, name: str) -> Path | None:
    """A file that an earlier download left in the hub cache, if any."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(model_id, name, revision=revision)
    except HFValidationError:
        return None
    return Path(found) if isinstance(found, str) else None


def download_file(repo: str, file: str, folder: Path) -> Path:
    """One file of a repository into ``folder``. Raises WeightsError."""
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(repo, file, local_dir=folder))
    except Exception as error:
        raise explain(error, repo, "main") from error


def explain(error: Exception, model_id: str, revision: str) -> WeightsError:
    """Which of the usual refusals this is, and the command or page that mends it."""
    names = {c.__name__ for c in type(error).__mro__}
    status: Any = getattr(getattr(error, "response", None), "status_code", None)
    page = f"https://huggingface.co/{model_id}"
    if "GatedRepoError" in names:
        return Refused(
            f"{model_id} is gated: accept its terms at {page}, then set HF_TOKEN (on Kaggle: a "
            "secret of that name) to a token of the same account and run again."
        )
    if "RevisionNotFoundError" in names:
        return WeightsError(f"{model_id} has no revision {revision!r}; see {page}/commits.")
    if names & {"RepositoryNotFoundError", "HFValidationError"} or status == 404:
        return WeightsError(
            f"The model id {model_id!r} does not exist on the hub, or it is private: check the "
            f"spelling at {page}; for a private one set HF_TOKEN."
        )
    if "EntryNotFoundError" in names:
        return WeightsError(f"{model_id} lacks a file that is needed: {error}")
    if status in (401, 403):
        return Refused(
            f"The hub refused access to {model_id} ({status}): set HF_TOKEN to a valid token; "
            f"its owner may have to grant access at {page}."
        )
    if "LocalEntryNotFoundError" in names or "ConnectError" in names or "TimeoutError" in names:
        return WeightsError(
            f"The network broke off while fetching {model_id}; run the same command again, it "
            "goes on where it stopped."
        )
    text = " ".join(str(error).split())[:300]
    return WeightsError(f"Fetching {model_id} failed: {type(error).__name__}: {text}")
