"""The ledger: issued forecasts and what became of them, append-only and hash-chained."""

from tocsin.ledger.book import record, resolve
from tocsin.ledger.file import default_path
from tocsin.ledger.score import score
from tocsin.ledger.verify import verify

__all__ = ["default_path", "record", "resolve", "score", "verify"]
