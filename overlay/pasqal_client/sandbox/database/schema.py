"""The tables: projects, batches and jobs, the time, and the work that the devices have yet to do."""

from __future__ import annotations

from ..devices.queue import RANK
from .columns import BATCH, JOB

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS projects (id TEXT PRIMARY KEY, is_foreign INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS batches (number INTEGER PRIMARY KEY, {BATCH.declarations}, UNIQUE (id));
CREATE TABLE IF NOT EXISTS jobs (number INTEGER PRIMARY KEY, {JOB.declarations}, UNIQUE (id));
CREATE INDEX IF NOT EXISTS batches_by_creation ON batches (created_at);
CREATE INDEX IF NOT EXISTS open_batches ON batches (created_at) WHERE open = 1;
CREATE INDEX IF NOT EXISTS jobs_by_creation ON jobs (created_at);
CREATE INDEX IF NOT EXISTS jobs_by_batch ON jobs (batch_id, creation_order);
CREATE INDEX IF NOT EXISTS jobs_by_batch_and_status ON jobs (batch_id, status, creation_order);
CREATE INDEX IF NOT EXISTS jobs_by_project ON jobs (project_id, created_at);
CREATE INDEX IF NOT EXISTS jobs_by_user ON jobs (user_id, created_at);
CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (status, created_at);
CREATE INDEX IF NOT EXISTS jobs_by_start ON jobs (start_timestamp);
CREATE INDEX IF NOT EXISTS jobs_by_end ON jobs (end_timestamp);
CREATE INDEX IF NOT EXISTS batches_by_turn ON batches (device_type, status, {RANK}, created_at);
CREATE TABLE IF NOT EXISTS results (job_id TEXT PRIMARY KEY, content TEXT);
CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY, now INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS work (
    number INTEGER PRIMARY KEY, batch_id TEXT NOT NULL, device TEXT NOT NULL, running INTEGER NOT NULL,
    rank INTEGER NOT NULL, created_at INTEGER NOT NULL, remaining INTEGER NOT NULL, total INTEGER NOT NULL,
    outcome TEXT NOT NULL, reason TEXT
);
CREATE INDEX IF NOT EXISTS work_by_batch ON work (batch_id, running, number);
CREATE TABLE IF NOT EXISTS reservations (device TEXT PRIMARY KEY, batch_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS work_by_turn ON work (device, running, rank, created_at, number);
"""
