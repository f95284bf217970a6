"""A job and a batch as the service sends them, with the fields that are required and few others."""

from __future__ import annotations

from typing import Any

ID = "84e3c4a5-bdf5-43ef-827e-5fd5fba5913d"
NOON = "2026-10-12T12:00:00+00:00"
JOB: dict[str, Any] = {
    "id": ID,
    "status": "DONE",
    "runs": 500,
    "batch_id": ID,
    "project_id": ID,
    "created_at": NOON,
    "updated_at": NOON,
    "creation_order": 1,
}
BATCH: dict[str, Any] = {
    "id": ID,
    "status": "DONE",
    "open": False,
    "device_type": "FRESNEL",
    "user_id": "somebody",
    "project_id": ID,
    "created_at": NOON,
    "updated_at": NOON,
}
