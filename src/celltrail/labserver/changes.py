"""The live events of the panel: their schema."""

from pathlib import Path

SCHEMA_ID = "https://celltrail.dev/events/store-changed/v1"
SCHEMA_FILE = Path(__file__).with_name("store_changed.yaml")
